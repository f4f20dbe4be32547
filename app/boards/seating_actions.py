"""Sitting down at a board: by oneself, and dealt out or moved by who runs it. Seats are kept by keyed marks, without names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from app.accounts.models import Person
from app.boards import policy
from app.boards.models import OPEN, Board, BoardStage, Group, Member, Seating
from app.boards.seating import BY_TOPIC, WAYS, deal
from app.boards.seating_groups import GROUPS_MOST, NAME_LENGTH, TOPIC_LENGTH, check_number, new_codes, new_seating
from app.boards.seating_queries import places_of
from app.boards.set_up_queries import groups_with_insights, stage_has_insights
from app.boards.versions import count_change
from app.errors import Conflict, Invalid, require
from app.infra import db, findable, live

LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class GroupRow:
    """A group as somebody filled it in; `id` is None for a new one."""

    id: int | None
    name: str
    topic: str = ""
    remove: bool = False


def sit(actor: Person | None, board: Board, group: Group, *, mark: str) -> None:
    """Sit down in a group, or change to it. `mark` is the actor's own (`device.seat_mark`)."""
    require(policy.can_write(actor, board), _why_not(board))
    _place(board, group.seating_id, mark, group_id=group.id)


def wait(actor: Person | None, board: Board, seating: Seating, *, mark: str, wish: Group | None = None) -> None:
    """Be at the board without a group, to be dealt out; `wish` is the topic one would like. A group one has is kept."""
    require(policy.can_write(actor, board), _why_not(board))
    if wish is not None and wish.seating_id != seating.id:
        raise Invalid("That topic is not one of these groups’ any more.", "wish")
    _place(board, seating.id, mark, wish=wish)


def stand_up(actor: Person | None, board: Board, seating: Seating, *, mark: str) -> None:
    """Be in none of these groups any more."""
    require(policy.can_write(actor, board), _why_not(board))
    db.session.execute(delete(Member).where(Member.seating_id == seating.id, Member.mark == mark))
    _tell(board)


def _place(board: Board, seating_id: int, mark: str, *, group_id: int | None = None, wish: Group | None = None) -> None:
    member = db.session.get(Member, (seating_id, mark))
    if member is None:
        member = Member(seating_id=seating_id, mark=mark)
        db.session.add(member)
    if group_id is not None:
        member.group_id = group_id
    if wish is not None:
        member.wants_id = wish.id
    _tell(board)


def deal_out(actor: Person, board: Board, seating: Seating, people: Collection[str], how: str, *, keep: bool = True,
             seed: int = 0) -> dict[str, int]:
    """Give everybody of `people` (marks) a group; who sits where comes back. Who is at the board but not among them keeps their
    place. With `keep` those who have a group stay in it.

    Those who sat together in the seating before are spread over all groups when it is done evenly. Four statements, however
    many there are. Raises Invalid for a way there is not, Conflict when there are no groups.
    """
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    _open(board)
    if how not in WAYS:
        raise Invalid("Choose one of these.", "how")
    if not seating.groups:
        raise Conflict("There are no groups to deal people out to.")
    members = {mark: (group, wish) for mark, group, wish in db.session.execute(
        select(Member.mark, Member.group_id, Member.wants_id).where(Member.seating_id == seating.id))}
    earlier = [one for one in board.seatings if one.id < seating.id]
    before = places_of(earlier[-1:]).get(earlier[-1].id) if earlier else None
    seated = {mark: group for mark, (group, _) in members.items() if group is not None}
    staying = {mark: group for mark, group in seated.items() if keep or mark not in set(people)}
    dealt = deal(sorted(set(people) | set(staying)), [group.id for group in seating.groups], how, seed=seed % LARGEST_SEED,
                 wishes={mark: wish for mark, (_, wish) in members.items() if wish is not None} if how == BY_TOPIC else None,
                 keep=staying, before=before)
    gone = [mark for mark in members if mark in dealt]
    if gone:
        db.session.execute(delete(Member).where(Member.seating_id == seating.id, Member.mark.in_(gone))
                           .execution_options(synchronize_session=False))
    if dealt:
        db.session.execute(insert(Member), [
            {"seating_id": seating.id, "mark": mark, "group_id": group, "wants_id": members.get(mark, (None, None))[1]}
            for mark, group in sorted(dealt.items())])
    count_change(board)
    _tell(board)
    return dealt


def move(actor: Person, board: Board, seating: Seating, people: Collection[str], group: Group | None) -> int:
    """Put people who are at the board (marks) into another group, or (None) into none. How many there were to be moved."""
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    _open(board)
    if not people:
        raise Invalid("Tick who is to move.", "people")
    moved = db.session.execute(
        update(Member).where(Member.seating_id == seating.id, Member.mark.in_(list(people)))
        .values(group_id=group.id if group else None).execution_options(synchronize_session=False)).rowcount
    if moved:
        count_change(board)
        _tell(board)
    return moved


def regroup(actor: Person, board: Board, stages: Sequence[BoardStage], *, number: int, called: str, name: str = "",
            topics: tuple[str, ...] = ()) -> Seating:
    """New groups for `stages`, which nobody has written in yet. The earlier groups stay as they are, with what they wrote.

    Nobody sits in the new ones yet. Raises Invalid naming `groups`, `called`, `stages`; Conflict for a stage with insights.
    """
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    _open(board)
    number = max(number or 0, len(topics))
    check_number(number, called)
    if any(len(topic) > TOPIC_LENGTH for topic in topics):
        raise Invalid(f"Keep each topic to {TOPIC_LENGTH} characters.", "topics")
    if not stages:
        raise Invalid("Choose the stages that the new groups are for.", "stages")
    for stage in stages:
        if stage_has_insights(stage):
            raise Conflict(f"Something is written in “{stage.title or 'this board'}” already, so it keeps its groups. "
                           "Add a stage for the new ones.")
    seating = new_seating(board, called=called, number=number, name=name[:NAME_LENGTH], topics=topics)
    for stage in stages:
        stage.seating = seating
    db.session.flush()
    count_change(board)
    _tell(board)
    return seating


def save_groups(actor: Person, board: Board, seating: Seating, rows: Sequence[GroupRow]) -> None:
    """Rename groups, say what they are about, add and remove some. One that has written something stays: raises Conflict.

    Who sat in one that is removed is at the board without a group. Raises Invalid naming `rows`.
    """
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    _open(board)
    for row in rows:
        if not row.remove and not row.name:
            raise Invalid("Give the group a name, or tick Remove.", "rows")
        if len(row.name) > NAME_LENGTH or len(row.topic) > TOPIC_LENGTH:
            raise Invalid(f"Keep names to {NAME_LENGTH} and topics to {TOPIC_LENGTH} characters.", "rows")
    by_id, used = {row.id: row for row in rows if row.id is not None}, groups_with_insights(board)
    for group in list(seating.groups):
        row = by_id.get(group.id)
        if row is None:
            continue
        if row.remove:
            if group.id in used:
                raise Conflict(f"{group.name} has written something, so it stays. It can be renamed.")
            seating.groups.remove(group)
        else:
            group.name, group.topic = row.name, row.topic
    new = [row for row in rows if row.id is None and not row.remove]
    last = max((group.position for group in seating.groups), default=0)
    for position, (row, code) in enumerate(zip(new, new_codes(len(new)), strict=True), last + 1):
        seating.groups.append(Group(board_id=board.id, position=position, name=row.name, topic=row.topic, code=code))
    if not 1 <= len(seating.groups) <= GROUPS_MOST:
        raise Invalid(f"There must be 1 to {GROUPS_MOST} groups.", "rows")
    names = [group.name.casefold() for group in seating.groups]
    if len(set(names)) < len(names):
        raise Invalid("Two groups have the same name.", "rows")
    db.session.flush()
    findable.changed("board", board.id)
    count_change(board)
    _tell(board)


def _why_not(board: Board) -> str:
    return policy.FOR_HOLDERS if board.state == OPEN else policy.CLOSED_BOARD


def _open(board: Board) -> None:
    if board.state != OPEN:
        raise Conflict("This board is closed. Open it again first.")


def _tell(board: Board) -> None:
    """Tell the pages that show who sits where; the boards' own are told only when people are moved (`count_change`): a whole room
    that sits down would have every phone ask again for every other."""
    board_id = board.id
    db.after_commit(lambda: live.publish(f"seats:{board_id}", 0))
