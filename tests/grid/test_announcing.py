"""Who is told what when the published grid changes: on every page, in the list, by mail; and what is never said."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.events import notices
from app.events.models import DRAFT, Event, Notice, Pass, Role
from app.grid import actions, cancelling, publishing, undoing
from app.infra import clock, db, jobs
from app.infra.mail import Mail
from app.notes import actions as notes
from tests.grid.arrange import LATER, cell, do, move, place, take_off
from tests.grid.reading import page


@pytest.fixture
def fan(world, event):
    return world.holder(event, name="Fay", email="fay@example.org")


@pytest.fixture
def session(world, event, ann, fan):
    return place(ann, event, world.pitch(event, "Bins", leaders=["Leila"], interested=[fan]), 3, 1)


def said(person):
    """What `person` has not seen."""
    found = [n.said for n in db.session.scalars(select(Notice).where(Notice.person_id == person.id, Notice.seen_at.is_(None))
                                                .order_by(Notice.id))]
    db.session.rollback()
    return found


def seen(person, event):
    with db.transaction():
        notices.got_it(person, event, [n.id for n in notices.notices_of(person, event)], at=LATER)


def test_a_first_place_is_no_news_and_a_move_is(event, ann, fan, session):
    assert said(fan) == []
    move(ann, event, session, 2, 2)
    assert said(fan) == ["“Bins” was in Turing at 11:00, now Seacole at 12:00."]
    move(ann, event, session, 1, 3)
    assert said(fan) == ["“Bins” was in Turing at 11:00, now Main hall at 14:00."], "two moves before they looked are one"
    move(ann, event, session, 3, 1)
    assert said(fan) == [], "it is where they knew it to be"
    move(ann, event, session, 2, 2)
    seen(fan, event)
    move(ann, event, session, 2, 3)
    assert said(fan) == ["“Bins” was in Seacole at 12:00, now Seacole at 14:00."]


def test_cancelled_doubled_taken_off_and_back(event, ann, fan, session):
    do(event, actions.resize, ann, event, session, 2, seen=None)
    assert said(fan) == ["“Bins” was in Turing at 11:00, now Turing at 11:00 and 12:00."]
    do(event, cancelling.cancel, ann, event, session, "The speaker is ill", seen=None)
    assert said(fan) == ["“Bins” in Turing at 11:00 is cancelled: The speaker is ill"]
    do(event, undoing.undo, ann, event, 3)
    do(event, undoing.undo, ann, event, 2)
    assert said(fan) == []
    take_off(ann, event, session)
    assert said(fan) == ["“Bins” was in Turing at 11:00, and is off the grid now."]
    seen(fan, event)
    place(ann, event, session.pitch, 1, 1)
    assert said(fan) == ["“Bins” is back on the grid: Main hall at 11:00."]


def test_leaders_fans_and_note_takers_are_told_but_not_who_did_it(world, event, ann, ben):
    taker, bystander = world.holder(event, name="Tom"), world.holder(event, name="Una")
    session = place(ann, event, world.pitch(event, "Bins", leaders=[ann, "Leila"], interested=[ben, ann]), 1, 1)
    do(event, notes.take_notes, taker, session)
    move(ann, event, session, 2, 2)
    assert [len(said(who)) for who in (ann, ben, taker, bystander)] == [0, 1, 1, 0]
    do(event, actions.accept, ben, event, [(session, *cell(event, 3, 3))], seen=None)
    assert said(ben) == ["“Bins” was in Main hall at 11:00, now Turing at 14:00."]
    assert said(ann) == ["“Bins” was in Seacole at 12:00, now Turing at 14:00."]


def test_nothing_is_said_of_a_draft(event, ann, fan, session):
    move(ann, event, session, 2, 2)
    do(event, publishing.hide, ann, event)
    assert notices.unseen_of(fan, event) == ([], False), "it names a place that is hidden now"
    move(ann, event, session, 1, 1)
    do(event, publishing.publish, ann, event)
    assert said(fan) == ["“Bins” was in Turing at 11:00, now Seacole at 12:00."]
    assert event.grid_state != DRAFT


def test_the_strip_is_on_every_page_until_got_it(client, event, ann, fan, session):
    move(ann, event, session, 2, 2)
    fan_id = fan.id
    client.sign_in(fan)
    for path in ("/e/camp", "/e/camp/grid", "/e/camp/pitches", f"/e/camp/sessions/{session.id}"):
        assert "“Bins” was in Turing at 11:00, now Seacole at 12:00." in page(client.get(path)), path
    number = db.session.scalar(select(Notice.id).where(Notice.person_id == fan_id))
    answer = client.send("/e/camp/notices/seen", notice=[number], next="/e/camp/pitches")
    assert answer.location == "/e/camp/pitches"
    assert "Got it" not in page(client.get("/e/camp"))
    assert "“Bins” was in Turing" in page(client.get("/e/camp/notices")), "the list keeps it"
    client.sign_in(ann)
    client.send("/e/camp/notices/seen", notice=[number])
    assert "“Bins” was in Turing" not in page(client.get("/e/camp/notices")), "nobody else's"


def test_others_notices_cannot_be_put_away(world, client, event, ann, fan, session):
    move(ann, event, session, 2, 2)
    fan_id, other = fan.id, world.holder(event)
    number = db.session.scalar(select(Notice.id).where(Notice.person_id == fan_id))
    client.sign_in(other).send("/e/camp/notices/seen", notice=[number])
    assert db.session.scalar(select(Notice.seen_at).where(Notice.id == number)) is None


@pytest.fixture
def after(monkeypatch):
    """Sets the clock to so long after the changes, and does what is due."""
    def go(**delta):
        monkeypatch.setattr(clock, "now", lambda: LATER + timedelta(**delta))
        jobs.work_until_idle()
        found = [(m.recipient, m.subject, m.body) for m in db.session.scalars(select(Mail).order_by(Mail.id))]
        db.session.rollback()
        return found

    return go


def wish(event, *people):
    with db.transaction():
        for one in people:
            db.session.scalar(select(Pass).where(Pass.event_id == event.id, Pass.person_id == one.id)).mail_changes = True


def test_one_mail_a_minute_later_to_each_who_wishes_it(world, event, ann, fan, session, after):
    gil, hal = (world.holder(event, name=name, email=f"{name}@example.org") for name in ("gil", "hal"))
    other = place(ann, event, world.pitch(event, "Boxes", leaders=[gil], interested=[fan, hal]), 1, 1)
    wish(event, fan, gil)
    move(ann, event, session, 2, 2)
    move(ann, event, other, 1, 3)
    assert after(seconds=50) == []
    mails = after(seconds=61)
    assert sorted(m[0] for m in mails) == ["fay@example.org", "gil@example.org"]
    body = next(body for to, _, body in mails if to == "fay@example.org")
    assert "- “Bins” was in Turing at 11:00, now Seacole at 12:00.\n- “Boxes” was in Main hall at 11:00, now Main hall at 14:00." in body
    assert "https://camp.example.org/e/camp/notices" in body
    assert "@" not in body
    assert len(after(seconds=200)) == 2, "once"


def test_what_is_undone_within_the_minute_is_never_mailed(event, ann, fan, session, after):
    wish(event, fan)
    move(ann, event, session, 2, 2)
    do(event, undoing.undo, ann, event, 2, newest=True)
    assert after(seconds=90) == []


def test_who_was_mailed_hears_that_it_is_back(event, ann, fan, session, after):
    wish(event, fan)
    move(ann, event, session, 2, 2)
    ids = event.id, ann.id, fan.id
    assert len(after(seconds=61)) == 1
    event, ann, fan = (db.session.get(kind, i) for kind, i in zip((Event, Person, Person), ids, strict=True))
    do(event, undoing.undo, ann, event, 2, at=LATER + timedelta(minutes=5))
    assert said(fan) == ["“Bins” was in Seacole at 12:00, now Turing at 11:00."]
    assert "now Turing at 11:00" in after(minutes=7)[1][2]


def test_mails_are_wished_for_on_the_page(client, event, fan):
    client.sign_in(fan)
    assert "Mail me changes" in page(client.get("/e/camp/notices"))
    client.send("/e/camp/notices/mail", mail="1")
    assert "Changes that concern you are mailed" in page(client.get("/e/camp"))
    assert "Stop the mails" in page(client.get("/e/camp/notices"))


def test_the_change_log_names_organisers_only_to_holders(world, client, event, ann, session):
    do(event, publishing.hide, ann, event)
    do(event, publishing.publish, ann, event)
    log = page(client.get("/e/camp/grid/changes"))
    assert "Nothing has changed since" in log
    move(ann, event, session, 2, 2)
    holder = world.holder(event, Role.ATTENDEE)
    assert "Moved “Bins” from Turing at 11:00 to Seacole at 12:00." in page(client.get("/e/camp/grid/changes"))
    assert "Ann" not in page(client.get("/e/camp/grid/changes"))
    assert "placed “Bins”" not in page(client.get("/e/camp/grid/changes"))
    assert "Ann moved “Bins”" in page(client.sign_in(holder).get("/e/camp/grid/changes"))
