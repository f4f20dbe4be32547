"""Dealing people out to groups. Pure: marks and numbers of groups in, who goes where out.

However it is dealt, nobody is lost or in two groups, and sizes differ by at most one; where some keep the seats they have, by no
more than those seats make them. The same people, groups and seed give the same answer.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

EVENLY, AT_RANDOM, BY_TOPIC = "evenly", "random", "topic"
WAYS = (EVENLY, AT_RANDOM, BY_TOPIC)


def deal(people: Sequence[str], groups: Sequence[int], how: str, *, seed: int = 0, wishes: Mapping[str, int] | None = None,
         keep: Mapping[str, int] | None = None, before: Mapping[str, int] | None = None) -> dict[str, int]:
    """The group of everybody in `people`, once each.

    EVENLY: those who were together `before` (in another seating) are spread over all groups. AT_RANDOM: by lot. BY_TOPIC: as
    many as even sizes allow get the group they wish for, the rest by lot. Who is in `keep` stays there. `groups` may be
    empty only when `people` is; raises ValueError otherwise.
    """
    if not groups:
        if people:
            raise ValueError("nobody can be dealt out to no groups")
        return {}
    here = set(groups)
    dealt = {who: keep[who] for who in people if keep and keep.get(who) in here}
    new = sorted(set(people) - set(dealt))
    lot = random.Random(seed)  # who sits where is no secret, and the same seed must deal the same
    lot.shuffle(new)
    wanted = {who: group for who in new if wishes and (group := wishes.get(who)) in here} if how == BY_TOPIC else {}
    room = _room(groups, Counter(dealt.values()), len(new), Counter(wanted.values()))
    rest = []
    for who in new:
        if who in wanted and room[wanted[who]]:
            dealt[who] = wanted[who]
            room[wanted[who]] -= 1
        else:
            rest.append(who)
    if how == EVENLY and before:
        dealt |= _spread(rest, groups, room, before)
    else:
        seats = [group for group in groups for _ in range(room[group])]
        if how == AT_RANDOM:
            lot.shuffle(seats)
        dealt |= zip(rest, seats, strict=True)
    return dealt


def _room(groups: Sequence[int], seated: Mapping[int, int], many: int, wished: Mapping[int, int]) -> dict[int, int]:
    """How many more each group takes, so that sizes are as even as can be. Among equals one that is wished for takes the odd
    person, then the first."""
    sizes = {group: seated.get(group, 0) for group in groups}
    room = dict.fromkeys(groups, 0)
    place = {group: i for i, group in enumerate(groups)}
    for _ in range(many):
        least = min(groups, key=lambda g: (sizes[g], wished.get(g, 0) <= room[g], place[g]))
        sizes[least] += 1
        room[least] += 1
    return room


def _spread(people: Sequence[str], groups: Sequence[int], room: dict[int, int], before: Mapping[str, int]) -> dict[str, int]:
    """Deal `people` round and round, those who sat together one after the other."""
    together = defaultdict(list)
    for who in people:
        together[before.get(who, 0)].append(who)
    line = [who for _, some in sorted(together.items()) for who in some]
    dealt, at = {}, 0
    for who in line:
        while not room[groups[at % len(groups)]]:
            at += 1
        group = groups[at % len(groups)]
        dealt[who] = group
        room[group] -= 1
        at += 1
    return dealt
