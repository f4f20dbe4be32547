"""The whole life of a conversation, in a browser and over real SMTP: somebody volunteers on a phone after the session, the organisers
write in the evening, who was there joins, answers by e-mail, is introduced by consent; a next step goes into calendars, is reminded
of, comes to something, and is offered when pitching next year. The jobs process is killed (SIGKILL) while it hands mail over, and
each mail comes exactly once; taps are counted as the browser sees them.

Killed at two steps in every run, at each of them with `--full`.
"""

import os
import re
import signal
import smtplib
from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import expect
from sqlalchemy import select, text, update

from app.infra import clock, jobs
from app.letters.models import MailWishes
from tests import servers
from tests.journeys.conftest import site_of
from tests.post_office import HANG_UP, post_office
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.once]

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
REPLIES = "replies.camp.example"
KILLED_IN_EVERY_RUN = {"evening", "introduced"}
# What a person did, as the browser counts it: touches and clicks, and keys pressed.
COUNTING = """for (const kind of ['click', 'keydown']) addEventListener(kind, event => {
  if (event.isTrusted) localStorage['counted-' + kind] = Number(localStorage['counted-' + kind] ?? 0) + 1; }, true);"""
COUNTED = "['click', 'keydown'].map(kind => Number(localStorage['counted-' + kind] ?? 0))"


class Post:
    """What the mail server has taken, step by step of the story."""

    def __init__(self, site, office, full: bool):
        self.site, self.office, self.full, self.seen, self.expected, self.killed = site, office, full, 0, Counter(), []

    def worker(self) -> list[int]:
        """The process that does the jobs."""
        found = []
        for pid in servers.tree(self.site.process):
            try:
                said = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if said[-3:-1] == [b"jobs", b"work"]:
                found.append(pid)
        return found

    @contextmanager
    def brings(self, name: str, step: str, *recipients: str):
        """What is done in the block brings these people a mail each, and nobody else one; the mails are then in `self.new`. The
        jobs process is killed when it comes to `step` with the first of them."""
        killed = []
        if self.full or name in KILLED_IN_EVERY_RUN:
            def answer(at: str, _recipient: str) -> str | None:
                if killed or at != step:
                    return None
                for pid in self.worker():
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                return HANG_UP

            self.office.answers = answer
        yield
        if self.full or name in KILLED_IN_EVERY_RUN:
            eventually(lambda: killed, 60)
            self.killed.append(name)
            with self.site.engine.begin() as connection:  # what the dead process had claimed is not waited for
                connection.execute(update(jobs.Job).where(jobs.Job.run_at < clock.now() + timedelta(minutes=5)).values(
                    run_at=clock.now() - timedelta(seconds=1)))
        eventually(lambda: len(self.office.taken) >= self.seen + len(recipients), 60)
        self.new = {one.recipient: one.message for one in self.office.taken[self.seen:]}
        assert sorted(one.recipient for one in self.office.taken[self.seen:]) == sorted(recipients), name
        self.seen += len(recipients)
        self.expected.update(recipients)

    def links(self, recipient: str) -> list[str]:
        """The addresses in somebody's newest mail, as its plain text has them."""
        return re.findall(r"https?://[^\s<>)\]]+", self.new[recipient].get_body(("plain",)).get_content())


@pytest.fixture
def office():
    with post_office() as office:
        yield office


@pytest.fixture
def inbound() -> int:
    """Where the site takes mail."""
    return servers.free_port()


@pytest.fixture
def site(tmp_path, office, inbound):
    with site_of(tmp_path, "--demo", MAIL_URL=office.url, MAIL_FROM="camp@camp.example", REPLY_DOMAIN=REPLIES,
                 INBOUND_MAIL=f"127.0.0.1:{inbound}") as running:
        yield running


def cast(site) -> tuple[int, dict[str, int]]:
    """A session with notes that nobody carries on yet, and the three of the story: two who marked it, and an organiser. Nobody else
    has an address."""
    [event] = site.ask("select id from event where slug = 'govcamp-north'")
    [session] = site.ask(
        "select s.id from session s join note n on n.session_id = s.id join document d on d.id = n.document_id where s.event_id = :e and "
        "length(d.text) > 100 and not exists (select 1 from followup f join followup_person h on h.followup_id = f.id "
        "where f.session_id = s.id and h.part = 'host') and (select count(*) from interest i where i.pitch_id = s.pitch_id) > 2 order by s.id limit 1", e=event)
    marked = site.ask("select i.person_id from interest i join session s on s.pitch_id = i.pitch_id join pass p on p.person_id = i.person_id "
                      "and p.event_id = s.event_id join person on person.id = i.person_id where s.id = :s and p.role = 1 and email is null "
                      "order by 1 limit 2", s=session)
    people = {"vera": marked[0], "jo": marked[1], "boss": site.ask("select id from person where email = 'organiser@camp.example'")[0]}
    [zone] = site.ask("select time_zone from event where id = :e", e=event)
    with site.engine.begin() as connection:
        connection.execute(text("update person set email = null where id <> :boss"), {"boss": people["boss"]})
        for name, number in people.items():
            connection.execute(text("update person set name = :name, email = :email where id = :id"),
                               {"name": f"{name.title()} Example", "email": f"{name}@people.example", "id": number})
            connection.execute(text("delete from mail_wishes where person_id = :id"), {"id": number})
            connection.execute(MailWishes.__table__.insert().values(person_id=number, time_zone=zone))
    return session, people


def counted(page) -> list[int]:
    """Clicks and keys since the start."""
    return page.evaluate(COUNTED)


def opened(page_of, site, *who, **more):
    page = page_of(site, *who, **more)
    page.add_init_script(COUNTING)
    return page


def of_calendar(message: EmailMessage):
    """The one date in the calendar that came with a mail."""
    [part] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content() if isinstance(part.get_content(), bytes) else part.get_content().encode())
    [entry] = calendar.walk("VEVENT")
    return calendar, entry


def test_from_one_tap_after_the_session_to_next_years_pitch(site, office, inbound, page_of, request):
    session, people = cast(site)
    post = Post(site, office, request.config.getoption("--full"))
    vera_at, jo_at, boss_at = (f"{name}@people.example" for name in ("vera", "jo", "boss"))
    [title] = site.ask("select p.title from pitch p join session s on s.pitch_id = p.id where s.id = :s", s=session)

    # After the session, on a phone: one tap, and no form, makes a host.
    vera = opened(page_of, site, people["vera"], **PHONE)
    vera.goto(f"/e/govcamp-north/sessions/{session}")
    vera.get_by_role("button", name="I’ll carry this on").tap()
    expect(vera.get_by_text("You are a host of this conversation").or_(vera.get_by_text("You host this")).first).to_be_visible()
    assert counted(vera) == [1, 0], "volunteering takes one tap, and hosting nothing that is typed"
    [followup] = site.ask("select followup_id from followup_person where person_id = :p and part = 'host'", p=people["vera"])
    talk = f"/e/govcamp-north/follow-ups/{followup}"

    # The organisers write in the evening; each gets what is theirs.
    boss = opened(page_of, site, people["boss"])
    boss.goto("/e/govcamp-north/mailings")
    boss.locator("a[href*='kind=evening']").first.click()
    boss.get_by_role("button", name="Save and look at it").click()
    everybody = [f"{name}@people.example" for name, number in people.items()
                 if site.ask("select 1 from pass p join event e on e.id = p.event_id where e.slug = 'govcamp-north' and p.person_id = :p", p=number)]
    assert {vera_at, jo_at} <= set(everybody)
    with post.brings("evening", "content", *everybody):
        boss.get_by_role("button", name="Send it now").click()
    assert "List-Unsubscribe" in post.new[jo_at]
    assert f"{site.address}{talk}" in post.links(vera_at)

    # Who marked the session comes back by the link to its notes, and joins with one tap.
    notes = next(link for link in post.links(jo_at) if f"/sessions/{session}/" in link)
    jo = opened(page_of, site, people["jo"], **PHONE)
    jo.goto(notes.removeprefix(site.address).removesuffix("/note"))
    jo.get_by_role("button", name="Keep me posted").tap()
    expect(jo.get_by_text("You asked to be kept posted").or_(jo.get_by_text("You are kept posted")).first).to_be_visible()
    assert counted(jo) == [1, 0]

    # The host asks; the answer comes by e-mail and is a post.
    vera.goto(talk)
    vera.locator("textarea[name=text]").first.fill("Who has a room for twelve?")
    with post.brings("post", "rcpt", jo_at):
        vera.get_by_role("button", name="Post", exact=True).tap()
    asked = post.new[jo_at]
    assert "Who has a room for twelve?" in asked.get_body(("plain",)).get_content()
    assert vera_at not in str(asked), "nobody’s address is given away"
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = f"Jo <{jo_at}>", asked["Reply-To"], f"Re: {asked['Subject']}"
    reply["Message-ID"], reply["In-Reply-To"] = "<from-jo-1@people.example>", asked["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in asked.get_body(("plain",)).get_content().splitlines())
    reply.set_content(f"We do, on the third floor.\n\nOn Saturday the camp wrote:\n{quoted}\n")
    with post.brings("reply", "data", vera_at):
        deliver(inbound, reply, jo_at)
        deliver(inbound, reply, jo_at)  # as mail servers do that did not hear the answer
    assert post.new[vera_at]["In-Reply-To"] or post.new[vera_at]["References"], "mail programs show them as one thread"
    vera.goto(talk)
    said = vera.locator("#posts .posts > li")
    expect(said).to_have_count(2)
    expect(said.last).to_contain_text("We do, on the third floor.")
    expect(said.last).not_to_contain_text("room for twelve")

    # Introduced by consent: asked on the page, answered with one tap from the mail, without signing in.
    jo.goto(talk)
    jo.get_by_role("link", name=re.compile("^Introduce us")).first.tap()
    jo.locator("input[name=line], textarea[name=line]").first.fill("I have the room; can we talk about chairs?")
    with post.brings("introduction", "mail", vera_at):
        jo.get_by_role("button", name="Ask", exact=True).tap()
    assert jo_at not in str(post.new[vera_at]), "nothing is shared before a yes"
    answer = next(link for link in post.links(vera_at) if "/mail/introductions/" in link)
    stranger = opened(page_of, site, **PHONE)
    stranger.goto(answer)
    assert site.ask("select count(*) from introduction where :vera in (a_id, b_id) and a_answer = 'yes' and b_answer = 'yes'",
                    vera=people["vera"]) == [0], "looking is no answer"
    with post.brings("introduced", "content", vera_at, jo_at):
        stranger.get_by_role("button", name="Yes, introduce us").tap()
    assert counted(stranger) == [1, 0], "answering takes one tap from the page that the mail opens"
    jo.goto("/introductions")
    expect(jo.get_by_role("link", name=vera_at)).to_be_visible()

    # The next step, in everybody's calendar.
    [zone] = site.ask("select time_zone from event where slug = 'govcamp-north'")
    tomorrow: date = clock.local(clock.now(), zone).date() + timedelta(days=1)
    vera.goto(f"{talk}/next-step")
    vera.get_by_label(re.compile("^The next step")).fill("Twelve chairs and a projector")
    vera.get_by_label(re.compile("^Day")).fill(tomorrow.isoformat())
    vera.get_by_label(re.compile("^Begins at")).fill("18:30")
    with post.brings("date", "connect", vera_at, jo_at):
        vera.get_by_role("button", name="Save", exact=True).tap()
    for somebody in (vera_at, jo_at):
        calendar, entry = of_calendar(post.new[somebody])
        assert calendar["METHOD"] == "PUBLISH"
        assert clock.local(entry.decoded("DTSTART"), zone).isoformat()[:16] == f"{tomorrow}T18:30"
        assert "Twelve chairs" in str(entry["SUMMARY"])
    [same] = Calendar.from_ical(vera.context.request.get(f"{talk}/date.ics").body()).walk("VEVENT")
    assert same["UID"] == entry["UID"], "one date, wherever it came from"

    # The day before it, they are reminded: that afternoon has come.
    with post.brings("reminder", "rcpt", vera_at, jo_at), site.engine.begin() as connection:
        [planned] = [job.id for job in connection.execute(select(jobs.Job.__table__).where(jobs.Job.kind == "followups.remind"))
                     if job.payload["followup"] == followup]
        connection.execute(update(jobs.Job).where(jobs.Job.id == planned).values(run_at=clock.now()))
    assert "Twelve chairs" in post.new[jo_at].get_body(("plain",)).get_content()

    # It came to something.
    vera.goto(f"{talk}/outcome")
    vera.get_by_label("What it came to").fill("Twelve councils share one room, and its chairs.")
    vera.get_by_role("button", name="Save", exact=True).tap()
    expect(vera.get_by_text("Twelve councils share one room").first).to_be_visible()
    jo.goto("/e/govcamp-north/follow-ups?state=came")
    expect(jo.get_by_text("Twelve councils share one room").first).to_be_visible()

    # Next year it is offered to who pitches, and who was in it hears of it.
    boss.goto("/s/govcamp-north/events/new")
    boss.get_by_label("Name").fill("GovCamp North, a year on")
    boss.get_by_label("Day", exact=True).fill((tomorrow + timedelta(days=365)).isoformat())
    boss.get_by_role("button", name="Set it up").click()
    expect(boss.locator("h1")).to_be_visible()
    [later, code] = next(iter(site.ask("select slug || ' ' || join_code from event order by id desc limit 1"))).split()
    jo.goto(f"/join/{code}")
    jo.get_by_role("button", name=re.compile("^Join")).first.tap()
    jo.wait_for_url(f"**/e/{later}**")
    jo.goto(f"/e/{later}/pitches/new")
    jo.get_by_label("What is it called?").fill(title)
    carry = jo.get_by_label(re.compile(f"^Carry on from {clock.local(clock.now(), zone).year}: {re.escape(title)}")).first
    carry.check()
    with post.brings("pitched again", "rcpt", vera_at):
        jo.get_by_role("button", name="Pitch it").tap()
    expect(jo.get_by_text("Carries on from").first).to_be_visible()
    vera.goto(talk)
    expect(vera.get_by_text("at GovCamp North, a year on").first).to_be_visible()

    # Each mail once, whatever was killed; and nothing waits to be sent.
    eventually(lambda: site.ask("select count(*) from mail where sent_at is null and problem = '' and recipient like '%@people.example'") == [0])
    eventually(lambda: site.ask("select count(*) from job where kind = 'mail.deliver'") == [0])
    assert Counter(one.recipient for one in office.taken) == post.expected
    assert set(Counter((one.recipient, one.id) for one in office.taken).values()) == {1}
    assert set(post.killed) >= KILLED_IN_EVERY_RUN


def deliver(port: int, message: EmailMessage, sender: str) -> None:
    """Hand a mail to the site as a mail server does."""
    def there():
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=30)
        except OSError:  # it has not started yet
            return None

    with eventually(there, 30) as server:
        server.send_message(message, sender, [message["To"]])
