"""All that is known of somebody as one file: a zip with one JSON file and the same as CSV tables.

Which tables those are is read from the foreign keys, so a room that is built later is in it without being added here. Of each row
that names the person all is given but what guards the account, and what is somebody else's: other people are given by name
only, and an address is taken out of every text unless it is the person's own or shared with them.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Column, LargeBinary, Table, func, or_, select

from app.accounts.merging import references
from app.accounts.models import Person
from app.errors import require
from app.exchange.csv_cells import neutral_row
from app.infra import db
from app.infra.mail import Mail
from app.introductions.leaving import consent_history
from app.introductions.models import EMAIL, Introduction, Sharing
from app.privacy import labels, policy
from app.rounds.models import Round, RoundGroup, RoundSeat

# Told by `consent_history`, which leaves out what the other person refused and who shut whom out.
BY_CONSENT = {"introduction", "contact_sharing", "contact_shut", "meeting_wish", "contact_report"}
# Gathered in a way of their own below.
APART = {"mail", "round_seat", "document_update", "revision"}
# What guards the account or a feed, is a place of a file, or says what others are called and reached by.
SECRET = {("pass", "feed_secret"), ("mail_wishes", "secret"), ("link", "digest"), ("import", "file_key"), ("import", "reports"),
          ("imported_file", "file_key"), ("imported_file", "report"), ("note_picture", "file"), ("followup_offer", "key"),
          ("pledge", "key"), ("insight", "key"),
          ("insight", "mark"), ("followup_post", "key"), ("queue_entry", "key"), ("mail_waiting", "key")}
# Columns that name the person for somebody else's sake: what others did is theirs.
NOT_THEIRS = {("followup_person", "asked_by_id")}
ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
TAKEN_OUT = "(an address that is not shared with you)"
README = """What this site knows of you, {at}.

everything.json holds all of it. The same stands in tables, one for each kind of thing, which spreadsheet programs open; a cell
that such a program might run as a formula begins with an apostrophe.

account        your account; sign-in links and your password are not in here
contacts       what other people share with you now
consent        who shared what with whom and when, whom you asked, what you answered, whom you shut out
mail           what was sent to you, as far as it is kept; mails that hold a link for signing in are given by subject only
notes-written  the shared texts that you wrote in, where that is kept
rounds         whom you were put together with
The other tables are named after what they hold.
"""

Rows = list[dict[str, object]]


def of_person(actor: Person, person: Person, at: datetime) -> dict[str, Rows]:
    """Everything, by kind of thing; each row a mapping of plain values. Only for oneself (some 60 statements)."""
    require(policy.can_take_out(actor, person))
    contacts = _contacts(person)
    found: dict[str, Rows] = {"account": [_account(person)], "contacts": contacts, "consent": list(consent_history(person)),
                              "mail": _mails(person), "notes-written": _written(person), "rounds": _rounds(person)}
    for table, columns in tables():
        rows = _rows(table, columns, person)
        if rows:
            found[table.name.replace("_", "-")] = rows
    allowed = {person.email or "", *(str(one["said"]) for one in contacts)}
    return {kind: [{name: _shown(value, allowed) for name, value in row.items()} for row in rows] for kind, rows in found.items()}


def tables() -> list[tuple[Table, list[Column]]]:
    """The tables whose rows are given as they are, each with the columns that name the person."""
    columns: dict[Table, list[Column]] = {}
    for table, column in references():
        if table.name not in BY_CONSENT | APART and (table.name, column.name) not in NOT_THEIRS:
            columns.setdefault(table, []).append(column)
    return list(columns.items())


def packed(found: Mapping[str, Rows], at: datetime) -> bytes:
    """`of_person` as a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(at=at.strftime("%d %B %Y")))
        archive.writestr("everything.json", json.dumps({"at": at.isoformat(), **found}, ensure_ascii=False, indent=1))
        for kind, rows in found.items():
            if rows:
                archive.writestr(f"{kind}.csv", _table(rows))
    return made.getvalue()


def _table(rows: Rows) -> str:
    written = io.StringIO()
    writer = csv.writer(written)
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(names)
    for row in rows:
        writer.writerow(neutral_row([_cell(row.get(name)) for name in names]))
    return "\ufeff" + written.getvalue()  # without the mark one program takes it for another encoding


def _cell(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else "yes" if value is True else "no" if value is False else str(value)


def _shown(value: object, allowed: set[str]) -> object:
    if isinstance(value, str):
        return ADDRESS.sub(lambda found: found[0] if found[0].lower() in allowed else TAKEN_OUT, value) if "@" in value else value
    if isinstance(value, list):
        return [_shown(one, allowed) for one in value]
    if isinstance(value, dict):
        return {key: _shown(one, allowed) for key, one in value.items()}
    return value


def _account(person: Person) -> dict[str, object]:
    return {"number": person.id, "name": person.name, "organisation": person.organisation, "email": person.email,
            "has password": person.password_hash is not None, "looks after this site": person.keeper,
            "since": _plain(person.created_at)}


def _rows(table: Table, columns: Sequence[Column], person: Person) -> Rows:
    given = [column for column in table.columns if not isinstance(column.type, LargeBinary)
             and (table.name, column.name) not in SECRET]
    found = db.session.execute(select(*given).where(or_(*[column == person.id for column in columns]))
                               .order_by(*table.primary_key.columns)).all()
    said = labels.of(given, found, person)
    return [{labels.heading(column): said(column, value) for column, value in zip(given, row, strict=True)} for row in found]


def _contacts(person: Person) -> Rows:
    """What others share with them now."""
    giver = db.session.execute(
        select(Sharing, Person).join(Person, Person.id == Sharing.giver_id)
        .join(Introduction, Introduction.id == Sharing.introduction_id).where(
            Sharing.taker_id == person.id, Sharing.revoked_at.is_(None), Sharing.ended_at.is_(None),
            Introduction.a_answer == "yes", Introduction.b_answer == "yes").order_by(Sharing.id))
    return [{"who": other.name, "what": "e-mail address" if one.what == EMAIL else "another way",
             "said": (other.email or "") if one.what == EMAIL else one.value, "since": _plain(one.at)} for one, other in giver]


def _mails(person: Person) -> Rows:
    """Mails to them. Without `kind` it is one of those for signing in, whose link must not leave the mailbox."""
    mine = Mail.person_id == person.id
    if person.email:
        mine |= func.lower(Mail.recipient) == person.email
    return [{"at": _plain(mail.created_at), "sent": _plain(mail.sent_at), "about": mail.kind, "subject": mail.subject,
             "text": mail.body if mail.kind else ""} for mail in db.session.scalars(select(Mail).where(mine).order_by(Mail.id))]


def _written(person: Person) -> Rows:
    """The shared texts they wrote in, where that is kept: how many changes and versions, and when."""
    found: dict[int, dict[str, object]] = {}
    for name, table in (("changes", "document_update"), ("versions", "revision")):
        of = db.Base.metadata.tables[table].c
        for document_id, number, first, last in db.session.execute(
                select(of.document_id, func.count(), func.min(of.at), func.max(of.at)).where(of.by_id == person.id)
                .group_by(of.document_id).order_by(of.document_id)):
            row = found.setdefault(document_id, {"text": "", "changes": 0, "versions": 0, "first": first, "last": last})
            row |= {name: number, "first": min(row["first"], first), "last": max(row["last"], last)}
    titles = labels.of_documents(found, person)
    return [row | {"text": titles.get(document_id, ""), "first": _plain(row["first"]), "last": _plain(row["last"])}
            for document_id, row in found.items()]


def _rounds(person: Person) -> Rows:
    """Whom they were put together with, and what they themselves said of it."""
    mine = db.session.execute(select(Round.name, RoundSeat.group_id, RoundSeat.answer, Round.paired_at)
                              .join(RoundGroup, RoundGroup.id == RoundSeat.group_id).join(Round, Round.id == RoundGroup.round_id)
                              .where(RoundSeat.person_id == person.id).order_by(Round.id)).all()
    others: dict[int, list[str]] = {}
    for group_id, name in db.session.execute(
            select(RoundSeat.group_id, Person.name).join(Person, Person.id == RoundSeat.person_id)
            .where(RoundSeat.group_id.in_([row[1] for row in mine]), RoundSeat.person_id != person.id).order_by(Person.name)):
        others.setdefault(group_id, []).append(name)
    return [{"round": name, "with": others.get(group_id, []), "you said": answer, "at": _plain(at)}
            for name, group_id, answer, at in mine]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value


