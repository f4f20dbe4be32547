"""A problem turned into numbers: bit sets of people, prices of cells, and who hangs together with whom.

An *item* is one run of one session. A *cell* is `slot * rooms + room`; a double session is named by its first cell.
"""

import math

from app.grid.solver.problem import BadProblem, Follows, Problem


class Tables:
    """Everything about a problem that does not depend on the grid. Attendees, leaders and sessions are bits of whole numbers."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.slots, self.rooms = len(problem.slots), len(problem.rooms)
        self.cells = self.slots * self.rooms
        self.runs_on = [slot.next is not None for slot in problem.slots]
        self.slot_of = {slot.id: number for number, slot in enumerate(problem.slots)}
        self.room_of = {room.id: number for number, room in enumerate(problem.rooms)}
        self.session_of = {session.id: number for number, session in enumerate(problem.sessions)}
        self.items = [(number, run) for number, session in enumerate(problem.sessions) for run in range(session.runs)]
        self.item_of = {pair: item for item, pair in enumerate(self.items)}
        self.items_of: list[list[int]] = [[] for _ in problem.sessions]
        for item, (session, _) in enumerate(self.items):
            self.items_of[session].append(item)
        self.everybody = (1 << len(problem.attendees)) - 1
        self._people()
        self._topics()
        self._partners()
        self._prices()

    def _people(self) -> None:
        problem = self.problem
        attendee_of = {attendee.id: number for number, attendee in enumerate(problem.attendees)}
        leader_of = {leader.id: number for number, leader in enumerate(problem.leaders)}
        wishes, counted = [0] * len(problem.sessions), [0] * len(problem.sessions)
        self.step_free_people = 0
        for number, attendee in enumerate(problem.attendees):
            bit = 1 << number
            if attendee.step_free:
                self.step_free_people |= bit
            for wish in attendee.wishes:
                counted[self.session_of[wish]] += 1
                wishes[self.session_of[wish]] |= bit
        leading = []  # the attendees who lead a session, and the leaders themselves
        for session in problem.sessions:
            people = leaders = 0
            for name in session.leaders:
                leader = leader_of[name]
                leaders |= 1 << leader
                if problem.leaders[leader].attendee is not None:
                    people |= 1 << attendee_of[problem.leaders[leader].attendee]
            leading.append((people, leaders))
        wishes = [wish & ~people for wish, (people, _) in zip(wishes, leading, strict=True)]
        self.session_wishes = wishes
        self.all_wishes = sum(wish.bit_count() for wish in wishes)
        self.wishes = [wishes[session] for session, _ in self.items]
        self.led_by = [leading[session][0] for session, _ in self.items]
        self.leaders = [leading[session][1] for session, _ in self.items]
        self.expected = [
            math.ceil((problem.turnout * counted[session] if one.expected is None else one.expected) / one.runs - 1e-9)
            for session, one in ((session, problem.sessions[session]) for session, _ in self.items)]
        apart = [0] * len(problem.sessions)
        for rule in problem.rules:
            if not isinstance(rule, Follows):
                one, other = self.session_of[rule.one], self.session_of[rule.other]
                apart[one] |= 1 << other
                apart[other] |= 1 << one
        for number, session in enumerate(problem.sessions):
            if session.runs > 1:
                apart[number] |= 1 << number
        self.apart = [apart[session] for session, _ in self.items]
        self.session_bit = [1 << session for session, _ in self.items]
        self.length = [problem.sessions[session].length for session, _ in self.items]
        # Double sessions and repeats make what one person can attend depend on more than one slot: see score.py.
        self.plain = [self.length[item] == 1 and len(self.items_of[session]) == 1 for item, (session, _) in enumerate(self.items)]
        self.doubles = [item for item, (session, _) in enumerate(self.items)
                        if self.length[item] == 2 and len(self.items_of[session]) == 1]
        self.repeats = [number for number, session in enumerate(problem.sessions) if session.runs > 1]
        self.must = [problem.must_place_all or session.must_place or any(session.pins) for session in problem.sessions]
        self.pinned = [run < len(pins := problem.sessions[session].pins) and bool(pins[run]) for session, run in self.items]

    def _topics(self) -> None:
        names = sorted({topic for session in self.problem.sessions for topic in session.topics})
        number = {name: place for place, name in enumerate(names)}
        self.topic_names = names
        self.topics = [tuple(number[topic] for topic in self.problem.sessions[session].topics) for session, _ in self.items]
        count = [0] * len(names)
        for item, topics in enumerate(self.topics):
            for topic in topics:
                count[topic] += self.length[item]
        self.topic_limit = [max(1, math.ceil(each / self.slots)) if self.slots else 1 for each in count]

    def _partners(self) -> None:
        """Items tied by `follows`: `partners[i]` lists (other item, slots from i's start to its start, same room)."""
        self.partners: list[list[tuple[int, int, bool]]] = [[] for _ in self.items]
        for rule in self.problem.rules:
            if isinstance(rule, Follows):
                one, other = (self.item_of[self.session_of[name], 0] for name in (rule.first, rule.second))
                self.partners[one].append((other, self.length[one], rule.same_room))
                self.partners[other].append((one, -self.length[one], rule.same_room))
        self.block_of = [-1] * len(self.items)
        self.blocks: list[list[tuple[int, int, int]]] = []  # of (item, slots after the block's first, number of its room tie)
        for start in range(len(self.items)):
            if self.block_of[start] < 0:
                self._grow(start)
        self.groups: list[list[int]] = []  # blocks that are placed together or not at all
        self.group_of = [-1] * len(self.blocks)
        for block in range(len(self.blocks)):
            if self.group_of[block] < 0:
                members, waiting = [], [block]
                self.group_of[block] = len(self.groups)
                while waiting:
                    members.append(now := waiting.pop())
                    for item, _, _ in self.blocks[now]:
                        for sibling in self.items_of[self.items[item][0]]:
                            other = self.block_of[sibling]
                            if self.group_of[other] < 0:
                                self.group_of[other] = len(self.groups)
                                waiting.append(other)
                self.groups.append(sorted(members))

    def _grow(self, start: int) -> None:
        offset, tie, ties, waiting = {start: 0}, {start: 0}, 1, [start]
        while waiting:
            now = waiting.pop()
            for other, step, same_room in self.partners[now]:
                if other not in offset:
                    offset[other] = offset[now] + step
                    tie[other] = tie[now] if same_room else ties
                    ties += not same_room
                    waiting.append(other)
                elif offset[other] != offset[now] + step:
                    names = " and ".join(sorted(repr(self.problem.sessions[self.items[i][0]].id) for i in (now, other)))
                    raise BadProblem(f"The rules about what follows what go round in a circle at {names}.")
                elif same_room and tie[other] != tie[now]:
                    old, new = tie[other], tie[now]
                    tie = {item: new if number == old else number for item, number in tie.items()}
        first = min(offset.values())
        for item in offset:
            self.block_of[item] = len(self.blocks)
        self.blocks.append(sorted(((item, offset[item] - first, tie[item]) for item in offset), key=lambda part: part[1:]))

    def _prices(self) -> None:
        """`price[i][c]`: seats, access and moves of item i in cell c; `fits[i][c]`: no rule about i alone forbids it."""
        problem, weights = self.problem, self.problem.weights
        unavailable = {leader.id: leader.unavailable for leader in problem.leaders}
        now = {(place.session, place.run): place for place in problem.current}
        self.over: list[list[int]] = []
        self.misses: list[int] = []
        self.price: list[list[int]] = []
        self.fits: list[bytearray] = []
        self.current = [-1] * len(self.items)  # -1: has no place in the current grid, -2: one that does not exist any more
        room_fits: dict[tuple, list[bool]] = {}
        for item, (number, run) in enumerate(self.items):
            session, pin = problem.sessions[number], None
            if run < len(problem.sessions[number].pins):
                pin = session.pins[run]
            over = [max(0, self.expected[item] - room.capacity) for room in problem.rooms]
            misses = (self.wishes[item] & self.step_free_people).bit_count()
            static = [weights.overflow * over[r] + (0 if room.step_free else weights.access * misses)
                      for r, room in enumerate(problem.rooms)]
            key = (session.needs, session.step_free, pin and pin.room)
            if key not in room_fits:
                room_fits[key] = [session.needs <= room.equipment and (room.step_free or not session.step_free)
                                  and (pin is None or pin.room in (None, room.id)) for room in problem.rooms]
            row, fits = static * self.slots, bytearray(self.cells)
            place = now.get((session.id, run))
            if place:
                here, there = self.slot_of.get(place.slot, -1), self.room_of.get(place.room, -1)
                self.current[item] = here * self.rooms + there if here >= 0 and there >= 0 else -2
                for t in range(self.slots):
                    for r in range(self.rooms):
                        row[t * self.rooms + r] += 0 if (t, r) == (here, there) else (
                            weights.move_room if t == here else weights.move_slot)
            banned = set().union(*(unavailable[name] for name in session.leaders))
            for t, slot in enumerate(problem.slots):
                span = {slot.id} if session.length == 1 else {slot.id, slot.next}
                if None in span or span & banned or (pin and pin.slot not in (None, slot.id)):
                    continue
                if session.allowed_slots is not None and slot.id not in session.allowed_slots:
                    continue
                for r, room in enumerate(problem.rooms):
                    fits[t * self.rooms + r] = room_fits[key][r] and not span & room.closed
            self.over.append(over)
            self.misses.append(misses)
            self.price.append(row)
            self.fits.append(fits)

    def span(self, item: int, cell: int) -> tuple[int, ...]:
        """The cells an item fills when it starts in `cell`."""
        if self.length[item] == 2 and self.runs_on[cell // self.rooms]:
            return (cell, cell + self.rooms)
        return (cell,)
