"""Series, events, rooms, slots, topics and passes."""

from datetime import date, datetime
from enum import IntEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.infra.db import Base, Moment


class Role(IntEnum):
    """What somebody is at an event; each may do what those before it may."""

    STRANGER = 0
    ATTENDEE = 1
    CAMPMAKER = 2
    ORGANISER = 3


PUBLIC, UNLISTED, ATTENDEES_ONLY = "public", "unlisted", "attendees"
CHATHAM_HOUSE, NAMED = "chatham", "named"
# Who may read notes: whoever may read the event; the same, but only once they are published (until then holders of a pass);
# holders of a pass. Who may write them: every holder of a pass; note-takers and campmakers; campmakers.
READ_ALL, READ_PUBLISHED, READ_ATTENDEES = "all", "published", "attendees"
WRITE_ATTENDEES, WRITE_TAKERS, WRITE_CAMPMAKERS = "attendees", "takers", "campmakers"
LIVE, DRAFT = "live", "draft"  # of the grid: everybody sees every change at once, or only organisers until it is published

DEFAULT_NOTE_TEMPLATE = """## Notes

-

## Actions

- [ ]

## Summary

"""
DEFAULT_CODE_OF_CONDUCT = (
    "Be kind, listen, and assume good intent. Harassment of any kind is not welcome. If something is wrong, tell a "
    "campmaker or an organiser: they will help. Anybody may say “don’t write that down”, and then nobody does."
)
DEFAULT_LICENCE = "CC BY 4.0"


class Series(Base):
    """Events that belong together and share an archive."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("slug", info={"conflict": "Another series has that web address."}),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment)


class SeriesOwner(Base):
    """Somebody who may set up events in a series and organise each of them."""

    __tablename__ = "series_owner"

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class Event(Base):
    """One edition: UKGovCamp 2026."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("slug", info={"conflict": "Another event has that web address."}),
        UniqueConstraint("join_code"),
        CheckConstraint("visibility IN ('public', 'unlisted', 'attendees')", name="visibility"),
        CheckConstraint("attribution IN ('chatham', 'named')", name="attribution"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("hue BETWEEN 0 AND 359", name="hue"),
        CheckConstraint("grid_state IN ('live', 'draft')", name="grid_state"),
        CheckConstraint("marks_most IS NULL OR marks_most > 0", name="marks_most"),
        CheckConstraint("notes_readers IN ('all', 'published', 'attendees')", name="notes_readers"),
        CheckConstraint("notes_writers IN ('attendees', 'takers', 'campmakers')", name="notes_writers"),
        CheckConstraint("notes_tidy_hours BETWEEN 0 AND 720", name="notes_tidy_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    slug: Mapped[str] = mapped_column(String(60))
    hashtag: Mapped[str] = mapped_column(String(50), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/London")
    venue: Mapped[str] = mapped_column(String(200), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    visibility: Mapped[str] = mapped_column(String(20), default=PUBLIC)
    join_code: Mapped[str] = mapped_column(String(12))
    attribution: Mapped[str] = mapped_column(String(20), default=CHATHAM_HOUSE)
    note_template: Mapped[str] = mapped_column(Text, default=DEFAULT_NOTE_TEMPLATE)
    code_of_conduct: Mapped[str] = mapped_column(Text, default=DEFAULT_CODE_OF_CONDUCT)
    notes_licence: Mapped[str] = mapped_column(String(100), default=DEFAULT_LICENCE)
    notes_readers: Mapped[str] = mapped_column(String(10), default=READ_ALL)
    notes_writers: Mapped[str] = mapped_column(String(10), default=WRITE_ATTENDEES)
    notes_close_at: Mapped[datetime | None] = mapped_column(Moment)  # from then on nobody writes
    notes_tidy_hours: Mapped[int] = mapped_column(default=48)  # after the event, for note-takers to write up what they have
    hue: Mapped[int] = mapped_column(default=172)
    # Counts changes of the event, its rooms, slots and topics: what was made from them and kept (a page, a form) can be told old.
    set_up_version: Mapped[int] = mapped_column(default=1)
    # Counts every change of anything the grid shows (`versions.py`): a page or feed that was kept is for one version.
    version: Mapped[int] = mapped_column(default=1)
    grid_state: Mapped[str] = mapped_column(String(10), default=LIVE)
    pitches_close_at: Mapped[datetime | None] = mapped_column(Moment)
    marks_hidden: Mapped[bool] = mapped_column(default=False)  # how many are interested is not shown until pitching closes
    marks_most: Mapped[int | None]  # how many pitches one person may mark
    screen_text: Mapped[str] = mapped_column(String(200), default="")  # what screens say all day: the wifi, a hashtag
    message: Mapped[str] = mapped_column(String(200), default="")  # what organisers tell everybody now: "Lunch is late"
    outcomes_shown: Mapped[bool] = mapped_column(default=True)  # whoever may read the event sees what came of it
    created_at: Mapped[datetime] = mapped_column(Moment)

    series: Mapped[Series] = relationship()
    rooms: Mapped[list["Room"]] = relationship(order_by="Room.position, Room.id", cascade="all, delete-orphan")
    slots: Mapped[list["Slot"]] = relationship(order_by="Slot.position, Slot.id", cascade="all, delete-orphan")
    topics: Mapped[list["Topic"]] = relationship(order_by="Topic.id", cascade="all, delete-orphan")

    @property
    def year(self) -> int:
        """The year people call it by."""
        return self.starts_on.year


class Room(Base):
    """A place in the venue. `number` is its column on the grid (the 3 of s1r3); empty when it is not for sessions."""

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("event_id", "name", info={"conflict": "Two rooms of one event cannot have the same name."}),
        UniqueConstraint("event_id", "number"),
        CheckConstraint("seats IS NULL OR seats > 0", name="seats"),
        CheckConstraint("for_sessions OR number IS NULL", name="numbered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    position: Mapped[int]
    number: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(60))
    seats: Mapped[int | None]
    floor: Mapped[str] = mapped_column(String(40), default="")
    step_free: Mapped[bool] = mapped_column(default=False)
    equipment: Mapped[str] = mapped_column(String(200), default="")
    notes: Mapped[str] = mapped_column(String(300), default="")
    for_sessions: Mapped[bool] = mapped_column(default=True)


SESSION_SLOT, BREAK_SLOT, PLENARY_SLOT = "session", "break", "plenary"


class Slot(Base):
    """A row of time. `number` is the 1 of s1r3, only for session slots. An imported slot may have no times."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("kind IN ('session', 'break', 'plenary')", name="kind"),
        CheckConstraint("(kind = 'session') = (number IS NOT NULL)", name="numbered"),
        CheckConstraint("ends_at IS NULL OR (starts_at IS NOT NULL AND ends_at > starts_at)", name="times"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[int | None]
    label: Mapped[str] = mapped_column(String(60), default="")
    notes: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)


class Topic(Base):
    """A word sessions are found and coloured by. `key` is the name folded, so "Open Data" and "open data" are one."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("event_id", "key", info={"conflict": "That topic is there already."}),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(300), default="")  # what a theme asks for


class Pass(Base):
    """Somebody's pass to an event, and their role there."""

    __tablename__ = "pass"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"), Index("ix_pass_person_id", "person_id"),
        Index("ix_pass_feed_secret", "feed_secret", unique=True),
        CheckConstraint("role BETWEEN 1 AND 3", name="role"),
        # Of two passes of one person the better stays when two accounts become one (accounts/merging.py).
        {"info": {"best_first": ("role", (int(Role.ORGANISER), int(Role.CAMPMAKER), int(Role.ATTENDEE)))}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[int] = mapped_column(default=Role.ATTENDEE)
    ticket: Mapped[str] = mapped_column(String(60), default="")
    joined_at: Mapped[datetime] = mapped_column(Moment)
    step_free: Mapped[bool] = mapped_column(default=False)  # asks for step-free rooms; seen only as a number
    mail_changes: Mapped[bool] = mapped_column(default=False)  # wants an e-mail when what concerns them changes
    in_proceedings: Mapped[bool] = mapped_column(default=False)  # agrees to be named in the event's book of proceedings
    feed_secret: Mapped[str | None] = mapped_column(String(64))  # in the address of their own calendar feed

    person: Mapped[Person] = relationship()


class RoomClosing(Base):
    """A room that cannot be used in a slot, and why."""

    __tablename__ = "room_closing"
    __table_args__ = (UniqueConstraint("room_id", "slot_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"), index=True)
    because: Mapped[str] = mapped_column(String(200), default="")


class Notice(Base):
    """Something that concerns one person: a session of theirs moved, a pitch of theirs was merged.

    `about` and `thing_id` name the thing ("session" or "pitch"). For a session, `was` and `now` are its places in words: a
    session that moves twice before the person has looked is one notice, from where they knew it to where it is.
    """

    __tablename__ = "notice"
    __table_args__ = (CheckConstraint("about IN ('session', 'pitch')", name="about"),
                      Index("ix_notice_reader", "person_id", "event_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    about: Mapped[str] = mapped_column(String(10))
    thing_id: Mapped[int]
    said: Mapped[str] = mapped_column(Text)
    was: Mapped[str] = mapped_column(Text, default="")
    now: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    mailed_at: Mapped[datetime | None] = mapped_column(Moment)
