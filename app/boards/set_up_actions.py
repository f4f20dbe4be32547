"""Setting a board up: making it from a practice, and changing what it is, its stages and what they ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.boards import policy
from app.boards.models import (
    BY_GROUP,
    BY_KIND,
    COLOURS,
    PROMPT_LENGTH,
    TITLE_LENGTH,
    Board,
    BoardStage,
    Facilitator,
    Prompt,
    Seating,
)
from app.boards.practices import GROUPED, StagePlan
from app.boards.seating_groups import check_number, new_seating
from app.boards.set_up_queries import holders, prompts_with_insights, stage_has_insights
from app.boards.unsigning import forget_authors
from app.boards.versions import count_change
from app.errors import Conflict, Invalid, require
from app.events.models import CHATHAM_HOUSE, Event
from app.grid.models import Session
from app.infra import db, findable

STAGES_MOST, PROMPTS_MOST, MINUTES_MOST, ABOUT_LENGTH, KIND_LENGTH, FACILITATORS_MOST = 20, 12, 600, 10_000, 40, 30
NOT_YOURS = "Boards of a session are set up by its leaders and note-takers, campmakers and organisers."


@dataclass(frozen=True)
class PromptRow:
    """A prompt as somebody filled it in; `id` is None for a new one, `order` the number they want it sorted by."""

    id: int | None
    words: str
    colour: str = COLOURS[0]
    order: int | None = None
    remove: bool = False


def begin(actor: Person, event: Event, session: Session | None, *, title: str, stages: Sequence[StagePlan], groups: int = 0,
          called: str = "Group", about: str = "", anonymous: bool = False, at: datetime) -> Board:
    """Make a board of these stages, the first of which is the one everybody is in; `actor` facilitates it.

    With any stage in groups there are `groups` of them, named `called` 1, 2, 3… Raises Invalid naming `title`, `groups`,
    `called` or `stages-<n>-…`.
    """
    require(policy.can_create(actor, event, session), NOT_YOURS)
    _titled(title)
    grouped = any(plan.seated == GROUPED for plan in stages)
    if grouped:
        check_number(groups, called)
    if not stages or not any(plan.prompts for plan in stages):
        raise Invalid("Ask at least one question.", "stages-0-prompts")
    for n, plan in enumerate(stages):
        _check_stage(plan.title, plan.about, plan.minutes, plan.prompts, f"stages-{n}-")
    board = Board(event_id=event.id, session_id=session.id if session else None, title=title, about=about, anonymous=anonymous,
                  kinds=[], version=1, created_at=at)
    db.session.add(board)
    db.session.flush()
    seating = new_seating(board, called=called, number=groups) if grouped else None
    for position, plan in enumerate(stages, 1):
        stage = BoardStage(board_id=board.id, position=position, here=position == 1, title=plan.title, about=plan.about,
                           minutes=plan.minutes, seating_id=seating.id if seating and plan.seated == GROUPED else None)
        stage.prompts = [Prompt(position=i, words=words, colour=COLOURS[(i - 1) % len(COLOURS)])
                         for i, words in enumerate(plan.prompts, 1)]
        db.session.add(stage)
    db.session.add(Facilitator(board_id=board.id, person_id=actor.id))
    db.session.flush()
    findable.changed("board", board.id)
    return board


def save_details(actor: Person, board: Board, *, title: str, about: str, anonymous: bool, colour_by: str,
                 kinds: dict[str, str]) -> None:
    """Change what a board is called and about, and what its colours say (`kinds`: colour → name; without a name it says nothing).

    A board that was anonymous is not made otherwise once somebody wrote on it. Raises Invalid, Conflict.
    """
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    _titled(title)
    _short_enough(about, ABOUT_LENGTH, "about")
    if colour_by not in (BY_KIND, BY_GROUP):
        raise Invalid("Choose one of these.", "colour_by")
    for colour, label in kinds.items():
        if colour not in COLOURS or len(label) > KIND_LENGTH:
            raise Invalid(f"Keep the name of a colour to {KIND_LENGTH} characters.", f"kind_{colour}")
    if board.event.attribution == CHATHAM_HOUSE:
        anonymous = board.anonymous  # it is so whatever this says: what was set for other times stays
    if board.anonymous and not anonymous and prompts_with_insights(board):
        raise Conflict("People wrote on this board because it is anonymous, so it stays so.")
    if anonymous and not board.anonymous:
        forget_authors(board)
    board.title, board.about, board.anonymous, board.colour_by = title, about, anonymous, colour_by
    board.kinds = [{"colour": colour, "label": kinds[colour]} for colour in COLOURS if kinds.get(colour)]
    findable.changed("board", board.id)
    count_change(board)


def add_stage(actor: Person, board: Board, *, title: str) -> BoardStage:
    """Put another stage at the end, for the whole room; it asks nothing yet. Raises Invalid, Conflict when there are too many."""
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    _titled(title, "Give the stage a title.")
    if len(board.stages) >= STAGES_MOST:
        raise Conflict(f"There are {STAGES_MOST} stages, and that is the most.")
    stage = BoardStage(position=max(s.position for s in board.stages) + 1, title=title)
    board.stages.append(stage)
    db.session.flush()
    count_change(board)
    return stage


def save_stage(actor: Person, stage: BoardStage, *, title: str, about: str, minutes: int | None, seating: Seating | None,
               prompts: Sequence[PromptRow]) -> None:
    """Change a stage and what it asks; prompts that no row speaks of stay. `seating` None: the whole room answers together.

    A prompt that has insights cannot be removed, and a stage in which something was written keeps its groups: raises Conflict.
    Raises Invalid naming the field.
    """
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    board = stage.board
    _check_stage(title, about, minutes, [row.words for row in prompts if not row.remove])
    if len(board.stages) > 1:
        _titled(title, "Give the stage a title.")
    if (seating.id if seating else None) != stage.seating_id:
        if stage_has_insights(stage):
            raise Conflict("Something is written in this stage already, so it keeps its groups. Make other groups for a "
                           "later stage.")
        stage.seating = seating
    stage.title, stage.about, stage.minutes = title, about, minutes
    rows, used = {row.id: row for row in prompts if row.id is not None}, prompts_with_insights(board)
    for prompt in list(stage.prompts):
        row = rows.get(prompt.id)
        if row is None:
            continue
        if row.remove:
            if prompt.id in used:
                raise Conflict(f"“{prompt.words}” has been answered, so it stays. Its words can be changed.")
            stage.prompts.remove(prompt)
        else:
            prompt.words, prompt.colour = row.words, row.colour
    stage.prompts += [Prompt(words=row.words, colour=row.colour, position=0) for row in prompts
                      if row.id is None and not row.remove]
    _number(stage, prompts)
    db.session.flush()
    if not any(one.prompts for one in board.stages):
        raise Invalid("The board must ask at least one question.", "rows")
    findable.changed("board", board.id)
    count_change(board)


def _number(stage: BoardStage, rows: Sequence[PromptRow]) -> None:
    """Prompts stand by the number typed: one that is given another's number stands before it; without a number at the end."""
    wanted = {row.id: row.order for row in rows if row.id is not None}
    new = iter([row.order for row in rows if row.id is None and not row.remove])
    keyed = []
    for i, prompt in enumerate(stage.prompts):
        order = wanted.get(prompt.id, prompt.position) if prompt.id is not None else next(new)
        keyed.append(((order is None, order or 0, order == prompt.position, i), prompt))
    for position, (_, prompt) in enumerate(sorted(keyed, key=lambda pair: pair[0]), 1):
        prompt.position = position


def move_stage(actor: Person, stage: BoardStage, to: str) -> None:
    """Put a stage one place `up` or `down`; nothing happens at the ends."""
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    order = list(stage.board.stages)
    at = order.index(stage)
    target = at + {"up": -1, "down": 1}.get(to, 0)
    if target == at or not 0 <= target < len(order):
        return
    order.insert(target, order.pop(at))
    for position, one in enumerate(order, 1):
        one.position = position
    count_change(stage.board)


def remove_stage(actor: Person, stage: BoardStage) -> list[str]:
    """Take a stage away in which nothing was written; keys of its pictures' files, which may not be needed any more.

    Raises Conflict for the last one, the one that everybody is in, and one in which something was written.
    """
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    board = stage.board
    if stage.here:
        raise Conflict("Everybody is in this stage now. Move everyone to another one first.")
    if stage_has_insights(stage):
        raise Conflict(f"People have written in “{stage.title}”, so it stays.")
    keys = [one.file for one in stage.material if one.file]
    board.stages.remove(stage)
    db.session.flush()
    if not any(one.prompts for one in board.stages):
        raise Conflict("The other stages ask nothing, so this one stays.")
    count_change(board)
    return keys


def add_facilitator(actor: Person, board: Board, person: Person) -> None:
    """Let somebody else with a pass to the event run the board too. Doing it twice changes nothing."""
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    if person.id not in {person_id for person_id, _ in holders(board.event)}:
        raise Invalid("Only people with a pass to the event can run a board.", "person")
    known = set(db.session.scalars(select(Facilitator.person_id).where(Facilitator.board_id == board.id)))
    if person.id in known:
        return
    if len(known) >= FACILITATORS_MOST:
        raise Conflict(f"{FACILITATORS_MOST} people run this board, and that is the most.")
    db.session.add(Facilitator(board_id=board.id, person_id=person.id))
    count_change(board)


def remove_facilitator(actor: Person, board: Board, person_id: int) -> None:
    """Have somebody run the board no more. Nobody locks themselves out: raises Conflict if `actor` could not run it then."""
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    row = db.session.get(Facilitator, (board.id, person_id))
    if row is None:
        return
    db.session.delete(row)
    db.session.flush()
    if not policy.can_facilitate(actor, board):
        raise Conflict("You could not run this board yourself any more. Somebody else can take you off.")
    count_change(board)


def _titled(title: str, missing: str = "Give the board a title.") -> None:
    if not title:
        raise Invalid(missing, "title")
    _short_enough(title, TITLE_LENGTH, "title")


def _check_stage(title: str, about: str, minutes: int | None, prompts: Sequence[str], field: str = "") -> None:
    _short_enough(title, TITLE_LENGTH, f"{field}title")
    _short_enough(about, ABOUT_LENGTH, f"{field}about")
    if minutes is not None and not 1 <= minutes <= MINUTES_MOST:
        raise Invalid(f"Give 1 to {MINUTES_MOST} minutes.", f"{field}minutes")
    where = f"{field}prompts" if field else "rows"
    if len(prompts) > PROMPTS_MOST:
        raise Invalid(f"Ask at most {PROMPTS_MOST} questions in a stage.", where)
    for words in prompts:
        if not words:
            raise Invalid("Say what the prompt asks, or tick Remove.", where)
        _short_enough(words, PROMPT_LENGTH, where)


def _short_enough(text: str, most: int, field: str) -> None:
    if len(text) > most:
        raise Invalid(f"Keep it to {most:,} characters.", field)
