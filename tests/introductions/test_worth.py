"""People worth meeting: reasons from what both can see, nobody shut out, the same all day, quick with two thousand."""

import random
import time
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select

from app.accounts.models import Person
from app.boards.idea_models import Pledge
from app.errors import Forbidden
from app.events.models import ATTENDEES_ONLY, Event, Pass, Series
from app.followups.models import ASK, HOST, OFFER, POSTED, FollowUp, FollowUpPerson, Offer, Post
from app.grid.models import Session
from app.infra import db
from app.infra.db import transaction
from app.introductions import meeting_actions
from app.introductions.models import Introduction, MeetingWish, Shut
from app.introductions.worth import worth_meeting
from app.pitches.models import Interest, Leader, Pitch, PitchTopic
from tests.world import AT

DAY = date(2027, 2, 1)


@pytest.fixture
def meet(meeting):
    """Ann and Ben want to meet people of their series; `meet.found()` is who Ann is shown, and why."""
    with transaction():
        for i in (meeting.ann, meeting.ben):
            meeting_actions.want_to_meet(meeting.person(i), meeting.event.series, at=meeting.at)

    def found(who=None, on=DAY):
        db.session.rollback()
        return [(one.person.name, one.because) for one in worth_meeting(
            meeting.event.series, meeting.person(who or meeting.ann), on)]

    meeting.found = found
    return meeting


def talk(meet, *parts, offers=(), posts=(), readers="pass", event=None, **source):
    """A conversation with people in these parts."""
    event_id = event or meet.event_id
    if not source:
        source = {"session_id": meet.world.session(db.session.get(Event, event_id), "Unpaid carers").id}
    with transaction() as session:
        one = FollowUp(event_id=event_id, created_at=AT, readers=readers, **source)
        one.people = [FollowUpPerson(person_id=i, name="Named", part=part, since=AT) for i, part in parts]
        session.add(one)
        session.flush()
        session.add_all(Offer(followup_id=one.id, person_id=i, kind=kind, text=text, key=f"{n}", at=AT) for n, (i, kind, text) in enumerate(offers))
        session.add_all(Post(followup_id=one.id, person_id=i, name="Named", text="Hello", key=f"{i}", at=AT) for i in posts)
        return one.id


def test_nobody_without_a_reason(meet):
    assert meet.found() == []


def test_hosts_of_one_conversation_and_those_who_speak_in_it(meet):
    talk(meet, (meet.ann, HOST), (meet.ben, HOST))
    assert meet.found() == [("Ben Bus", "You both carry on “Unpaid carers”.")]
    assert meet.found(meet.ben) == [("Ann Asker", "You both carry on “Unpaid carers”.")]
    talk(meet, (meet.ann, HOST), (meet.ben, POSTED), posts=[meet.ben])
    assert meet.found() == [("Ben Bus", "You both carry on “Unpaid carers” and 1 more.")]


def test_who_only_wants_to_be_kept_posted_is_told_to_nobody(meet):
    talk(meet, (meet.ann, HOST), (meet.ben, POSTED))
    talk(meet, (meet.ann, POSTED), (meet.ben, HOST))
    assert meet.found() == meet.found(meet.ben) == []


def test_a_conversation_that_one_of_them_does_not_read_is_no_reason(meet):
    world = meet.world
    closed = world.event(meet.event.series, visibility=ATTENDEES_ONLY)
    talk(meet, (meet.ann, HOST), (meet.ben, HOST), event=closed.id)
    with transaction() as session:
        session.add(Pass(event_id=closed.id, person_id=meet.ann, role=1, joined_at=AT))
    assert meet.found() == meet.found(meet.ben) == []
    with transaction() as session:
        session.add(Pass(event_id=closed.id, person_id=meet.ben, role=1, joined_at=AT))
    assert meet.found() != []


def test_what_was_said_counts_while_both_read_it(meet):
    number = talk(meet, (meet.ann, HOST), posts=[meet.ben], readers="people")
    assert meet.found() == []  # Ben left: he does not read it any more
    with transaction():
        db.session.get(FollowUp, number).readers = "pass"
    assert meet.found() == [("Ben Bus", "You are both in the conversation “Unpaid carers”.")]
    with transaction():
        db.session.scalar(select(Post)).hidden = True
    assert meet.found() == []


def test_a_pledges_conversation_only_while_the_pledge_is_public(meet):
    pledge = meet.world.save(Pledge(event_id=meet.event_id, person_id=meet.ann, key="k", text="Secret pledge", shown="private", created_at=AT))
    talk(meet, (meet.ann, HOST), (meet.ben, HOST), pledge_id=pledge.id)
    assert meet.found(meet.ben) == meet.found() == []
    with transaction():
        db.session.get(Pledge, pledge.id).shown = "public"
    assert meet.found() == [("Ben Bus", "You both carry on “Secret pledge”.")]


def test_an_offer_that_answers_an_ask(meet):
    talk(meet, offers=[(meet.ann, ASK, "Somebody who knows content design")])
    other = talk(meet, offers=[(meet.ben, OFFER, "Two days of a content designer"), (meet.ben, OFFER, "A room in Leeds")])
    assert meet.found() == [("Ben Bus", "They offer what you ask for: “Two days of a content designer”.")]
    assert meet.found(meet.ben) == [("Ann Asker", "They ask for what you offer: “Somebody who knows content design”.")]
    with transaction():
        db.session.get(FollowUp, other).readers = "people"
    assert meet.found() == meet.found(meet.ben) == []


def marked(meet, *who, topics=(), event=None, title="Bins"):
    meet.world.pitch(db.session.get(Event, event or meet.event_id), title, topics=topics, interested=[meet.person(i) for i in who])


def test_sessions_both_marked_and_topics_both_come_back_to(meet):
    marked(meet, meet.ann, meet.ben)
    assert meet.found() == [("Ben Bus", "You both marked “Bins”.")]
    marked(meet, meet.ann, topics=["Housing"], title="Homes")
    marked(meet, meet.ben, topics=["Housing"], title="Flats")
    assert meet.found() == [("Ben Bus", "You both marked “Bins”; you both come back to Housing.")]


def test_marks_at_an_event_that_one_of_them_cannot_read_any_more(meet):
    closed = meet.world.event(meet.event.series, visibility=ATTENDEES_ONLY)
    marked(meet, meet.ann, meet.ben, event=closed.id, topics=["Housing"])
    assert meet.found() == []
    elsewhere = meet.world.event()
    marked(meet, meet.ann, meet.ben, event=elsewhere.id)
    assert meet.found() == []  # another series is another circle


def test_nobody_shut_out_by_either_nobody_known_nobody_who_left(meet):
    marked(meet, meet.ann, meet.ben)
    meet.block(meet.ben, meet.ann)
    assert meet.found() == meet.found(meet.ben) == []
    with transaction() as session:
        session.execute(delete(Shut))
    assert meet.found() != []
    asked = meet.ask()
    assert meet.found(on=meet.at.date()) != []  # for the rest of the day
    assert meet.found(on=(meet.at + timedelta(days=1)).date()) == []
    meet.answer(asked, "yes")
    assert meet.found(meet.ben) == []
    with transaction() as session:
        session.execute(delete(Pass).where(Pass.person_id == meet.ann))
    assert meet.found(meet.ben) == []


def test_only_who_wants_to_is_shown(meet, client):
    marked(meet, meet.ann, meet.ben)
    slug = meet.event.series.slug
    meet.world.event(meet.event.series, visibility=ATTENDEES_ONLY, day=date(2027, 6, 1))  # newer, and not for both
    client.sign_in(meet.person(meet.ann))
    page = client.get(f"/s/{slug}/worth-meeting").text
    assert "Ben Bus" in page
    assert f"/s/{slug}/people/{meet.ben}/introduce" in page
    assert client.get(f"/s/{slug}/people/{meet.ben}/introduce").status_code == 200
    assert client.get(f"/s/{slug}/people/{meet.cam}/introduce").status_code == 404
    assert client.send(f"/s/{slug}/people/{meet.ben}/introduce", line="Bins", email="y").status_code == 303
    assert db.session.scalar(select(Introduction.event_id)) == meet.event_id  # to whose organisers it can be reported
    client.send(f"/s/{slug}/worth-meeting", on="0")
    page = client.get(f"/s/{slug}/worth-meeting").text
    assert "Ben Bus" not in page
    assert "Ann Asker" in page  # what would be said about her
    assert client.get(f"/s/{slug}/people/{meet.ben}/introduce").status_code == 404
    assert meet.found(meet.ben) == []
    stranger = meet.world.person()
    with pytest.raises(Forbidden), transaction():
        meeting_actions.want_to_meet(stranger, db.session.get(Series, meet.event.series_id), at=AT)


def test_the_same_all_day_in_a_fixed_number_of_statements(meet, statements):
    def counted():
        db.session.rollback()
        series, ann = meet.event.series, meet.person(meet.ann)
        assert ann.name
        assert series.slug
        with statements() as said:
            found = worth_meeting(series, ann, DAY)
        return len(said), found

    marked(meet, meet.ann, meet.ben, topics=["Housing"])
    talk(meet, (meet.ann, HOST), (meet.ben, HOST), offers=[(meet.ann, ASK, "Buses"), (meet.ben, OFFER, "Buses")])
    few, _ = counted()
    people = [meet.world.holder(meet.event, name=f"P{n}").id for n in range(8)]
    with transaction() as session:
        session.add_all(MeetingWish(series_id=meet.event.series_id, person_id=i, since=AT) for i in people)
    marked(meet, meet.ann, *people, topics=["Housing"])
    talk(meet, (meet.ann, HOST), *((i, HOST) for i in people))
    many, found = counted()
    assert many == few == 10
    assert [one.person.id for one in found] == [one.person.id for one in counted()[1]]
    assert len({tuple(name for name, _ in meet.found(on=DAY + timedelta(days=n))) for n in range(6)}) > 1  # and others another day


@pytest.mark.once
def test_two_thousand_people(meet, request):
    many = 2_000 if request.config.getoption("--full") else 300
    dice, event_id, series_id = random.Random(1), meet.event_id, meet.event.series_id
    with transaction() as session:
        session.execute(insert(Person), [{"id": 10_000 + n, "name": f"P{n}", "organisation": "", "created_at": AT, "session_key": "k", "keeper": False}
                                         for n in range(many)])
        ids = range(10_000, 10_000 + many)
        session.execute(insert(Pass), [{"event_id": event_id, "person_id": i, "role": 1, "joined_at": AT} for i in ids])
        session.execute(insert(MeetingWish), [{"series_id": series_id, "person_id": i, "since": AT} for i in ids])
        session.execute(insert(Pitch), [{"id": 1_000 + n, "event_id": event_id, "title": f"Pitch {n}", "created_at": AT, "updated_at": AT}
                                        for n in range(60)])
    for n in range(8):
        meet.world.pitch(meet.event, f"Topical {n}", topics=[f"Topic {n}"])
    topics = [one.id for one in meet.event.topics]
    with transaction() as session:
        session.execute(insert(PitchTopic), [{"pitch_id": 1_000 + n, "topic_id": dice.choice(topics)} for n in range(60)])
        session.execute(insert(Interest), [{"pitch_id": 1_000 + p, "person_id": i, "marked_at": AT}
                                           for i in (meet.ann, *ids) for p in dice.sample(range(60), 10)])
        session.execute(insert(Session), [{"id": 1_000 + n, "event_id": event_id, "pitch_id": 1_000 + n, "created_at": AT, "guid": f"{n}"}
                                          for n in range(60)])
        session.execute(insert(FollowUp), [{"id": 1_000 + n, "event_id": event_id, "session_id": 1_000 + n, "created_at": AT} for n in range(60)])
        words = ["content", "design", "buses", "housing", "data", "carers", "budgets", "forms", "mentors", "maps", "rooms", "libraries"]
        said = [{"followup_id": 1_000 + dice.randrange(60), "person_id": i, "kind": dice.choice((ASK, OFFER)), "key": f"{k}", "at": AT,
                 "text": " ".join(dice.sample(words, 4))} for i in (meet.ann, *ids) for k in range(1 + (i == meet.ann) * 3)]
        session.execute(insert(Offer), said)
        session.execute(insert(Leader), [{"pitch_id": 1_000 + n, "position": 1, "person_id": ids[n], "name": "P"} for n in range(60)])
    times = []
    for _ in range(3):
        db.session.rollback()
        series, ann = meet.event.series, meet.person(meet.ann)
        begun = time.process_time()  # of this process: the machine has other things to do, too
        found = worth_meeting(series, ann, DAY)
        times.append(time.process_time() - begun)
    assert len(found) == 3
    assert min(times) < 0.3
