"""Makes what a test needs, as rows, with believable defaults. For what actions do, tests call the actions."""

import itertools
import uuid
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import update

from app.accounts.models import Person
from app.boards.idea_models import Idea, Pledge
from app.boards.insight_models import APART, Insight
from app.boards.models import COLOURS, Board, BoardStage, Group, Prompt, Seating
from app.events.models import PUBLIC, Event, Pass, Role, Room, Series, SeriesOwner, Slot, Topic
from app.followups.models import ASK, HOST, OFFER, POSTED, FollowUp, FollowUpPerson, Offer
from app.grid.models import Placement, Session
from app.infra import clock, db
from app.pitches.models import Interest, Leader, Pitch

AT = datetime(2027, 1, 23, 9, 30, tzinfo=UTC)


class World:
    """A factory bound to the test's database. Every method commits."""

    def __init__(self):
        self._count = itertools.count(1)

    def save(self, *rows):
        """Commit `rows` and return the first. Every event counts a change, as what the product writes would have it do."""
        with db.transaction() as session:
            session.add_all(rows)
            session.flush()
            if not any(isinstance(row, Event) for row in rows):
                session.execute(update(Event).values(version=Event.version + 1))
        return rows[0]

    def person(self, name: str | None = None, email: str | None = None, **more) -> Person:
        """Somebody, with an e-mail address only if given."""
        return self.save(Person(name=name or f"Person {next(self._count)}", email=email, created_at=AT, **more))

    def series(self, name: str = "GovCamp North", slug: str | None = None) -> Series:
        """A series nobody owns yet."""
        return self.save(Series(name=name, slug=slug or f"series-{next(self._count)}", created_at=AT))

    def owner(self, series: Series, **person) -> Person:
        """A new owner of `series`."""
        somebody = self.person(**person)
        self.save(SeriesOwner(series_id=series.id, person_id=somebody.id))
        return somebody

    def event(self, series: Series | None = None, *, rooms: int = 3, slots: int = 3, day: date = date(2027, 1, 23), **more) -> Event:
        """A public event with `rooms` rooms for sessions, `slots` session slots from 11:00 and lunch after the second."""
        series = series or self.series()
        number = next(self._count)
        event = Event(**({
            "series_id": series.id, "name": f"GovCamp North {number}", "slug": f"event-{number}", "hashtag": f"gcn{number}",
            "starts_on": day, "ends_on": day, "visibility": PUBLIC, "join_code": f"CODE{number:03d}", "created_at": AT,
        } | more))
        event.rooms = [Room(position=i, number=i, name=name, seats=seats, floor="Ground", step_free=True) for i, (name, seats)
                       in enumerate([("Main hall", 140), ("Seacole", 40), ("Turing", 36), ("Garrett", 20), ("Landing", 12),
                                     ("Rowntree", 30), ("Pankhurst", 24), ("Beveridge", 16), ("Bazalgette", 60),
                                     ("Nightingale", 30)][:rooms], 1)]
        at, n = clock.instant(day, time(11), event.time_zone or "Europe/London"), 0
        for position in range(1, slots + (slots > 2) + 1):
            if slots > 2 and position == 3:
                event.slots.append(Slot(position=position, kind="break", label="Lunch", starts_at=at, ends_at=at + timedelta(minutes=60)))
            else:
                n += 1
                event.slots.append(Slot(position=position, kind="session", number=n, starts_at=at, ends_at=at + timedelta(minutes=45)))
            at += timedelta(minutes=60)
        return self.save(event)

    def holder(self, event: Event, role: Role = Role.ATTENDEE, **person) -> Person:
        """A new person with a pass to `event`."""
        somebody = self.person(**person)
        self.save(Pass(event_id=event.id, person_id=somebody.id, role=role, joined_at=AT))
        return somebody

    def pass_of(self, event: Event, person: Person) -> Pass:
        """The pass that `person` holds to `event`."""
        return db.session.query(Pass).filter_by(event_id=event.id, person_id=person.id).one()

    def pitch(self, event: Event, title: str | None = None, *, leaders=("Leila Haddad",), topics=(), by: Person | None = None,
              about: str = "", interested=(), **more) -> Pitch:
        """An open pitch; `leaders` are names or people."""
        pitch = Pitch(event_id=event.id, title=title or f"Pitch {next(self._count)}", about=about, created_at=AT, updated_at=AT,
                      pitched_by_id=by.id if by else None, **more)
        pitch.leaders = [Leader(position=i, name=x if isinstance(x, str) else x.name, person_id=None if isinstance(x, str) else x.id)
                         for i, x in enumerate(leaders, 1)]
        for name in topics:
            known = db.session.query(Topic).filter_by(event_id=event.id, key=name.casefold()).one_or_none()
            pitch.topics.append(known or Topic(event_id=event.id, name=name, key=name.casefold()))
        self.save(pitch)
        if interested:
            self.save(*[Interest(pitch_id=pitch.id, person_id=p.id, marked_at=AT) for p in interested])
        return pitch

    def session(self, event: Event, title: str | None = None, *, room: int | None = None, slot: int | None = None, length: int = 1,
                **pitch) -> Session:
        """A session, in room number `room` and session slot number `slot` if both are given; of `length` 2 also in the next."""
        session = Session(event_id=event.id, pitch_id=self.pitch(event, title, **pitch).id, length=length, created_at=AT)
        if room and slot:
            rooms, slots = {r.number: r for r in event.rooms}, {s.number: s for s in event.slots}
            session.placements = [Placement(event_id=event.id, room_id=rooms[room].id, slot_id=slots[slot + part].id, part=part + 1)
                                  for part in range(length)]
        return self.save(session)

    def board(self, event: Event, title: str | None = None, *, session: Session | None = None,
              prompts=("What works?", "What is hard?"), groups=(), stages=("",), here: int = 0, stage=None, **more) -> Board:
        """An open board. Each of its `stages` (titles) asks all `prompts`; everybody is in number `here`.

        `groups` (names, or how many) answer in every stage. `stage`: further columns of the stages.
        """
        number = next(self._count)
        board = Board(event_id=event.id, session_id=session.id if session else None, title=title or f"Board {number}",
                      kinds=more.pop("kinds", []), created_at=AT, **more)
        self.save(board)
        seating = None
        if groups:
            names = [f"Table {i}" for i in range(1, groups + 1)] if isinstance(groups, int) else groups
            seating = self.save(Seating(board_id=board.id, groups=[
                Group(board_id=board.id, position=i, name=name, colour=COLOURS[i % 6], code=f"B{number:04d}{i:02d}")
                for i, name in enumerate(names, 1)]))
        self.save(*[BoardStage(board_id=board.id, position=i, title=name, here=i - 1 == here, seating_id=seating and seating.id,
                               prompts=[Prompt(position=n, words=words) for n, words in enumerate(prompts, 1)], **(stage or {}))
                    for i, name in enumerate(stages, 1)])
        return board

    def insight(self, board: Board, text: str | None = None, *, prompt: int | Prompt = 0, group: int | Group | None = None,
                by: Person | None = None, **more) -> Insight:
        """An insight at the end of a column: prompt number `prompt` (from 0) of the stage that everybody is in, of its `group` (from 0)."""
        number = next(self._count)
        stage = next(stage for stage in board.stages if stage.here)
        prompt = stage.prompts[prompt] if isinstance(prompt, int) else prompt
        group = stage.seating.groups[group] if isinstance(group, int) else group
        return self.save(Insight(**({
            "board_id": board.id, "prompt_id": prompt.id, "group_id": group and group.id, "key": str(uuid.uuid4()),
            "text": text or f"Insight {number}", "colour": prompt.colour, "position": number * APART, "changed": board.version,
            "by_id": by and by.id, "at": AT} | more)))

    def followup(self, source: Session | Insight | Idea | Pledge, *, hosts=(), posted=(), offers=(), asks=(), **more) -> FollowUp:
        """The conversation that a source started. `hosts` are names or people; `offers` and `asks` are (person, text)."""
        column = {Session: "session_id", Insight: "insight_id", Idea: "idea_id", Pledge: "pledge_id"}[type(source)]
        event = source.board.event if isinstance(source, Insight) else source.event
        followup = FollowUp(**({"event_id": event.id, column: source.id, "created_at": AT} | more))
        followup.people = [FollowUpPerson(name=one if isinstance(one, str) else one.name, part=part, since=AT,
                                          person_id=None if isinstance(one, str) else one.id)
                           for part, some in ((HOST, hosts), (POSTED, posted)) for one in some]
        self.save(followup, *[Offer(followup=followup, person_id=person.id, kind=kind, text=text, key=str(uuid.uuid4()), at=AT)
                              for kind, some in ((OFFER, offers), (ASK, asks)) for person, text in some])
        return followup
