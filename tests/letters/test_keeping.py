"""What is kept of mail, and what no longer."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.infra import clock, db, jobs, mail
from app.infra.mail import Draft, Mail
from app.letters import keeping
from app.letters.models import Incoming


def test_a_day_on_which_it_fails_does_not_end_it(context, monkeypatch):
    monkeypatch.setattr(mail, "forget", lambda before: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        keeping.tidy([{}])
    [job] = db.session.scalars(select(jobs.Job))
    assert job.kind == keeping.JOB
    assert timedelta(hours=23) < job.run_at - clock.now() <= timedelta(days=1)


def test_after_its_time_nothing_is_left(context, monkeypatch):
    now = clock.now()
    with db.transaction() as session:
        session.add(Incoming(digest="a" * 64, what="reply", at=now))
        mail.write([Draft(f"p{n}@example.org", "Hello", "Hello", key=f"k{n}") for n in range(3)], at=now)
        sent, refused, _waits = session.scalars(select(Mail).order_by(Mail.id))
        mail.over(sent)
        mail.over(refused, problem="550 no")
    mail.configure("smtp://127.0.0.1:1", "camp@example.org")
    try:
        counts = []
        for days in (29, 31):
            monkeypatch.setattr(clock, "now", lambda days=days: now + timedelta(days=days))
            keeping.tidy([{}])
            counts.append((db.session.scalar(select(func.count(Incoming.id))), db.session.scalar(select(func.count(Mail.id)))))
        assert counts == [(1, 3), (0, 1)]
    finally:
        mail.configure("outbox:", "camp@example.org")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=91))
    keeping.tidy([{}])
    assert db.session.scalar(select(func.count(Mail.id))) == 0
    assert db.session.scalars(select(jobs.Job.kind).where(jobs.Job.kind == keeping.JOB)).all() == [keeping.JOB]
