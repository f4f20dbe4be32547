"""Writing insights, changing what they say, hiding them. (Taking them out for good: `removing`.)"""

import re
from datetime import datetime

from app.accounts.models import Person
from app.boards import changes, policy
from app.boards.columns import column_of, end_of
from app.boards.insight_models import HIDDEN, INSIGHT_LENGTH, REMOVED, SHOWN, Insight, InsightText
from app.boards.models import COLOURS, OPEN, Board
from app.boards.statements import KNOWN
from app.boards.versions import count_change
from app.boards.words import text_of
from app.documents.merging import merge
from app.errors import Conflict, Invalid, NotFound, require
from app.infra import db, findable

MOST = 5_000  # insights on a board: a hundred people who add one every ten seconds fill half of it in five minutes
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a UUID, as browsers make them
NOT_YOURS = "A note is changed by who wrote it, and by who runs the board. Write one of your own beside it."


class Clash(Conflict):
    """Two people changed the same words: nothing of either is lost. `theirs` is what is saved, `mine` what was sent."""

    def __init__(self, theirs: str, mine: str, both: str):
        super().__init__("Somebody changed the same words meanwhile. Yours are not saved yet: here are both.")
        self.theirs, self.mine, self.both = theirs, mine, both


def add(actor: Person | None, board: Board, *, key: str, prompt_id: int, group_id: int | None = None,
        material_id: int | None = None, text: str, colour: str = "", signed: bool = False, mark: str | None = None,
        at: datetime) -> Insight:
    """Put an insight at the end of a column; with a key that is there already, the one that has it.

    `mark` is what the author's device makes of the key, kept where no author is (`policy.anonymous`). An unknown `colour` is the
    prompt's. Raises Invalid for a text or key that cannot be kept, NotFound for a column that is not there, Conflict when the
    board is full.
    """
    require(policy.can_write(actor, board), refusal(board))
    if not KEY.fullmatch(key):
        raise Invalid("This page is too old: reload it. Copy what you wrote first.", "key")
    text = text_of(text)
    there, count = db.session.execute(KNOWN, {"board": board.id, "key": key}).one()
    if there is not None:
        return db.session.get_one(Insight, there)
    column, prompt = column_of(board, prompt_id, group_id, material_id)
    if count >= MOST:
        raise Conflict(f"This board is full: it holds {MOST:,} notes.")
    anonymous = policy.anonymous(board)
    insight = Insight(
        board_id=board.id, key=key, text=text, colour=colour if colour in COLOURS else prompt.colour, position=end_of(column),
        signed=actor.name if signed else "", by_id=None if anonymous else actor.id, mark=mark if anonymous else None,
        at=policy.kept_moment(board, at))
    column.put(insight)
    db.session.add(insight)
    count_change(board, insight)
    db.session.flush()
    findable.changed("insight", insight.id)
    return insight


def edit(actor: Person | None, insight: Insight, *, text: str, was: str, colour: str = "", signed: bool | None = None,
         mark: str | None = None) -> bool:
    """Change what it says: `was` is the text the writer began from, and what others wrote since is merged with theirs.

    Returns whether it was merged. `signed` puts the author's name on it or takes it off; None leaves it. Raises `Clash` where
    both changed the same words.
    """
    require(policy.can_edit(actor, insight, mark), refusal(insight.board) if insight.board.state != OPEN else NOT_YOURS)
    text, now = text_of(text), insight.text
    was = was.replace("\r\n", "\n").strip() if len(was) <= 4 * INSIGHT_LENGTH else ""
    made = merge(was, now, text)
    merged = made.text != text
    if made.clashes:
        raise Clash(now, text, made.text)
    if merged:
        try:
            text = text_of(made.text)
        except Invalid as problem:
            raise Clash(now, text, made.text) from problem
    before = insight.text, insight.colour, insight.signed
    if text != now:
        db.session.add(InsightText(insight_id=insight.id, number=insight.edited, text=now))
        insight.text, insight.edited = text, insight.edited + 1
    if colour in COLOURS:
        insight.colour = colour
    if signed is False:
        insight.signed = ""
    elif signed and policy.wrote(actor, insight, mark):
        insight.signed = actor.name
    if before != (insight.text, insight.colour, insight.signed):
        count_change(insight.board, *with_cluster(insight))
        findable.changed("insight", insight.id)
    return merged


def hide(actor: Person | None, insight: Insight) -> int | None:
    """Show it to facilitators only; it stays in the record, marked hidden. Returns the change's number, None for none."""
    require(policy.can_facilitate(actor, insight.board), policy.FOR_FACILITATORS)
    return _show(insight, HIDDEN, changes.HIDDEN)


def show(actor: Person | None, insight: Insight) -> int | None:
    """Show a hidden one to everybody again. Returns the change's number, None for none."""
    require(policy.can_facilitate(actor, insight.board), policy.FOR_FACILITATORS)
    return _show(insight, SHOWN, changes.SHOWN)


def refusal(board: Board) -> str:
    """Why somebody who may not write on the board may not."""
    return policy.FOR_HOLDERS if board.state == OPEN else policy.CLOSED_BOARD


def with_cluster(insight: Insight) -> list:
    """The insight and the cluster it is in: pages get a cluster whole."""
    return [insight, insight.cluster] if insight.cluster is not None else [insight]


def _show(insight: Insight, state: str, verb: str) -> int | None:
    if insight.state == REMOVED:
        raise NotFound()
    if insight.state == state:
        return None
    before = changes.Before([insight])
    insight.state = state
    number = before.record(insight.board, verb)
    count_change(insight.board, *with_cluster(insight))
    findable.forget("insight", insight.id)
    return number

