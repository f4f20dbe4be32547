"""Bringing in a schedule, whatever format it came in: its rooms, slots and sessions, all of them or nothing.

What the file says of a session wins over what stands here; what it does not say stays. Sessions that the file does not name are
left alone. All places change in one step of the grid's history, which one undo takes back. Bringing in the same again changes
nothing.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import Person
from app.errors import Conflict, Refused, require
from app.events import actions as events
from app.events.layout import changed as set_up_changed
from app.events.layout import write_slots
from app.events.models import SESSION_SLOT, Event, Room, Slot
from app.events.policy import sure_of
from app.exchange import matching, policy, slot_planning
from app.exchange.actions import ORGANISERS_ONLY, session_title
from app.exchange.models import SessionLink
from app.exchange.reports import CHANGED, NEW, SAME, SKIPPED, Report
from app.exchange.schedule_matching import Here, Slots
from app.exchange.schedule_shape import SESSION, Entry, Schedule
from app.exchange.session_texts import brought_up_to_date, new_pitch
from app.grid import actions as grid
from app.grid.models import ARRANGED, Session
from app.grid.standings import Standing, cells_of, change, standing_of
from app.infra import clock, db, findable

THE_FILE = "the file"


def bring_in_schedule(actor: Person, event: Event, schedule: Schedule, *, base_url: str, at: datetime) -> list[Report]:
    """Bring in every session of `schedule` and say what became of each; the first report is of the file as a whole.

    Raises `Conflict` naming the place in the file that cannot be brought in: then nothing of it may be kept. Links to pages
    under `base_url` are our own and are not kept.
    """
    require(policy.can_import(actor, event), ORGANISERS_ONLY)
    with sure_of(actor, event):
        return _Bringing(actor, event, schedule, base_url, at).run()


class _Bringing:
    def __init__(self, actor: Person, event: Event, schedule: Schedule, base_url: str, at: datetime):
        self.actor, self.event, self.schedule, self.base_url, self.at = actor, event, schedule, base_url, at
        self.whole = Report(THE_FILE, SAME, schedule.title, warnings=list(schedule.remarks),
                            recognised=[f"It is {schedule.kind}."])
        self.reports: list[Report] = []
        self.wanted: dict[Session, Standing] = {}
        self.said_by: dict[Session, Report] = {}
        self.rooms: dict[str, Room] = {}
        self.urls: set[tuple[int, str]] = set()
        self.links: list[dict] = []

    def run(self) -> list[Report]:
        entries = self._of_this_year()
        self._dates(entries)
        entries_in = [e for e in entries if e.starts is None or self._is_day(e.starts)]
        for room in self.schedule.rooms:
            self._room(room.name, room.seats, self.whole)
        self._make_slots(entries_in)
        self.slots, self.here = Slots(self.event), Here(self.event, entries)
        self.urls = {(session_id, url) for session_id, url in db.session.execute(
            select(SessionLink.session_id, SessionLink.url).join(Session, Session.id == SessionLink.session_id)
            .where(Session.event_id == self.event.id))}
        for entry in entries:
            report = Report(entry.where, SAME, entry.title, warnings=list(entry.remarks))
            self.reports.append(report)
            try:
                self._bring_in(entry, report)
            except Refused as problem:
                raise Conflict(f"{entry.where[:1].upper()}{entry.where[1:]}: {problem.message} "
                               "Nothing of the file was brought in.") from problem
        if self.links:  # thousands, in one statement
            db.session.execute(insert(SessionLink), self.links)
        self._place()
        if self.whole.outcome == SAME and not self.whole.warnings:
            return self.reports
        return [self.whole, *self.reports]

    def _of_this_year(self) -> list[Entry]:
        years = {entry.year for entry in self.schedule.entries if entry.year}
        kept = []
        for entry in self.schedule.entries:
            if entry.year and entry.year != self.event.year and self.event.year in years:
                self.reports.append(Report(entry.where, SKIPPED, entry.title, warnings=[
                    f"It is of {entry.year}; this event is of {self.event.year}."]))
            else:
                kept.append(entry)
        return kept

    def _day(self, moment: datetime):
        return clock.local(moment, self.event.time_zone).date()

    def _is_day(self, moment: datetime) -> bool:
        return self.event.starts_on <= self._day(moment) <= self.event.ends_on

    def _dates(self, entries: list[Entry]) -> None:
        """An event without a timetable takes its days from the file, if the file has others."""
        days = slot_planning.best_days((self._day(e.starts) for e in entries if e.starts), events.LONGEST_DAYS)
        if days is None or self.event.slots or (self.event.starts_on <= days[0] and days[1] <= self.event.ends_on):
            return
        events.edit_event(self.actor, self.event, starts_on=days[0], ends_on=days[1])
        self.whole.outcome = CHANGED
        self.whole.warnings.append(f"The event had no timetable, so its dates were taken from the file: {days[0].isoformat()} to "
                                   f"{days[1].isoformat()}.")

    def _room(self, name: str, seats: int | None, report: Report) -> Room:
        room = self.rooms.get(name)
        if room is None:
            before = len(self.event.rooms)
            room = self.rooms[name] = matching.room_called(self.actor, self.event, name, seats=seats)
            report.outcome = NEW if len(self.event.rooms) != before else report.outcome
        if room.seats is None and seats:
            room.seats = seats
            report.outcome = CHANGED if report.outcome == SAME else report.outcome
            set_up_changed(self.event)
        return room

    def _make_slots(self, entries: list[Entry]) -> None:
        """Slots for all times of the file; twice where what looked like a double turns out to be none."""
        there, numbered = {slot.number for slot in self.event.slots}, defaultdict(list)
        for entry in entries:
            if entry.slot is not None and entry.slot not in there:
                numbered[entry.slot].append(entry)
        for number, lines in sorted(numbered.items()):
            starts = next((e.starts for e in lines if e.starts), None)
            ends = min((e.ends for e in lines if e.ends and e.starts == starts), default=None)  # a double ends with the next slot
            events.add_slot(self.actor, self.event, kind=SESSION_SLOT, number=number, starts_at=starts, ends_at=ends)
            self.whole.outcome = NEW
        timed = [e for e in entries if e.starts and e.kind == SESSION and e.slot is None]
        self._write([(SESSION_SLOT, "", *times) for times in slot_planning.needed(
            ((e.starts, e.ends) for e in timed),
            ((s.starts_at, s.ends_at) for s in self.event.slots if s.kind == SESSION_SLOT and s.starts_at))])
        slots = Slots(self.event)
        self._write(sorted({(SESSION_SLOT, "", e.starts, e.ends) for e in timed if slots.at(e) is None}, key=lambda one: one[2:]))
        there = {(s.kind, s.starts_at) for s in self.event.slots}
        self._write(list({(e.kind, e.starts): (e.kind, e.title[:60], e.starts, e.ends) for e in entries
                          if e.starts and e.kind != SESSION and (e.kind, e.starts) not in there}.values()))

    def _write(self, slots: list[tuple]) -> None:
        if not slots:
            return
        used = any(slot.kind == SESSION_SLOT for slot in self.event.slots)
        new = [(None, {"kind": kind, "label": label, "notes": "", "starts_at": starts, "ends_at": ends})
               for kind, label, starts, ends in slots]
        write_slots(self.event, [*((slot, {}) for slot in self.event.slots), *new], anew=not used)
        self.whole.outcome = NEW if self.whole.outcome == SAME else self.whole.outcome
        self.whole.recognised.append(f"{len(slots)} times of the day were added to the timetable." if len(slots) > 1 else
                                     "A time of the day was added to the timetable.")

    def _slot(self, entry: Entry, report: Report) -> tuple[Slot | None, int]:
        if entry.slot is not None:
            slot = self.slots.numbered(entry.slot)
            if slot is None:  # only on a day that is not the event's
                return None, 1
            length = self.slots.length(slot, entry)
        elif entry.starts is None or not self._is_day(entry.starts):
            return None, 1
        else:
            slot, length = self.slots.at(entry)
        if (slot.starts_at is None and entry.starts) or (slot.ends_at is None and entry.ends and slot.starts_at == entry.starts):
            slot.starts_at, slot.ends_at = entry.starts, entry.ends
            report.outcome = CHANGED if report.outcome == SAME else report.outcome
            set_up_changed(self.event)
            db.session.flush()
            self.slots = Slots(self.event)
        return slot, length

    def _bring_in(self, entry: Entry, report: Report) -> None:
        if entry.kind != SESSION:
            report.outcome = SAME if entry.starts else SKIPPED
            report.recognised.append(f"It is no session but a {entry.kind}.")
            return
        room = self._room(entry.room, entry.seats, report) if entry.room else None
        slot, length = self._slot(entry, report)
        if not entry.title:
            report.outcome = SKIPPED if report.outcome == SAME else report.outcome
            report.warnings.append("There is no title in it, so there is no session to bring in yet.")
            return
        session = self.here.session_for(entry, room, slot)
        if session is None and entry.cancelled:
            report.outcome = SKIPPED
            report.warnings.append("It is cancelled, and there is no such session here, so it was left out.")
            return
        if session is None:
            session = self._new(entry, report)
        elif brought_up_to_date(self.actor, session, entry, report, self.at) or report.outcome == NEW:
            report.outcome = CHANGED
        report.session_id = session.id
        self._links(session, entry, report)
        self._want(session, entry, report, room, slot, length)

    def _new(self, entry: Entry, report: Report) -> Session:
        pitch = self.here.pitch_for(entry)
        fresh = pitch is None
        if fresh:
            pitch = new_pitch(self.actor, self.event, entry, session_title(entry.title, report), report, self.at)
        guid = entry.guid if entry.guid and self.here.guid_free(entry.guid) else ""
        session = grid.open_session(self.actor, pitch, fresh=fresh, guid=guid, at=self.at)
        set_committed_value(session, "placements", [])  # known of what was just made; asking costs as much as making it
        set_committed_value(session, "placement", None)
        self.here.add(session, session.guid)
        report.outcome = NEW
        return session

    def _links(self, session: Session, entry: Entry, report: Report) -> None:
        new = [(label, url) for label, url in entry.links
               if not url.startswith(f"{self.base_url}/") and (session.id, url) not in self.urls]
        self.urls.update((session.id, url) for _, url in new)
        self.links += ({"session_id": session.id, "label": label, "url": url} for label, url in new)
        if new and report.outcome == SAME:
            report.outcome = CHANGED
            findable.changed("session", session.id)

    def _want(self, session: Session, entry: Entry, report: Report, room: Room | None, slot: Slot | None, length: int) -> None:
        """Note where the session shall stand, or say why it stays where it is."""
        self.said_by[session] = report
        was = standing_of(session)
        to = was._replace(cancelled=entry.cancelled[:200] or was.cancelled)
        if room and slot and room.number is not None:
            to = to._replace(room=room, slot=slot, length=was.length if entry.ends is None and was.slot is slot else length)
        elif was.room is None:
            report.unsure.append(
                f"{room.name} is not a room for sessions here, so this session has no place yet." if room and slot else
                f"{self._day(entry.starts).isoformat()} is not a day of the event, so this session has no place yet."
                if entry.starts and not self._is_day(entry.starts) else
                "The file does not say both room and time, so this session has no place yet.")
        if to != was:
            self.wanted[session] = to

    def _place(self) -> None:
        """Let every session stand where the file says, unless another stands there that does not make way."""
        cells = {}
        for session, to in list(self.wanted.items()):
            cells[session] = [(room.id, slot.id) for room, slot in cells_of(self.event, to)]
        now = {s: {(p.room_id, p.slot_id) for p in s.placements} for s in self.here.sessions}
        holder: dict = {}
        refused = True
        while refused:
            holder = {cell: s for s, held in now.items() if s not in self.wanted for cell in held}
            refused = []
            for session, wanted in cells.items():
                if session not in self.wanted:
                    continue
                other = next((holder[cell] for cell in wanted if holder.get(cell, session) is not session), None)
                if other is not None:
                    refused.append((session, other))
                    continue
                holder |= dict.fromkeys(wanted, session)
            for session, other in refused:
                self._stays(session, other, self.wanted.pop(session))
        if self.wanted:
            count = len(self.wanted)
            change(self.actor, self.event, ARRANGED, self.wanted, "brought in from a file where " + (
                f"{count} sessions are" if count > 1 else f"“{next(iter(self.wanted)).pitch.title}” is"), self.at)
        for session in self.wanted:
            if self.said_by[session].outcome == SAME:
                self.said_by[session].outcome = CHANGED
        self._overlaps()

    def _stays(self, session: Session, other: Session, to: Standing) -> None:
        here = "stays where it is" if session.placement else "has no place yet"
        self.said_by[session].unsure.append(
            f"“{other.pitch.title}” is in {to.room.name} in that slot already, so this session {here}.")

    def _overlaps(self) -> None:
        """Say which sessions are in one room at the same time, as slots of different lengths allow."""
        by_room: dict[int, list] = defaultdict(list)
        for session in self.said_by:
            if (here := next(iter(session.placements), None)) and here.slot.starts_at:
                ends_at = session.placements[-1].slot.ends_at or here.slot.starts_at + timedelta(minutes=1)
                by_room[here.room_id].append((here.slot.starts_at, ends_at, session.id, session))
        for held in by_room.values():
            last = None
            for one in sorted(held, key=lambda one: one[:3]):
                if last is not None and one[0] < last[1]:
                    self.said_by[one[3]].unsure.append(f"“{last[3].pitch.title}” is in the same room at the same time.")
                last = one if last is None or one[1] > last[1] else last
