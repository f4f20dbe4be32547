"""Single-use links: each works once, for a while, for its purpose; strangers cause three mails an hour to one address."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import actions, links
from app.accounts.models import FIRST_KEEPER, INVITATION, SIGN_IN, TIE_ADDRESS, Link
from app.infra import db
from app.infra.db import transaction
from app.infra.mail import Mail
from tests.world import AT

ADDRESS = "leila@example.org"


def made(purpose, **more):
    with transaction():
        return links.make(purpose, at=AT, email=ADDRESS, **more)


def test_the_secret_itself_is_kept_nowhere(context):
    secret = made(SIGN_IN)
    row = db.session.scalars(select(Link)).one()
    assert secret not in str(vars(row))
    assert len(secret) >= 43


@pytest.mark.parametrize(("purpose", "lives"), [
    (SIGN_IN, timedelta(minutes=15)), (INVITATION, timedelta(days=7)), (TIE_ADDRESS, timedelta(days=1)), (FIRST_KEEPER, timedelta(days=1))])
def test_a_link_lives_just_so_long(context, purpose, lives):
    secret = made(purpose)
    assert links.look_at(secret, (purpose,), at=AT + lives - timedelta(seconds=1)) is not None
    assert links.look_at(secret, (purpose,), at=AT + lives) is None
    with pytest.raises(links.Spent), transaction():
        links.use(secret, (purpose,), at=AT + lives)


def test_a_link_is_used_once_and_looking_does_not_count(context):
    secret = made(SIGN_IN)
    for _ in range(3):
        assert links.look_at(secret, links.SIGNS_IN, at=AT) is not None
    with transaction():
        assert links.use(secret, links.SIGNS_IN, at=AT).email == ADDRESS
    with pytest.raises(links.Spent), transaction():
        links.use(secret, links.SIGNS_IN, at=AT)
    assert links.look_at(secret, links.SIGNS_IN, at=AT) is None


@pytest.mark.parametrize("wrong", ["", "x", "é" * 43, "\ud800", "a" * 100_000])
def test_a_wrong_secret_finds_nothing(context, wrong):
    made(SIGN_IN)
    assert links.look_at(wrong, links.SIGNS_IN, at=AT) is None


def test_a_link_works_for_its_purpose_only(context):
    secret = made(TIE_ADDRESS)
    with pytest.raises(links.Spent), transaction():
        links.use(secret, links.SIGNS_IN, at=AT)
    assert links.look_at(secret, (TIE_ADDRESS,), at=AT) is not None


def test_of_many_who_use_one_link_at_once_one_gets_it(context):
    secret = made(SIGN_IN)
    got, refused = [], []
    start = threading.Barrier(8)

    def try_it():
        start.wait()
        try:
            with transaction():
                got.append(links.use(secret, links.SIGNS_IN, at=AT).id)
        except links.Spent:
            refused.append(1)
        finally:
            db.session.remove()

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert (len(got), len(refused)) == (1, 7)


def ask(at=AT, email=ADDRESS):
    with transaction():
        actions.ask_to_sign_in(email, next_path="/", link_to=lambda s: s, at=at)


def mails() -> int:
    return db.session.scalar(select(func.count(Mail.id)))


def test_strangers_cause_three_mails_an_hour_and_then_silence(context):
    for minute in (0, 10, 20, 30, 40, 59):
        ask(AT + timedelta(minutes=minute))
    assert mails() == 3
    ask(AT + timedelta(minutes=60))  # the first is an hour old
    ask(AT + timedelta(minutes=60))
    assert mails() == 4


def test_one_mailbox_written_in_many_ways_is_one(context):
    for written in ("leila@exämple.org", "LEILA@exämple.ORG", "leila@xn--exmple-cua.org", " leila@Exämple.org", "leila@ｅxämple.org"):
        ask(email=written)
    assert mails() == 3


def test_links_to_tie_an_address_count_too_and_invitations_do_not(context, world):
    for somebody in (world.person(), world.person()):
        with transaction():
            actions.ask_to_tie(somebody, ADDRESS, next_path="/", link_to=lambda s: s, at=AT)
    with transaction():
        links.make(INVITATION, email=ADDRESS, at=AT)
    ask()
    ask()
    assert mails() == 3



def test_the_three_hold_when_asked_at_once(context):
    """On PostgreSQL there are many writers; the count is taken while the others wait."""
    start = threading.Barrier(8)

    def try_it():
        start.wait()
        try:
            ask()
        finally:
            db.session.remove()

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert mails() == 3


def test_links_are_forgotten_a_day_after_their_end(context):
    made(SIGN_IN)
    with transaction():
        links.make(SIGN_IN, email=ADDRESS, at=AT + timedelta(days=1, minutes=16))
    assert db.session.scalar(select(func.count(Link.id))) == 1
