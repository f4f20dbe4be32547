"""Making groups, and the codes that join them."""

import secrets

from sqlalchemy import select

from app.boards.models import COLOURS, Board, Group, Seating
from app.errors import Invalid
from app.events.join_codes import LETTERS
from app.infra import db

GROUPS_MOST, CALLED_LENGTH, NAME_LENGTH, TOPIC_LENGTH = 60, 40, 60, 120
CODE_LENGTH = 4  # of 21 letters: people type it in a noisy room. It opens nothing: a seat is for who holds a pass.


def check_number(number: int | None, called: str) -> None:
    """Raise Invalid (`groups`, `called`) unless there can be that many groups of that name."""
    if number is None or not 1 <= number <= GROUPS_MOST:
        raise Invalid(f"Make 1 to {GROUPS_MOST} groups.", "groups")
    if not called or len(called) > CALLED_LENGTH:
        raise Invalid(f"Say what a group is called, in at most {CALLED_LENGTH} characters.", "called")


def new_seating(board: Board, *, called: str, number: int, name: str = "", topics: tuple[str, ...] = ()) -> Seating:
    """Groups `called` 1, 2, 3… with codes and colours of their own, about `topics` as far as there are any."""
    seating = Seating(board_id=board.id, name=name)
    seating.groups = [
        Group(board_id=board.id, position=i, name=f"{called} {i}", topic=topics[i - 1] if i <= len(topics) else "",
              colour=COLOURS[(i - 1) % len(COLOURS)], code=code)
        for i, code in enumerate(new_codes(number), 1)]
    board.seatings.append(seating)
    db.session.flush()
    return seating


def new_codes(number: int) -> list[str]:
    """As many codes that no group of the site has (1 statement, unless one is taken)."""
    found: list[str] = []
    while len(found) < number:
        tried = list(dict.fromkeys(_code() for _ in range(number - len(found))))
        taken = set(db.session.scalars(select(Group.code).where(Group.code.in_(tried)))) | set(found)
        found += [code for code in tried if code not in taken]
    return found


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
