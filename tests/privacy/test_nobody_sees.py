"""No page, feed, export, answer, error, search result or mail tells an address that was not shared, or who is in what.

One world full of canaries is shown to every kind of person through every address there is (tests/access_rows.py), and each
canary may be met by those alone whom this file names. What a kind of person may see of pages at all is tests/test_access.py's.
"""

import io
import re
import time
import zipfile
from datetime import timedelta

import pytest
from flask import url_for
from flask.testing import FlaskClient
from sqlalchemy import select

from app.boards.idea_models import PRIVATE, Pledge
from app.documents import actions as documents
from app.events.models import Pass, Role
from app.followups import posts_actions
from app.followups.models import OFFER, READ_ALL, READ_PASS, READ_PEOPLE, Offer, Post
from app.infra import clock, db, findable
from app.infra.mail import Mail
from app.introductions import actions as introductions
from app.introductions import policy as introductions_policy
from app.introductions.models import BLOCK, EMAIL, NEVER, WAITING, YES, Introduction, MeetingWish, Report, Sharing, Shut
from app.mailings import actions as mailings
from app.mailings.models import Mailing
from app.pitches.models import Interest
from app.privacy import actions
from app.rounds import dividing
from app.rounds.models import JOINING, PAIRED, Round, RoundGroup, RoundPerson, RoundSeat
from tests.access_rows import ROWS, furnish
from tests.pages import CheckedClient, apart
from tests.search.rooms import work
from tests.test_access import KINDS, filled
from tests.world import AT

ADDRESS = re.compile(r"[\w.+-]+@canary\.example", re.IGNORECASE)
SITE = "canary.example"
# Organisers see whom they invited and gave passes to, with the address, and nobody else does (docs/privacy.md).
ORGANISERS = {"organiser", "owner"}
ADDRESSES_FOR_ORGANISERS = {"events.people", "events.holder", "events.owners", "exchange.attendees_csv"}
HELPERS = {"campmaker", *ORGANISERS}
HOLDERS = {"attendee", "blocked", *HELPERS}
# Who may meet what; nobody else may. Each stands nowhere but where it is put in `canaries`.
MAY_SEE = {
    "Postida Pemberton": HELPERS,  # is kept posted
    "Postquam Peters": {"attendee", *HELPERS},  # is kept posted of a conversation that the attendee hosts
    "Roundel Rowbotham": set(),  # has joined a round
    "Partnella Pike": {"attendee"},  # was put together with the attendee
    "Askew Aldous": {"attendee"},  # asked the attendee to be introduced
    "Lineamenta": {"attendee"},  # in which words
    "Aldora Aside": set(), "Quietline": set(),  # who asked, in which words
    "Tamsin Target": {"blocked"},  # whom; and whom the one that is blocked asked, too
    "Dorothea Decliner": {"attendee"},  # whom the attendee asked, and who said never again: for the attendee it stays asked
    "Pledgeworth": set(),  # a private pledge
    "Wilhelmina Wisher": {"attendee"},  # wants to meet people, as the attendee does
    "Hiddenburgh": HELPERS,  # in a post that is hidden
    "Passwick": HOLDERS, "Offerford": HOLDERS, "Offeria Ogden": HOLDERS, "Noteham": HOLDERS, "Whereby": HOLDERS,
    "Peopleton": {"attendee"},  # among people in a conversation
    "Reportley": ORGANISERS, "Blockwell": set(),
}
STREAMS = ("stream", "together")
# Without --full everything is shown to one of each level, and to the others what is about people.
LEVELS = ("stranger", "attendee", "campmaker", "organiser")
ABOUT_PEOPLE = ("followups.", "introductions.", "rounds.", "letters.", "privacy.", "recaps.of", "search", "beyond", "accounts.me",
                "events.people", "events.series_show", "exchange.attendees_csv", "exchange.came_of_it_csv", "boards.pledge", "grid.session_page")
OF_EACH = ("followups.conversation", "followups.shared_note", "followups.date_ics", "followups.about", "followups.write_post")
BEYOND = ("/e/{event}/follow-ups/999999", "/e/none/follow-ups/1", "/s/none/rounds", "/follow-ups/x", "/api/v1/none", "/mail/none",
          "/introductions/999999/answer", "/e/{event}/people/999999/ask")


class Reader(CheckedClient):
    """A client that looks at no page's rules: tests/test_access.py does."""

    def open(self, *args, **kwargs):
        return apart(FlaskClient.open, self, *args, **kwargs)


@pytest.fixture
def reader(app):
    app.test_client_class = Reader
    return app.test_client()


def canaries(world, series, event, people) -> list:
    """Who and what must not be met. Whoever is named here holds no pass to the event, only to an earlier one of the series."""
    earlier = world.event(series, day=event.starts_on.replace(year=event.starts_on.year - 1))

    def somebody(name: str):
        return world.holder(earlier, name=name, email=name.lower().replace(" ", ".") + f"@{SITE}")

    attendee = people["attendee"]
    talks = [world.followup(world.session(event, title), readers=readers, hosts=hosts, posted=posted) for title, readers, hosts, posted in (
        ("Open talk", READ_ALL, ["A typed host"], [somebody("Postida Pemberton")]), ("Hosted talk", READ_ALL, [attendee], [somebody("Postquam Peters")]),
        ("Pass talk", READ_PASS, ["A typed host"], []), ("People talk", READ_PEOPLE, [attendee], []))]
    open_talk, _hosted, pass_talk, people_talk = talks
    writer, offering = somebody("A writer"), somebody("Offeria Ogden")
    with db.transaction() as session:
        session.merge(pass_talk).document_id = documents.create("- Noteham is a village\n", AT).id
        session.merge(pass_talk).next_step, session.merge(pass_talk).next_where = "Meet", "Whereby House"
        session.merge(pass_talk).next_at = clock.now()
    world.save(*[Post(followup_id=talk.id, person_id=writer.id, name=writer.name, text=text, hidden=hidden, key=text, at=AT)
                 for talk, text, hidden in ((open_talk, "Hiddenburgh", True), (pass_talk, "Passwick", False), (people_talk, "Peopleton", False))],
               Offer(followup_id=pass_talk.id, person_id=offering.id, kind=OFFER, text="Offerford", key="o", at=AT))
    now = clock.now()
    asker, decliner, aside, target = (somebody(name) for name in ("Askew Aldous", "Dorothea Decliner", "Aldora Aside", "Tamsin Target"))
    shared, reporter, about = somebody("Sharon Shared"), somebody("A reporter"), somebody("Somebody reported")
    introduced = [Introduction(by_id=a.id, a_id=a.id, b_id=b.id, event_id=event.id, line=line, a_answer=YES, b_answer=answer, key=line,
                               asked_at=now, a_answered_at=now, b_answered_at=now if answer != WAITING else None)
                  for a, b, line, answer in ((asker, attendee, "Lineamenta", WAITING), (attendee, decliner, "Please", NEVER),
                                             (aside, target, "Quietline", YES), (shared, attendee, "We met", YES),
                                             (people["blocked"], target, "Blocked asks", NEVER))]
    world.save(*introduced)
    world.save(Sharing(introduction_id=introduced[3].id, giver_id=shared.id, taker_id=attendee.id, what=EMAIL, at=now),
               Sharing(introduction_id=introduced[2].id, giver_id=aside.id, taker_id=target.id, what=EMAIL, at=now),
               Sharing(introduction_id=introduced[0].id, giver_id=asker.id, taker_id=attendee.id, what=EMAIL, at=now),
               Shut(person_id=decliner.id, other_id=attendee.id, how=NEVER, at=now),
               Shut(person_id=attendee.id, other_id=people["blocked"].id, how=BLOCK, at=now),
               Shut(person_id=somebody("Blockwell Barnes").id, other_id=attendee.id, how=BLOCK, at=now),
               Report(event_id=event.id, by_id=reporter.id, about_id=about.id, text="Reportley", at=now),
               Pledge(event_id=event.id, person_id=writer.id, key="p", text="Pledgeworth", shown=PRIVATE, created_at=AT),
               *[row for one in (attendee, somebody("Wilhelmina Wisher")) for row in (
                   MeetingWish(series_id=series.id, person_id=one.id, since=AT),
                   *[Interest(pitch_id=talk.session.pitch_id, person_id=one.id, marked_at=AT) for talk in talks])])
    joining, paired = (world.save(Round(series_id=series.id, name=f"Round {state}", question="What next?", state=state, join_until=now,
                                        ask_at=now, paired_at=now, created_at=AT)) for state in (JOINING, PAIRED))
    group = world.save(RoundGroup(round_id=paired.id, number=1))
    world.save(RoundPerson(round_id=joining.id, person_id=somebody("Roundel Rowbotham").id, since=AT),
               RoundSeat(group_id=group.id, person_id=attendee.id), RoundSeat(group_id=group.id, person_id=somebody("Partnella Pike").id))
    for talk in talks:
        with db.transaction():
            findable.changed("followup", talk.id)
    return [*talks, joining, paired]


def addresses_of(app, series: str, event: str, names, things, full: bool) -> list[tuple[str, str]]:
    """(endpoint, path) of everything that can be read."""
    *talks, joining, paired = things
    talks = [(talk.id, talk.session_id) for talk in talks]
    rounds, found = [joining.id, paired.id], []
    with app.test_request_context():
        for row in ROWS:
            if row.method == "GET" and not row.endpoint.endswith(STREAMS):
                arguments = {k: filled(v, names) for k, v in row.arguments.items()}
                found.append((row.endpoint, url_for(row.endpoint, **arguments)))
                more = [{"followup_id": one} for one, _ in talks] if row.endpoint in OF_EACH else []
                more += [{"round_id": one} for one in rounds] if row.arguments.get("round_id") else []
                more += [{"session_id": one} for _, one in talks] if row.endpoint == "grid.session_page" else []
                found += [(row.endpoint, url_for(row.endpoint, **arguments | one)) for one in more]
    words = [name.split()[0] for name in MAY_SEE]
    for where in (f"/e/{event}/search", *((f"/s/{series}/search", "/search") if full else ())):
        found += [("search", f"{where}?q={word}") for word in ("", f"@{SITE}", *(words if full else words[::3]))]
    found += [("search", f"/e/{event}/search?kind={kind}") for kind in ("offer", "ask", "followup", "pledge")]
    return found + [("beyond", path.format(event=event)) for path in BEYOND]


def looked_at(endpoint: str, kind: str) -> bool:
    """Whether somebody of this kind looks there if not everybody looks everywhere."""
    about = endpoint.startswith(ABOUT_PEOPLE)
    return (kind in (*LEVELS, "blocked", "removed") and about) or kind == "organiser" or endpoint in ("accounts.me", "search.everywhere")


def told(answer, path: str) -> str:
    """All that an answer says, its headers and what is packed in it included; without the words that were typed."""
    if answer.mimetype == "application/zip" or answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            said = "".join(name + archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        said = answer.data.decode("utf-8", "replace")
    typed = path.partition("?q=")[2]
    said += str(answer.headers)
    return re.sub(rf"{re.escape(typed)}(?=[\"&<%\s]|$)", "", said) if typed else said


@pytest.mark.once
def test_every_address_for_every_kind_of_person(app, reader, world, request):
    full = request.config.getoption("--full")
    series = world.series()
    event = world.event(series)
    elsewhere = world.event()
    people = {
        "stranger": None, "signed in": world.person(email=f"plain@{SITE}"), "attendee": world.holder(event, name="Attenda", email=f"att@{SITE}"),
        "campmaker": world.holder(event, Role.CAMPMAKER, email=f"camp@{SITE}"), "organiser": world.holder(event, Role.ORGANISER, email=f"org@{SITE}"),
        "owner": world.owner(series, email=f"own@{SITE}"), "organiser elsewhere": world.holder(elsewhere, Role.ORGANISER, email=f"else@{SITE}"),
        "blocked": world.holder(event, email=f"blocked@{SITE}"), "removed": world.holder(event, email=f"removed@{SITE}"),
        "erased": world.holder(event, email=f"erased@{SITE}")}
    assert set(KINDS) < set(people)
    names = furnish(world, series, event, elsewhere, {kind: people[kind] for kind in KINDS})
    things = canaries(world, series, event, people)
    cookies = {kind: one and type("Cookie", (), {"get_id": lambda self, said=one.get_id(): said})() for kind, one in people.items()}
    own = {kind: one and one.email for kind, one in people.items()}
    with db.transaction() as session:
        session.delete(session.scalar(select(Pass).where(Pass.person_id == people["removed"].id, Pass.event_id == event.id)))
        actions.erase(session.merge(people["erased"]), posts=actions.UNNAMED, secret=app.secret_key, at=AT)
    work()
    paths = addresses_of(app, names["series"], names["event"], names, things, full)
    db.session.remove()
    met: dict[str, set[str]] = {}
    leaks: set[tuple[str, str, str]] = set()
    for kind, cookie in cookies.items():
        reader.sign_out()
        if cookie is not None:
            reader.sign_in(cookie, entered=int(time.time()))
        for endpoint, path in paths:
            if not full and not looked_at(endpoint, kind):
                continue
            answer = reader.get(path)
            assert answer.status_code < 500, (kind, path)
            said = told(answer, path)
            for canary, may in MAY_SEE.items():
                if canary in said:
                    met.setdefault(canary, set()).add(kind)
                    if kind not in may:
                        leaks.add((canary, kind, endpoint))
            if SITE in said:
                fine = {own[kind], *([f"sharon.shared@{SITE}", f"partnella.pike@{SITE}"] if kind == "attendee" else [])}
                if not (endpoint in ADDRESSES_FOR_ORGANISERS and kind in ORGANISERS):
                    leaks |= {(address, kind, endpoint) for address in ADDRESS.findall(said) if address.lower() not in fine}
    assert sorted(leaks) == []
    assert {canary for canary, may in MAY_SEE.items() if may} == met.keys(), "whoever may see it does somewhere, so this can fail"


def mails_tell_nothing(shared: set[frozenset[str]]) -> int:
    """No header or text of a mail holds another address than its reader's own, or one of whom they share theirs with; how many
    mails that were."""
    mails = db.session.scalars(select(Mail)).all()
    for mail in mails:
        said = " ".join([mail.recipient, mail.subject, mail.body, mail.html, mail.calendar, str(mail.headers)])
        for address in {one.lower() for one in ADDRESS.findall(said)} - {mail.recipient.lower()}:
            assert frozenset((address, mail.recipient.lower())) in shared, mail.subject
    db.session.rollback()
    return len(mails)


@pytest.mark.once
def test_no_mail_tells_an_address_that_is_not_shared(app, world):
    """Letters of every kind, as they are written: headers, both texts and the calendar part."""
    series = world.series()
    event = world.event(series)
    writer, host, posted, far = (world.holder(event, name=name, email=f"{name.lower()}@{SITE}") for name in ("Wilma", "Hanna", "Paul", "Fay"))
    organiser = world.holder(event, Role.ORGANISER, name="Olga", email=f"olga@{SITE}")
    talk = world.followup(world.session(event, "Talk"), hosts=[host], posted=[posted], readers=READ_ALL)
    now = clock.now()
    begun = world.save(Round(series_id=series.id, name="Spring", question="What next?", join_until=now, ask_at=now + timedelta(days=30), created_at=AT,
                             windows=[], people=[RoundPerson(person_id=one.id, since=AT) for one in (posted, far)]))
    mailing = world.save(Mailing(event_id=event.id, kind="evening", subject="After", body="Hello {name}", created_at=AT))
    with db.transaction():
        posts_actions.post(writer, talk, text="Buses, I say", key="said-it-once", at=now)
        asked = introductions.ask(writer, host, introductions_policy.Place(event, followup_id=talk.id), line="About buses", email=True, key="asked-it-once", at=now)
        mailings.send(organiser, mailing, seen=mailing.version, at=now)
        dividing.write(begun, dividing.known(begun), dividing.divide(begun, dividing.known(begun)), at=now)
    work()
    shared = {frozenset((f"paul@{SITE}", f"fay@{SITE}"))}
    kinds = mails_tell_nothing(shared)
    assert {mail.kind for mail in db.session.scalars(select(Mail))} >= {"followup", "introduction", "round", "mailing"}
    with db.transaction():
        introductions.answer(host, asked, YES, at=now)
    work()
    assert mails_tell_nothing({*shared, frozenset((f"wilma@{SITE}", f"hanna@{SITE}"))}) > kinds
