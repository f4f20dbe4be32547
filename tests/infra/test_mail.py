"""Mail: written with the change it tells of; kept in the outbox, or sent by SMTP with nothing added by strangers."""

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from app.errors import Invalid
from app.infra import db, jobs, mail, mail_sending
from tests.servers import free_port


class Post:
    """An SMTP server that keeps what it is given; refuses the first `refusals` messages."""

    def __init__(self):
        self.taken, self.refusals = [], 0

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.refusals:
            self.refusals -= 1
            return "451 try later"
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
def post(context):
    handler = Post()
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    mail.configure(f"smtp://127.0.0.1:{server.port}", "camp@example.org")
    yield handler
    server.stop()
    mail.configure("outbox:", "camp@example.org")


def write(recipient="leila@example.org", subject="Your link", body="Grüße\nhttps://camp.example.org/x"):
    with db.transaction():
        mail.send(recipient, subject, body)


def test_the_outbox_keeps_mail_and_sends_nothing(context):
    write()
    assert jobs.work_until_idle() == 0
    assert [(m.recipient, m.subject, m.sent_at) for m in mail.outbox()] == [("leila@example.org", "Your link", None)]


def test_a_mail_is_sent_once_by_a_job(post):
    write()
    assert post.taken == []
    assert jobs.work_until_idle() == 1
    [envelope] = post.taken
    assert envelope.rcpt_tos == ["leila@example.org"]
    assert envelope.mail_from == "camp@example.org"
    assert b"Subject: Your link" in envelope.content
    assert mail.outbox()[0].sent_at is not None
    list(mail_sending.deliver([{"mail": mail.outbox()[0].id}]))  # a repeat after a crash between sending and forgetting the job
    assert len(post.taken) == 1


def test_a_refused_mail_is_tried_again_with_the_same_message_id(post):
    post.refusals = 1
    write()
    jobs.work_until_idle()
    assert post.taken == []
    message_id = mail.outbox()[0].message_id
    with db.transaction() as session:
        session.scalar(select(jobs.Job)).run_at = mail.outbox()[0].created_at
    jobs.work_until_idle()
    assert message_id.encode() in post.taken[0].content


@pytest.mark.parametrize(("recipient", "subject"), [
    ("a@example.org\nBcc: b@example.org", "x"), ("a@example.org", "x\r\nBcc: b@example.org"), ("a@b@c", "x"), ("nobody", "x")])
def test_no_header_or_second_address_slips_in(context, recipient, subject):
    with pytest.raises(Invalid):
        write(recipient, subject)
    assert mail.outbox() == []
