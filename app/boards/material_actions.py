"""Material of a stage: adding stories, projects, texts, links and pictures, changing, ordering and removing them."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.accounts.models import Person
from app.boards import policy
from app.boards.models import LINK, PICTURE, PROJECT, STORY, TEXT, TITLE_LENGTH, Board, BoardStage, Material
from app.boards.set_up_queries import has_insights, stage_has_insights
from app.boards.versions import count_change
from app.errors import Conflict, Invalid, require
from app.infra import db, files, findable
from app.infra.pictures import Made

KINDS = (STORY, PROJECT, TEXT, LINK, PICTURE)
IN_A_STAGE, PICTURES_ON_A_BOARD = 60, 60
TEXT_LENGTH, SOURCE_LENGTH, URL_LENGTH, ALT_LENGTH, CREDIT_LENGTH, LICENCE_LENGTH = 20_000, 300, 500, 300, 200, 100
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Said:
    """A piece of material as somebody filled it in. What its kind does not have is empty."""

    theme: str = ""
    title: str = ""
    text: str = ""
    source: str = ""
    url: str = ""
    alt: str = ""
    credit: str = ""
    licence: str = ""


def add(actor: Person, stage: BoardStage, kind: str, said: Said, *, made: Made | None = None) -> Material:
    """Put a piece of material at the end of the stage's. A picture comes as `infra.pictures` made it.

    Raises Invalid naming the field that is missing or wrong, Conflict when there is too much already, or when a first project
    would take the place of what people have answered already.
    """
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    if kind not in KINDS:
        raise Invalid("There is no material of that kind.", "kind")
    check(kind, said)
    if (made is None) != (kind != PICTURE):
        raise Invalid("Choose a picture.", "picture")
    room_for_one(stage, kind)
    if kind == PROJECT and not any(one.kind == PROJECT for one in stage.material) and stage_has_insights(stage):
        raise Conflict("People have answered this stage’s prompts already, and not about a project. "
                       "Add a stage for the projects.")
    material = Material(kind=kind, position=max((one.position for one in stage.material), default=0) + 1)
    _fill(material, said)
    if made is not None:
        material.name, material.file = f"{_new_word()}.{made.kind}", files.keep(made.data)
        material.width, material.height = made.width, made.height
    stage.material.append(material)
    db.session.flush()
    findable.changed("board", stage.board.id)
    count_change(stage.board)
    return material


def change(actor: Person, board: Board, material: Material, said: Said) -> None:
    """Change a piece of material; a picture itself stays. Raises Invalid naming the field."""
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    check(material.kind, said)
    _fill(material, said)
    findable.changed("board", board.id)
    count_change(board)


def order(actor: Person, board: Board, stage: BoardStage, material: Material, to: str) -> None:
    """Put a piece one place `up` or `down` among its stage's; nothing happens at the ends."""
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    line = list(stage.material)
    at = line.index(material)
    target = at + {"up": -1, "down": 1}.get(to, 0)
    if target == at or not 0 <= target < len(line):
        return
    line.insert(target, line.pop(at))
    for position, one in enumerate(line, 1):
        one.position = position
    count_change(board)


def remove(actor: Person, board: Board, stage: BoardStage, material: Material) -> str | None:
    """Take a piece away; the key of its picture's file, which may not be needed any more.

    Raises Conflict for a project that people have said something about.
    """
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    if has_insights(material):
        raise Conflict(f"People have said something about “{material.title}”, so it stays. Its words can be changed.")
    key = material.file
    stage.material.remove(material)
    db.session.flush()
    findable.changed("board", board.id)
    count_change(board)
    return key


def check(kind: str, said: Said) -> None:
    """Raise Invalid, naming the field, unless a piece of that kind may say this."""
    for field, most in (("theme", TITLE_LENGTH), ("title", TITLE_LENGTH), ("text", TEXT_LENGTH), ("source", SOURCE_LENGTH),
                        ("url", URL_LENGTH), ("alt", ALT_LENGTH), ("credit", CREDIT_LENGTH), ("licence", LICENCE_LENGTH)):
        if len(getattr(said, field)) > most:
            raise Invalid(f"Keep it to {most:,} characters.", field)
    if kind in (STORY, PROJECT, LINK) and not said.title:
        raise Invalid("Give it a title.", "title")
    if kind in (STORY, TEXT) and not said.text.strip():
        raise Invalid("Write the text.", "text")
    if kind == LINK and not said.url:
        raise Invalid("Give the address that the link goes to.", "url")
    if said.url and (urlsplit(said.url).scheme not in ("http", "https") or not urlsplit(said.url).netloc):
        raise Invalid("Give an address that begins with https:// or http://.", "url")
    if kind == PICTURE:
        for field, missing in (("alt", "Say what the picture shows, for people who cannot see it."),
                               ("credit", "Say whose picture it is."),
                               ("licence", "Say under which licence it may be shown, or “by permission”.")):
            if not getattr(said, field):
                raise Invalid(missing, field)


def room_for_one(stage: BoardStage, kind: str) -> None:
    """Raise Conflict when no piece of that kind can be added to the stage."""
    if len(stage.material) >= IN_A_STAGE:
        raise Conflict(f"There are {IN_A_STAGE} pieces of material in this stage, and that is the most.")
    if kind == PICTURE and sum(one.kind == PICTURE for s in stage.board.stages for one in s.material) >= PICTURES_ON_A_BOARD:
        raise Conflict(f"There are {PICTURES_ON_A_BOARD} pictures on this board, and that is the most.")


def _fill(material: Material, said: Said) -> None:
    kind = material.kind
    material.title, material.text = said.title, said.text
    material.theme = said.theme if kind == PROJECT else ""
    material.source = said.source if kind in (STORY, PROJECT, TEXT) else ""
    material.url = said.url if kind in (LINK, PROJECT, STORY) else ""
    material.alt, material.credit, material.licence = (said.alt, said.credit, said.licence) if kind == PICTURE else ("", "", "")


def _new_word() -> str:
    """What a picture's name begins with: nobody guesses it."""
    return "".join(secrets.choice(_LETTERS) for _ in range(20))
