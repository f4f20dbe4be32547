"""Filling an empty database with the invented camp, through the same actions as people use."""

import random
from datetime import date, datetime, time, timedelta

from app.accounts.models import Person
from app.demo import boards, conversations, day, notebook, noted, people, programme
from app.events import actions as events
from app.events.models import Event, Pass, Role, Series
from app.events.queries import session_rooms, session_slots
from app.followups import actions as followups
from app.grid import actions as grid
from app.infra import clock, db
from app.infra.db import transaction
from app.notes import actions as notes
from app.pitches import actions as pitches
from app.pitches.models import Interest, Pitch

ATTENDEES = 250
ON_THE_GRID = 45
# Session and room numbers left free, as on any real grid: a large room at the end of the day for what is to be held again, and
# the slot after a session that became a double.
FREE_ON_PURPOSE = {(5, 9), (5, 10), (4, 9), day.IN}
SEED = 2027
ORGANISER = "organiser@camp.example"


class NotEmpty(Exception):
    """There is something in this database already, so nothing was invented."""


def fill(today: date, at: datetime, time_zone: str = "Europe/London") -> Person:
    """Invent the camp (on `today`) and last year's, in `time_zone`, and return its organiser.

    Raises `NotEmpty` if anybody is here.
    """
    if db.session.query(Person.id).first() is not None:
        raise NotEmpty("This database is not empty, so the demo camp was not put into it.")
    chance = random.Random(SEED)
    organiser = _organiser(at)
    with transaction():
        series = events.start_series(organiser, name="GovCamp North", slug="govcamp-north", about=(
            "An unconference for people who make public services work, every January in the north of England."), at=at)
    last_year = _event(organiser, series, today - timedelta(days=364), "GovCamp North last year", "govcamp-north-last-year", time_zone,
                       at)
    this_year = _event(organiser, series, today, "GovCamp North", "govcamp-north", time_zone, at)
    crowd = _crowd(this_year, chance, at)
    earlier = _last_year(organiser, last_year, crowd, chance, at)
    pitched = at - timedelta(hours=2)
    day.before_it_is_published(organiser, this_year, at=pitched)
    of = _this_year(organiser, this_year, crowd, chance, pitched)
    day.after(organiser, this_year, crowd, of, at=at)
    boards.held(organiser, this_year, crowd, of, at=at)
    with transaction():
        followups.pitch_again(crowd[3], earlier["Stable addresses for policies"], this_year, title="Stable addresses: the trial, reported",
                              about="Three councils tried it. Here is what happened.", at=at)
    noted.how_far(organiser, this_year, last_year, at=at)
    conversations.carried_on(organiser, this_year, crowd, of, earlier, at=at)
    return organiser


def _organiser(at: datetime) -> Person:
    with transaction() as session:
        organiser = Person(name="Lorna Pike", organisation="Data Commons North", email=ORGANISER,
                           keeper=True, created_at=at)
        session.add(organiser)
    return organiser


def _event(organiser: Person, series: Series, day: date, name: str, slug: str, time_zone: str, at: datetime) -> Event:
    with transaction():
        event = events.set_up_event(
            organiser, series, name=name, slug=slug, hashtag=f"gcn{day:%y}", starts_on=day, ends_on=day, time_zone=time_zone,
            venue="The Exchange, Canal Wharf, Leeds", at=at,
            about="A day of conversations that you bring. **Pitch** in the morning, walk between sessions as you like, "
                  "write down what was said, and carry on afterwards.")
        for name_, seats, floor, step_free, equipment, remark, for_sessions in programme.ROOMS:
            events.add_room(organiser, event, name=name_, seats=seats, floor=floor, step_free=step_free, equipment=equipment,
                            notes=remark, for_sessions=for_sessions)
        for kind, label, start, end, remark in programme.SLOTS:
            events.add_slot(organiser, event, kind=kind, label=label, notes=remark,
                            starts_at=clock.instant(day, time.fromisoformat(start), event.time_zone),
                            ends_at=clock.instant(day, time.fromisoformat(end), event.time_zone))
        events.topics_called(event, programme.TOPICS)
    return event


def _crowd(event: Event, chance: random.Random, at: datetime) -> list[Person]:
    """The attendees, one of them an organiser and seven campmakers, in a few inserts rather than 250 form posts."""
    with transaction() as session:
        crowd = [Person(name=name, organisation=organisation, created_at=at) for name, organisation in people.invent(ATTENDEES, chance)]
        session.add_all(crowd)
        session.flush()
        session.add_all(Pass(event_id=event.id, person_id=p.id, joined_at=at,
                             role=Role.ORGANISER if i == 0 else Role.CAMPMAKER if i < 8 else Role.ATTENDEE)
                        for i, p in enumerate(crowd))
    return crowd


def _this_year(organiser: Person, event: Event, crowd: list[Person], chance: random.Random, at: datetime) -> dict[str, Pitch]:
    """Pitches, most of them placed, some written up; by title."""
    of = {}
    rooms, slots = session_rooms(event), session_slots(event)
    # The most wanted pitches come first in the list and the largest rooms come first in the venue.
    cells = [(s, r) for r in rooms for s in slots if (s.number, r.number) not in FREE_ON_PURPOSE]
    for index, (topic, title, about, wanted) in enumerate(programme.PITCHES):
        leader = crowd[20 + index]
        slot, room = cells[index] if index < ON_THE_GRID else (None, None)
        with transaction() as session:
            pitch = pitches.pitch(leader, event, title=title, about=about, leaders=[leader], topics=[topic], at=at)
            session.flush()
            of[title] = pitch
            keen = chance.sample(crowd, round(_share_of_seats(index, chance) * room.seats) if room else wanted * 5)
            session.add_all(Interest(pitch_id=pitch.id, person_id=p.id, marked_at=at) for p in keen if p is not leader)
            if room is None:
                continue
            placed = grid.place(organiser, event, pitch, room, slot, seen=None, at=at)
            session.flush()
            if title not in notebook.NOTES and chance.random() < 0.7:
                notes.take_notes(chance.choice(crowd), placed, at=at)
            elif title in notebook.NOTES:
                _write_up(crowd, placed, notebook.NOTES[title], chance, at)
    return of


def _share_of_seats(index: int, chance: random.Random) -> float:
    """How full the room would be: mostly comfortable, now and then too small, as it goes."""
    return chance.uniform(1.05, 1.35) if index % 9 == 5 else chance.uniform(0.3, 0.95)


def _write_up(crowd: list[Person], placed, text: str, chance: random.Random, at: datetime) -> None:
    writer = chance.choice(crowd)
    notes.take_notes(writer, placed, at=at)
    notes.save(writer, placed, text=text, base_revision=0, at=at)
    for person in chance.sample(crowd, chance.randrange(2, 9)):
        followups.keep_me_posted(person, placed, at=at)
    if chance.random() < 0.6:
        followups.offer_to_host(chance.choice(crowd), placed, at=at)


def _last_year(organiser: Person, event: Event, crowd: list[Person], chance: random.Random, at: datetime) -> dict:
    rooms, slots = session_rooms(event), session_slots(event)
    held = {}
    for index, (title, leader, topic, host, asked, text) in enumerate(notebook.LAST_YEAR):
        with transaction() as session:
            pitch = pitches.pitch(organiser, event, title=title, leaders=[leader], topics=[topic], at=at)
            placed = grid.place(organiser, event, pitch, rooms[index % 4], slots[index // 4], seen=None, at=at)
            session.flush()
            notes.bring_in(organiser, placed, text=text, note_takers=[chance.choice(crowd).name], present=[], remark="", at=at)
            if host:
                followups.name_host(organiser, placed, host, at=at)
            elif asked:
                followups.ask_for_host(organiser, placed, at=at)
            held[title] = placed
    return held
