"""Conversations of earlier events, of whatever kind, offered when one pitches; taken on as a pitch; those in them are told once."""

from datetime import date

import pytest
from sqlalchemy import select

from app.boards.idea_models import PRIVATE, PUBLIC_PLEDGE, Idea, Pledge
from app.errors import Forbidden, NotFound
from app.events.models import ATTENDEES_ONLY, UNLISTED, Pass, Role
from app.followups import actions, again, page_queries, queries
from app.followups.earlier import find_earlier, to_carry_on
from app.followups.models import CAME, RESTED, CarriedOn
from app.infra import db, jobs
from app.infra.jobs import Job
from app.infra.mail import Mail
from app.pitches.models import Pitch
from tests.pages import parsed, text_of
from tests.world import AT

NEW = "/e/camp-2027/pitches/new"


@pytest.fixture
def old(world):
    return world.event(day=date(2026, 1, 17), slug="camp-2026", name="Camp 2026")


@pytest.fixture
def event(world, old):
    return world.event(old.series, slug="camp-2027", name="Camp 2027")


@pytest.fixture
def me(world, event):
    return world.holder(event, name="Leila", email="leila@example.org")


def idea_of(world, event, name="A street each", **more):
    return world.save(Idea(event_id=event.id, name=name, created_at=AT, **more))


def pledge_of(world, event, who, text="I will ride the night bus", shown=PUBLIC_PLEDGE):
    return world.save(Pledge(event_id=event.id, person_id=who.id, key=text[:30], text=text, shown=shown, created_at=AT))


@pytest.fixture
def talks(world, old):
    """One conversation of each kind, with Ann and Ben in it."""
    ann, ben = (world.holder(old, name=name, email=f"{name.lower()}@example.org") for name in ("Ann", "Ben"))
    sources = {"session": world.session(old, "Bins again", room=1, slot=1), "insight": world.insight(world.board(old), "Ask the bus driver"),
               "idea": idea_of(world, old), "pledge": pledge_of(world, old, ann)}
    return {kind: world.followup(source, hosts=[ann], posted=[ben]) for kind, source in sources.items()}


def ids(found):
    return [one.followup_id for one in found]


# ---- offered --------------------------------------------------------------------------------------------------------


def test_own_ones_first_open_before_rested_then_those_that_look_for_a_host(world, old, event, me):
    rested = world.followup(world.session(old, "Rested"), hosts=[me], state=RESTED)
    posted = world.followup(idea_of(world, old, "Mine"), posted=[me])
    wanted = world.followup(world.session(old, "Wanted"), posted=[world.person() for _ in range(3)])
    quiet = world.followup(world.session(old, "Quiet"))
    world.followup(world.session(old, "Somebody else's"), hosts=["Zoe"])
    world.followup(world.session(old, "Came"), state=CAME)
    found = to_carry_on(event, me)
    assert ids(found) == [posted.id, rested.id, wanted.id, quiet.id]
    assert [one.mine for one in found] == [True, True, False, False]
    assert [one.value for one in found] == [f"c{posted.id}", str(rested.session_id), str(wanted.session_id), str(quiet.session_id)]
    assert ids(to_carry_on(event, None)) == [wanted.id, posted.id, quiet.id]


def test_not_offered_what_one_may_not_find_what_is_to_come_or_was_pitched_already(world, old, event, me):
    for n, visibility in enumerate((UNLISTED, ATTENDEES_ONLY), 1):
        hidden = world.event(old.series, day=date(2025, 1, n), visibility=visibility)
        world.followup(world.session(hidden, f"Hidden {n}"))
    world.followup(world.session(world.event(old.series, day=date(2028, 1, 1)), "To come"))
    world.followup(world.session(world.event(day=date(2025, 1, 1)), "Elsewhere"))
    world.followup(pledge_of(world, old, world.person(), shown=PRIVATE))
    world.followup(idea_of(world, old, withdrawn=True))
    taken = world.followup(world.session(old, "Taken"))
    world.save(CarriedOn(pitch_id=world.pitch(event).id, session_id=taken.session_id))
    assert to_carry_on(event, me) == []


def test_found_by_what_is_typed_whatever_it_began_with(world, event, me, talks):
    for typed, kind in (("Bins", "session"), ("The bus driver", "insight"), ("One street each", "idea"), ("Night bus", "pledge")):
        found = find_earlier(event, me, typed)
        assert talks[kind].called in [one.title for one in found]
        [one] = [one for one in found if one.title == talks[kind].called]
        assert (one.hosts, one.year) == (("Ann",), 2026)
    assert find_earlier(event, me, "Menopause") == []
    with db.transaction():
        talks["pledge"].pledge.shown = PRIVATE
    assert "I will ride the night bus" not in [one.title for one in find_earlier(event, me, "Night bus")]


def test_the_statements_do_not_grow_with_conversations(world, old, event, me, talks, statements):
    def said():
        world.followup(idea_of(world, old, "More streets"), posted=[me])
        find_earlier(event, me, "Bins")
        db.session.expire_all()
        _ = event.id, me.id, event.series_id
        with statements() as made:
            find_earlier(event, me, "Bins and streets")
            to_carry_on(event, me)
        return len(made)

    few = said()
    for n in range(4):
        world.followup(idea_of(world, old, f"Streets {n}"), posted=[me])
    assert said() == few


# ---- taken on -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["session", "insight", "idea", "pledge"])
def test_chosen_in_the_form_both_ends_show_the_link(client, world, event, me, talks, kind):
    followup = talks[kind]
    value = str(followup.session_id) if kind == "session" else f"c{followup.id}"
    client.sign_in(me)
    made = client.send(NEW, title="On we go", carries_on=value, **{"leaders-0": "Leila"})
    assert made.status_code == 303
    shown = text_of(parsed(client.get(made.location).text)[0])
    assert f"Carries on from {followup.called}" in shown
    assert "Camp 2026" in shown
    page = text_of(parsed(client.get(f"/e/camp-2026/follow-ups/{followup.id}").text)[0])
    assert "On we go at Camp 2027" in page
    with db.transaction():
        db.session.merge(followup).question = "What next for all of us?"
    assert "Carries on from What next for all of us?, a conversation of Camp 2026" in text_of(parsed(client.get(made.location).text)[0])
    client.send(made.location + "/carry-on", carries_on="0")
    assert db.session.query(CarriedOn).count() == 0


@pytest.mark.parametrize("kind", ["session", "insight", "idea", "pledge"])
def test_from_the_conversations_own_page(client, event, me, talks, kind):
    followup, at = talks[kind], f"/e/camp-2026/follow-ups/{talks[kind].id}"
    client.sign_in(me)
    assert "Pitch it again at Camp 2027" in client.get(at).text
    form = client.get(at + "/pitch-again").text
    assert f"Carrying on: {followup.called}" in form
    made = client.send(at + "/pitch-again", title="On we go", about="Words", topics="")
    assert made.status_code == 303
    assert [pitch.title for pitch, *_ in page_queries.taken_on(followup, None)] == ["On we go"]
    assert "This conversation is taken on there already" in client.get(at + "/pitch-again").text


def test_at_the_station_the_same_is_offered(client, world, event, talks, old):
    open_one = world.followup(world.session(old, "Looks for somebody"))
    client.sign_in(world.holder(event, Role.CAMPMAKER))
    page = client.get("/e/camp-2027/pitches/station").text
    assert f'value="{open_one.session_id}"' in page
    assert "Carry on from 2026: Looks for somebody" in page


def test_of_a_pledge_that_is_private_by_now_there_is_nothing(client, world, event, me, talks):
    followup = talks["pledge"]
    with db.transaction():
        followup.pledge.shown = PRIVATE
    pitch = world.pitch(event, leaders=[me])
    with pytest.raises(NotFound), db.transaction():
        actions.carry_on(me, pitch, followup)
    with pytest.raises(Forbidden), db.transaction():
        actions.pitch_again(me, followup, event, title="T", about="", at=AT)
    client.sign_in(me)
    refused = client.send(NEW, title="On we go", carries_on=f"c{followup.id}", **{"leaders-0": "Leila"})
    assert refused.status_code == 422
    assert "night bus" not in refused.text
    assert client.get(f"/e/camp-2026/follow-ups/{followup.id}/pitch-again").status_code == 404
    world.save(CarriedOn(pitch_id=pitch.id, followup_id=followup.id))
    assert queries.conversations_behind(pitch, me) == []
    assert "night bus" not in client.get(f"/e/camp-2027/pitches/{pitch.id}").text


@pytest.mark.parametrize("bad", ["c999999", "c", "c-1", "cc1", "c99999999999999999999"])
def test_what_is_no_conversation_is_refused(client, event, me, talks, bad):
    refused = client.sign_in(me).send(NEW, title="On we go", carries_on=bad, **{"leaders-0": "Leila"})
    assert refused.status_code == 422
    assert db.session.query(Pitch).filter_by(title="On we go").count() == 0


# ---- told -----------------------------------------------------------------------------------------------------------


def told() -> list[tuple[str, str]]:
    return sorted(db.session.execute(select(Mail.recipient, Mail.subject)).all())


@pytest.mark.parametrize("kind", ["session", "insight", "idea", "pledge"])
def test_who_is_in_it_is_told_once_whatever_is_repeated(world, event, me, talks, kind):
    ann = talks[kind].people[0].person
    world.save(Pass(event_id=event.id, person_id=ann.id, role=1, joined_at=AT))
    with db.transaction():
        pitch = actions.pitch_again(ann, talks[kind], event, title="On\r\nwe *go*", about="", at=AT)
        actions.carry_on(ann, pitch, talks[kind])
    assert told() == [], "the job writes it"
    [job] = db.session.scalars(select(Job).where(Job.kind == again.JOB))
    again.tell([job.payload, job.payload])
    again.tell([job.payload])
    assert told() == [("ben@example.org", "Pitched again at Camp 2027: On we *go*")]
    [mail] = db.session.scalars(select(Mail))
    assert f"/e/camp-2027/pitches/{pitch.id}" in mail.body
    assert "List-Unsubscribe" in mail.headers


def test_nobody_is_told_of_what_they_do_not_see_or_what_is_gone(world, event, me, talks):
    followup = talks["pledge"]
    with db.transaction():
        pitch = actions.pitch_again(me, followup, event, title="On we go", about="", at=AT)
        payload = {"pitch": pitch.id, "by": me.id}
        event.visibility = UNLISTED
    again.tell([payload])
    assert told() == [], "an event that they cannot find"
    with db.transaction():
        event.visibility, followup.pledge.shown = "public", PRIVATE
    again.tell([payload])
    assert [who for who, _ in told()] == ["ann@example.org"], "whose pledge it is"
    with db.transaction():
        followup.pledge.shown, pitch.state = PUBLIC_PLEDGE, "withdrawn"
    again.tell([payload])
    with db.transaction():
        pitch.state = "open"
        actions.let_go(me, pitch)
    again.tell([payload])
    assert len(told()) == 1


def test_a_session_without_a_conversation_tells_nobody(world, old, event, me):
    session = world.session(old, "Bins", room=1, slot=1)
    with db.transaction():
        actions.pitch_again(me, session, event, title="Bins", about="", at=AT)
    assert db.session.scalar(select(Job).where(Job.kind == again.JOB)) is None
    jobs.work_until_idle()
    assert told() == []
