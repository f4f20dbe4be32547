"""Lists of attendees as ticket shops export them, in whatever columns.

    people = read_attendees_csv(data)
    for person in people.rows: invite(person.name, person.email)

Cancelled and refunded orders are passed over, and said; so are rows without a name. The address is only checked for shape.
"""

import re
from dataclasses import dataclass

from app.exchange.csv_tables import BadTable, Row, columns, read_table, write_table

_COLUMNS = {
    "first": ("given_name", "given name", "first name", "firstname", "forename", "first", "attendee first name",
              "ticket first name", "guest first name", "enw cyntaf", "prénom", "vorname", "nombre", "voornaam"),
    "last": ("family_name", "family name", "last name", "lastname", "surname", "last", "attendee last name",
             "attendee surname", "ticket last name", "guest last name", "second name", "cyfenw", "nom de famille", "nachname",
             "apellidos", "achternaam"),
    "name": ("full name", "fullname", "attendee name", "attendee", "ticket full name", "guest name", "participant",
             "participant name", "your name", "display name", "preferred name", "ticket holder", "ticket holder name", "enw",
             "nom", "delegate", "delegate name", "badge name", "name on badge"),
    "email": ("e-mail", "email address", "e-mail address", "attendee email", "attendee e-mail", "attendee email address", "mail",
              "ticket email", "guest email", "contact email", "your email", "ebost", "correo", "courriel", "work email",
              "delegate email"),
    "organisation": ("organization", "company", "employer", "organisation name", "company name", "affiliation", "org",
                     "ticket company name", "workplace", "where do you work", "attendee company", "department", "council",
                     "sefydliad", "company / organisation", "organisation/company", "ticket organisation"),
    "ticket": ("ticket type", "ticket", "ticket name", "ticket title", "type", "admission", "product", "item", "ticket class",
               "category"),
    "status": ("order status", "attendee status", "ticket status", "rsvp", "registration status", "payment status", "state",
               "attending", "response", "void status", "cancelled", "refunded"),
    "reference": ("ticket reference", "order id", "order no", "order number", "order reference", "order",
                  "barcode", "attendee id", "ticket id", "ticket number", "ref", "booking reference"),
    "buyerfirst": ("buyer first name", "order first name", "billing first name", "purchaser first name"),
    "buyerlast": ("buyer last name", "buyer surname", "order last name", "billing last name", "purchaser last name"),
    "buyeremail": ("buyer email", "order email", "billing email", "purchaser email"),
}
_GONE = re.compile(r"cancel|refund|void|declin|delet|not attending|not going|no[- ]show|reject|expired|abandon|"
                   r"charged back|transferred|waitlist|waiting list|incomplete|failed", re.I)
_YES = re.compile(r"^(?:yes|true|1|y|cancelled|canceled|refunded)$", re.I)
_EMAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]{1,190}\.[^\s@,;<>\".]{2,63}")
EXPORT_COLUMNS = ("given_name", "family_name", "email", "organisation", "ticket_type")


@dataclass(frozen=True)
class AttendeeRow:
    """One person of the list; `number` is the row in the file. Empty values mean that the file did not say."""

    number: int
    name: str
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    organisation: str = ""
    ticket: str = ""
    reference: str = ""


@dataclass(frozen=True)
class AttendeeList:
    """The people, sentences about rows that were passed over or are odd, and the columns that were not used."""

    rows: tuple[AttendeeRow, ...]
    warnings: tuple[str, ...]
    unknown_columns: tuple[str, ...]


def read_attendees_csv(data: bytes) -> AttendeeList:
    """Attendees from CSV bytes. Raises `csv_tables.BadTable` when no column holds names."""
    table = read_table(data)
    header = list(table.header)
    found, strange, twice = columns(header, _COLUMNS)
    if not {"first", "last", "name", "buyerfirst", "buyerlast"} & set(found):
        raise BadTable("Row 1 names no column of names. “Name”, or “First name” and “Last name”, is needed there.")
    warnings = [*table.warnings, *[each for each in twice if "“status”" not in each and "“reference”" not in each]]
    statuses = [place for place, heading in enumerate(header) if _is_status(heading)]
    rows: list[AttendeeRow] = []
    by_email: dict[str, int] = {}
    for raw in table.rows:
        row = _row(raw, found, header, statuses, warnings)
        if row is None:
            continue
        key = f"{row.email.casefold()} {row.name.casefold()}"
        if row.email and key in by_email:
            warnings.append(f"Row {row.number}: the same person and address as row {by_email[key]}; passed over.")
            continue
        by_email.setdefault(key, row.number)
        rows.append(row)
    return AttendeeList(tuple(rows), tuple(warnings), tuple(strange))


def write_attendees_csv(rows: list[AttendeeRow]) -> str:
    """The people as CSV, formula marks made harmless; `read_attendees_csv` reads it back."""
    return write_table(EXPORT_COLUMNS, ([*_parted(row), row.email, row.organisation, row.ticket] for row in rows))


def _row(raw: Row, found: dict[str, int], header: list[str], statuses: list[int], warnings: list[str]) -> AttendeeRow | None:
    def cell(*names: str) -> str:
        for name in names:
            place = found.get(name)
            if place is not None and place < len(raw.cells) and raw.cells[place]:
                return " ".join(raw.cells[place].split())
        return ""

    for place in statuses:
        status = raw.cells[place] if place < len(raw.cells) else ""
        flag = re.search(r"cancel|refund|void", header[place], re.I)
        if (flag and _YES.match(status)) or (not flag and _GONE.search(status)):
            said = status if not flag else header[place]
            warnings.append(f"Row {raw.number}: passed over, because the ticket is “{said.lower()[:40]}”.")
            return None
    given, family = cell("first", "buyerfirst"), cell("last", "buyerlast")
    whole = cell("name")
    name = whole or f"{given} {family}".strip()
    if "," in name and not given and name.count(",") == 1:  # "Doe, Jane"
        family, given = (part.strip() for part in name.split(","))
        name = f"{given} {family}".strip()
    if not name or not re.search(r"\w", name) or re.fullmatch(r"(?:info requested|n/?a|tbc|tbd|guest|unknown|"
                                                              r"-+)(?: info requested)?",
                                                              name, re.I):
        warnings.append(f"Row {raw.number}: passed over, because it has no name.")
        return None
    if len(name) > 200:
        warnings.append(f"Row {raw.number}: passed over, because the name is longer than 200 characters.")
        return None
    email = cell("email", "buyeremail").removeprefix("mailto:").strip("<>")
    if email and not _EMAIL.fullmatch(email):
        warnings.append(f"Row {raw.number}: what stands for an e-mail address is none, and was left out.")
        email = ""
    return AttendeeRow(raw.number, name, given, family, email, cell("organisation")[:200], cell("ticket")[:200],
                       cell("reference")[:100])


def _is_status(heading: str) -> bool:
    """Whether a column says that a ticket no longer holds ("Order status", "Cancelled", "Refunded?")."""
    return bool(re.fullmatch(r"\W*(?:(?:order|attendee|ticket|registration|payment|void|rsvp|event|"
                             r"booking) ?)?(?:status|state|"
                             r"cancell?ed|refunded|voided|void|rsvp|attending|response)\W*", heading, re.I))


def _parted(row: AttendeeRow) -> tuple[str, str]:
    """The name in two cells that read back as the same name."""
    if f"{row.given_name} {row.family_name}".strip() == row.name:
        return row.given_name, row.family_name
    given, _, family = row.name.rpartition(" ")
    return (given, family) if given else (row.name, "")
