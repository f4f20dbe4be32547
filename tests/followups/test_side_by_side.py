"""What is done to a conversation at the same moment by a job, a tap in a mail, or somebody's leaving: one after the other."""

import threading
from functools import partial

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.events.models import Event
from app.followups import dates_letters, posts_actions, posts_letters
from app.followups.models import FollowUp, Post
from app.infra import db
from app.infra.mail import Mail
from tests.followups.test_posts import say

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
