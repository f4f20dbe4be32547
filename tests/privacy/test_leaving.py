"""Leaving a series: everything of it ends, the rest stays, and what becomes of posts, passes and addresses is one's own choice."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from app.errors import Conflict, Invalid
from app.events.models import Pass, Role, SeriesOwner
from app.followups.models import FollowUp, FollowUpPerson, Offer, Post
from app.infra import clock, db
from app.introductions.models import Introduction, MeetingWish, Sharing
from app.letters.models import MailStop, WaitingLetter
from app.privacy import actions
from app.rounds.models import NOT_FOR_ME, PAIRED, Round, RoundGroup, RoundPerson, RoundSeat, RoundWish
from app.search.models import SearchEntry
from tests.pages import parsed
from tests.privacy.life import NAME, lived
from tests.search.rooms import work
from tests.world import AT

LATER = AT + timedelta(days=30)


@pytest.fixture
def life(app, world):
    return lived(world, app.secret_key)


def leave(life, *, at=LATER, posts=actions.KEPT, revoke=False, past=False, under_way=False, coming=True):
    with db.transaction():
        actions.leave_series(db.session.merge(life.person), db.session.merge(life.series), posts=posts, revoke=revoke, past=past,
                             under_way=under_way, coming=coming, at=at)


def count(of, *where) -> int:
    return db.session.scalar(select(func.count()).select_from(of).where(*where))


def test_all_of_it_ends_and_the_rest_stays(world, life):
    me = life.person.id
    coming = world.event(life.series, day=date(2027, 6, 1))
    other_series = world.event()
    paired = world.save(Round(series_id=life.series.id, name="Autumn", state=PAIRED, join_until=AT, ask_at=AT, created_at=AT))
    group = world.save(RoundGroup(round_id=paired.id, number=1))
    elsewhere = world.save(FollowUp(event_id=other_series.id, session_id=world.session(other_series).id, created_at=AT))
    world.save(Pass(event_id=coming.id, person_id=me, role=Role.ATTENDEE, joined_at=AT), RoundSeat(group_id=group.id, person_id=me),
               FollowUpPerson(followup_id=elsewhere.id, person_id=me, name=NAME, part="host", since=AT))
    leave(life)
    assert count(FollowUpPerson, FollowUpPerson.person_id == me) == 1, "that of another series"
    for of in (Offer, WaitingLetter, MeetingWish, RoundPerson, RoundWish, SeriesOwner):
        assert count(of, of.person_id == me) == 0, of
    assert db.session.scalar(select(RoundSeat.answer).where(RoundSeat.group_id == group.id)) == NOT_FOR_ME
    assert {(one.about, one.thing_id) for one in db.session.scalars(select(MailStop).where(MailStop.person_id == me))} >= {
        ("series", life.series.id), ("event", life.event.id), ("event", coming.id)}
    assert [one.event_id for one in db.session.scalars(select(Pass).where(Pass.person_id == me))] == [life.event.id], "of the past"
    assert count(Post, Post.person_id == me) == 1
    assert count(Sharing, Sharing.giver_id == me, Sharing.revoked_at.is_(None)) == 2
    leave(life)  # twice changes nothing


@pytest.mark.parametrize(("posts", "left"), [(actions.UNNAMED, [("", None), ("Fred Friend", 1)]), (actions.REMOVED, [("Fred Friend", 1)])])
def test_what_one_chooses(world, life, posts, left):
    me, talk = life.person.id, life.talk.id
    work()
    autumn = db.session.scalar(select(Round.id).where(Round.series_id == life.series.id).limit(1))
    by_round = world.save(Introduction(a_id=me, b_id=life.others["partner"].id, line="Autumn", a_answer="yes", b_answer="yes",
                                       key=f"round:{autumn}:1:2", asked_at=AT))
    world.save(Sharing(introduction_id=by_round.id, giver_id=me, taker_id=life.others["partner"].id, what="email", at=AT))
    leave(life, posts=posts, revoke=True, past=True)
    found = [(post.name, post.person_id and 1) for post in db.session.scalars(select(Post).where(Post.followup_id == talk).order_by(Post.id))]
    assert found == left
    assert count(Sharing, Sharing.giver_id == me, Sharing.revoked_at.is_(None)) == 0
    assert count(Sharing, Sharing.taker_id == me, Sharing.revoked_at.is_(None)) == 1, "what others share is theirs to take back"
    assert count(Pass, Pass.person_id == me) == 0
    work()
    entry = db.session.scalar(select(SearchEntry.body).where(SearchEntry.key == f"followup:{talk}"))
    assert f"{NAME}: It was me" not in entry
    assert ("It was me" in entry) == (posts == actions.UNNAMED)
    assert "Canary seed" not in " ".join(db.session.scalars(select(SearchEntry.title)))


@pytest.mark.once
def test_refusals(world, life):
    with pytest.raises(Invalid):
        leave(life, posts="burnt")
    with db.transaction() as session:
        session.delete(session.get(SeriesOwner, (life.series.id, life.others["owner"].id)))
    with pytest.raises(Conflict, match="only owner"):
        leave(life)
    with db.transaction() as session:
        session.delete(session.get(SeriesOwner, (life.series.id, life.person.id)))
    with pytest.raises(Conflict, match="needs somebody to organise it"):
        leave(life, past=True)
    assert count(FollowUpPerson, FollowUpPerson.person_id == life.person.id) == 1
    leave(life)


def test_a_pass_to_what_is_on_today_is_kept_unless_one_says_otherwise(client, monkeypatch, life):
    me = life.person.id
    monkeypatch.setattr("app.infra.clock.now", lambda: clock.instant(life.event.starts_on, time(12), life.event.time_zone))
    page = client.sign_in(life.person).get("/s/canary/leave").text
    assert "Without it you cannot take part any more: " in page
    assert 'name="coming"' not in page
    [box] = [one for one in parsed(page)[0].iter("input") if one.get("name") == "under_way"]
    assert box.get("checked") is None
    leave(life, at=clock.now())
    assert count(Pass, Pass.person_id == me) == 1
    leave(life, at=clock.now(), under_way=True)
    assert count(Pass, Pass.person_id == me) == 0


def test_the_page_says_what_happens(client, world, life):
    client.sign_in(life.person)
    assert "Leave Canary camps" in client.get("/s/canary").text
    page = client.get("/s/canary/leave").text
    for said in ("1 conversation, of which you host 1", "1 thing that you offer", "Now with Fred Friend", "stop being an owner"):
        assert said in page
    assert client.send("/s/canary/leave", posts="unnamed", coming="y").status_code == 303
    assert client.send("/s/canary/leave").status_code == 422
    client.sign_in(world.person())
    assert "There is nothing to leave" in client.get("/s/canary/leave").text
    assert "Leave Canary camps" not in client.get("/s/canary").text
