"""The evening's mail over a real SMTP server: to each person once, and quickly. The whole size with --full (tests/bench/evening.py)."""

from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import func, select

from app.followups.models import FollowUp
from app.infra import clock, db, jobs, mail
from app.infra.mail import Mail
from app.mailings import actions
from app.mailings.models import SENT, Mailing
from tests.bench.evening import fill, measure, postman


def test_to_everybody_once_in_as_many_statements_for_more_sessions(world, statements):
    fill(30, 6)
    with postman() as (post, port):
        mail.configure(f"smtp://127.0.0.1:{port}", "camp@example.org")
        try:
            mailing = db.session.scalar(select(Mailing))
            number, boss = mailing.id, mailing.by
            with db.transaction():
                actions.send(boss, mailing, seen=mailing.version, at=clock.now())
            with statements() as said:
                jobs.work_once()
            assert db.session.get(Mailing, number).state == SENT
            jobs.work_until_idle()
        finally:
            mail.configure("outbox:", "camp@example.org")
    assert (len(post.people), set(post.people.values())) == (30, {1})
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.sent_at.is_not(None))) == 30
    assert db.session.scalar(select(func.count()).select_from(FollowUp)) == 4
    assert len(said) < 45, "gathering, and one lot of up to a hundred letters"
    last = message_from_bytes(post.sample, policy=default)
    assert last["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        words = last.get_body((kind,)).get_content()
        assert "Notes of your sessions" in words
        assert "/mail/carry-on/" in words


@pytest.mark.long
def test_five_hundred_people_and_sixty_sessions_within_a_minute_and_the_site_stays_quick(request):
    if not request.config.getoption("--full"):
        pytest.skip("at its whole size with --full")
    figures = measure(500, 60)
    print(figures.said())
    assert figures.last < 60
    assert figures.twice == 0
    slow = sorted(figures.meanwhile)[len(figures.meanwhile) // 2] / sorted(figures.before)[len(figures.before) // 2]
    assert slow < 2, "pages take about as long as before"
