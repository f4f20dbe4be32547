"""What is done to a conversation at the same moment by a job, a tap in a mail, or somebody's leaving: one after the other."""

import threading
from functools import partial

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.events.models import Event, Series
from app.followups import dates_letters, posts_actions, posts_letters
from app.followups.models import FollowUp, Post
from app.infra import db
from app.infra.mail import Mail
from app.letters import tokens
from app.mailings import tap_routes
from app.mailings.composing import CARRY_ON
from app.privacy import actions as privacy
from tests.followups.test_posts import say
from tests.world import AT

A_MOMENT = 0.3  # seconds in which the other would be done, did it not wait


@pytest.fixture
def talk(world):
    session = world.session(world.event(), "Bins")
    ada, ben = (world.holder(session.event, name=name, email=f"{name}@example.org".lower()) for name in ("Ada", "Ben"))
    return world.followup(session, hosts=[ada], posted=[ben], question="Q"), ada, ben


def aside(app, do) -> threading.Thread:
    """Do something in another thread, with a connection of its own."""

    def work():
        with app.app_context():
            try:
                do()
            finally:
                db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@pytest.mark.parametrize("how", ["remove", "hide"])
def test_a_post_taken_away_while_its_letters_are_written_is_not_mailed(app, monkeypatch, talk, how):
    followup, ada, _ = talk
    me, event_id = ada.id, followup.event_id
    number = say(ada, followup, "GONEWORDS")
    reached, gone, real = threading.Event(), threading.Event(), posts_letters.readers_in

    def slowly(*given, **named):
        found = real(*given, **named)
        reached.set()
        gone.wait(A_MOMENT)
        return found

    monkeypatch.setattr(posts_letters, "readers_in", slowly)
    writing = aside(app, partial(posts_letters.tell, [{"post": number}]))
    assert reached.wait(10)
    with db.transaction(db.session.get(Event, event_id)):
        getattr(posts_actions, how)(db.session.get(Person, me), db.session.get(Post, number))
    gone.set()
    writing.join()
    assert db.session.scalars(select(Mail.id)).all() == []


def test_a_date_taken_away_while_its_letters_are_written_is_told_of_afterwards(app, monkeypatch, talk):
    """The letter that takes it out of calendars must not overtake the one that brings it."""
    number, event_id, version = talk[0].id, talk[0].event_id, talk[0].next_version
    reached, seen, changed = threading.Event(), [], threading.Event()

    def slowly(followup, *_, **__):
        reached.set()
        seen.append(changed.wait(A_MOMENT))

    monkeypatch.setattr(dates_letters, "tell_of", slowly)
    writing = aside(app, partial(dates_letters.tell, [{"followup": number, "version": version}]))
    assert reached.wait(10)
    with db.transaction(db.session.get(Event, event_id)):
        changed.set()
        db.session.get(FollowUp, number).next_version += 1
    writing.join()
    assert seen == [False], "whoever changed it waited until the letters were written"


def tap(app, person_id: int, followup_id: int) -> None:
    """As the buttons of an evening's mail do."""
    with db.transaction():
        link = tokens.token(db.session.get(Person, person_id), CARRY_ON, followup_id, 9)
    with app.test_request_context(f"/mail/carry-on/{link}", method="POST", data={"part": "host"}):
        tap_routes.tapped(link)


def leave(app, person_id: int, followup_id: int) -> None:
    with db.transaction():
        series = db.session.get(Series, db.session.get(FollowUp, followup_id).event.series_id)
        privacy.leave_series(db.session.get(Person, person_id), series, posts=privacy.KEPT, revoke=False, past=False,
                             under_way=False, coming=False, at=AT)


@pytest.mark.parametrize("other", [tap, leave])
def test_no_change_is_lost_of_two_at_once(app, talk, other):
    followup, _, ben = talk
    number, event_id, version, me = followup.id, followup.event_id, followup.version, ben.id
    with db.transaction(db.session.get(Event, event_id)):
        mine = db.session.get(FollowUp, number)
        mine.version += 1
        their = aside(app, partial(other, app, me, number))
        their.join(A_MOMENT)
        assert their.is_alive()
    their.join()
    db.session.rollback()
    assert db.session.get(FollowUp, number).version == version + 2
