"""Two who answer, or block, at the same moment; and that asking somebody who refuses is the same work."""

import threading

import pytest
from sqlalchemy import select

from app.errors import Refused
from app.infra import db
from app.infra.db import transaction
from app.infra.mail import Mail
from app.introductions import actions, queries
from app.introductions.models import Introduction


def at_once(app, *works):
    """Do these at the same moment, each in a thread of its own; what each came to."""
    gate, done = threading.Barrier(len(works)), [None] * len(works)

    def run(n, work):
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    done[n] = work()
            except Refused as problem:
                done[n] = problem
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return done


def saying(meeting, introduction, who, said):
    return lambda: actions.answer(meeting.person(who), db.session.get(Introduction, introduction), said, email=True, at=meeting.at)


def test_two_yeses_at_once_are_one_introduction(meeting, app):
    both = meeting.introduce()
    done = at_once(app, saying(meeting, both, meeting.ann, "yes"), saying(meeting, both, meeting.ben, "yes"))
    assert sorted(done) == [False, True]  # the second of them brought it about
    meeting.work()
    assert sorted(one.recipient for one in db.session.scalars(select(Mail)) if "are introduced" in one.subject) == [
        "ann@example.org", "ben@example.org"]
    assert queries.contacts_of(meeting.person(meeting.ann))[0].have == [("email", "ben@example.org")]


@pytest.mark.parametrize("rounds", [3])
def test_a_block_at_the_moment_of_the_last_yes_shares_nothing(meeting, app, rounds):
    for _ in range(rounds):
        both = meeting.introduce()
        meeting.answer(both, "yes")
        at_once(app, saying(meeting, both, meeting.ann, "yes"), lambda: actions.block(meeting.person(meeting.ben), meeting.ann, at=meeting.at))
        assert not any(one.have for who in (meeting.ann, meeting.ben) for one in queries.contacts_of(meeting.person(who)))
        with transaction():
            actions.lift(meeting.person(meeting.ben), meeting.ann)


def test_one_asks_the_other_at_the_moment_the_other_asks(meeting, app):
    def asking(one, other):
        return lambda: actions.ask(meeting.person(one), meeting.person(other), meeting.place(), line="Hello", email=True, key="k",
                                   at=meeting.at).id

    done = at_once(app, asking(meeting.ann, meeting.ben), asking(meeting.ben, meeting.ann))
    assert sorted(isinstance(one, Refused) for one in done) == [False, True]
    assert len(db.session.scalars(select(Introduction)).all()) == 1


@pytest.mark.once
def test_asking_somebody_who_refuses_is_the_same_work(meeting, statements):
    def worked(other):
        db.session.rollback()
        with statements() as said:
            meeting.ask(other=other)
        return said

    meeting.world.session(meeting.event, "Third", leaders=[third := meeting.world.holder(meeting.event)])
    third = third.id
    meeting.block(meeting.ben, meeting.ann)
    assert worked(meeting.ben) == worked(third)
