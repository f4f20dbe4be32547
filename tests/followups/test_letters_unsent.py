"""What was posted and is taken back before its letters went out: removed, hidden, or left without its name, in whatever way."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.events.models import Series
from app.followups import actions
from app.followups.models import FollowUp, Post
from app.infra import db, jobs
from app.infra.mail import Mail
from app.letters import wishes
from app.letters.models import WEEKLY, WaitingLetter
from app.privacy import actions as privacy
from tests.followups.test_posts import say
from tests.world import AT

NAME = "Ada Author"


@pytest.fixture
def talk(world):
    """The ids of Ada, who said something, and of the conversation. Ben gets digests, Cem each mail by itself."""
    session = world.session(world.event(), "Bins")
    ada, ben, cem = (world.holder(session.event, name=name, email=f"{name[:3].lower()}@example.org") for name in (NAME, "Ben", "Cem"))
    followup = world.followup(session, hosts=[ada], posted=[ben, cem], question="Q")
    ids = ada.id, followup.id
    with db.transaction():
        wishes.of(db.session.get(Person, ben.id)).how = WEEKLY
    say(ada, followup, "SECRETWORDS")
    say(cem, followup, "of another")
    jobs.work_until_idle()
    assert unsent().count("SECRETWORDS") == 3, "one that waits, one as text and as HTML"
    return ids


def unsent() -> str:
    waiting = db.session.execute(select(WaitingLetter.subject, WaitingLetter.body)).all()
    mails = db.session.execute(select(Mail.subject, Mail.body, Mail.html, Mail.headers).where(Mail.sent_at.is_(None))).all()
    return " ".join(str(part) for row in [*waiting, *mails] for part in row)


def leave_series(posts):
    def leave(app, ada, followup):
        privacy.leave_series(ada, db.session.get(Series, followup.event.series_id), posts=posts, revoke=False, past=False,
                             under_way=False, coming=False, at=AT)
    return leave


def erase(posts):
    return lambda app, ada, followup: privacy.erase_for(ada, posts=posts, secret=app.secret_key, at=AT, anyway=True)


def leave_without_name(app, ada, followup):
    actions.leave_it(ada, followup, names=False, at=AT)


@pytest.mark.parametrize("how", [leave_series(privacy.REMOVED), leave_series(privacy.UNNAMED), erase(privacy.REMOVED),
                                 erase(privacy.UNNAMED), leave_without_name],
                         ids=["leave and remove", "leave unnamed", "erase and remove", "erase", "leave a conversation unnamed"])
def test_what_was_said_is_not_sent_any_more(app, talk, how):
    ada, followup = talk
    with db.transaction():
        how(app, db.session.get(Person, ada), db.session.get(FollowUp, followup))
    assert "SECRETWORDS" not in unsent()
    assert NAME not in unsent()
    assert "of another" in unsent()


def test_letters_of_what_stays_with_its_name_are_sent(app, talk):
    ada, followup = talk
    with db.transaction():
        leave_series(privacy.KEPT)(app, db.session.get(Person, ada), db.session.get(FollowUp, followup))
    assert "SECRETWORDS" in unsent()
    assert db.session.scalar(select(func.count()).select_from(Post)) == 2
