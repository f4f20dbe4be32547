"""Boards in a zip of ours: each as Markdown and CSV for people, and as JSON that brings it back.

What comes back: title, what it is about, stages, prompts, groups (with new codes), material but for pictures, and every insight
that everybody might see, with its place, colour, cluster and dots. Who wrote, sat and voted does not, and nothing hidden.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.boards import board_text, material_actions, policy, recording, set_up_actions
from app.boards.insight_actions import MOST
from app.boards.insight_models import APART, Cluster, Insight, Vote
from app.boards.models import BY_GROUP, BY_KIND, CLOSED, COLOURS, OPEN, PICTURE, PROJECT, VOTED, Board, BoardStage, Seating
from app.boards.practices import TOGETHER, StagePlan
from app.boards.reading_out import BoardOut, Bunch, Part, Said, boards_out
from app.boards.seating_groups import GROUPS_MOST, NAME_LENGTH, TOPIC_LENGTH, new_seating
from app.boards.words import text_of, title_of
from app.errors import Invalid, require
from app.events.models import Event
from app.exchange import policy as exchange_policy
from app.exchange.actions import ORGANISERS_ONLY
from app.exchange.board_actions import VOTER
from app.exchange.board_chapters import readable
from app.exchange.board_csv import MOST_VOTES, write_board_csv
from app.exchange.notes_zip import slug
from app.exchange.own_parts import brings_back
from app.exchange.reports import NEW, SAME, Report
from app.grid.models import Session
from app.infra import db, findable
from app.pitches.models import Pitch

FOLDER = "whiteboards"  # after event.json and notes/ in the order of names, so that their sessions are there
VERSION = 1
MARK = f"---\nfolkmoot_board: {VERSION}\n---\n\n"  # what a board's Markdown in a zip begins with: it is no session's notes
_MATERIAL = ("kind", "theme", "title", "text", "source", "url", "credit", "licence")


def files_of(event: Event, person: Person | None, base_url: str) -> dict[str, bytes]:
    """The files of all boards that somebody may read, by their paths in the zip."""
    files: dict[str, bytes] = {}
    for out in boards_out(readable(event, person)):
        path = f"{FOLDER}/{slug(out.board.title)}-{_own(out.board)}"
        while f"{path}.md" in files:
            path += "-too"
        text = MARK + board_text.document(out, recording.links_of(out.board, base_url), names=True)
        files |= {f"{path}.md": text.encode(), f"{path}.csv": write_board_csv(out).encode("utf-8-sig"),
                  f"{path}.json": written(out)}
    return dict(sorted(files.items()))


def _own(board: Board) -> str:
    """A part of a file's name that is the board's own, also where it was brought in."""
    of = (board.session.guid or board.session.pitch.title) if board.session else ""
    return hashlib.blake2b(f"{of}\n{board.title}".encode(), digest_size=5).hexdigest()


def written(out: BoardOut) -> bytes:
    """The board as JSON. The same board gives the same bytes."""
    board = out.board
    places = {group.id: [i, j] for i, seating in enumerate(board.seatings) for j, group in enumerate(seating.groups)}
    said = {
        "folkmoot_board": VERSION, "title": board.title, "about": board.about, "anonymous": board.anonymous,
        "colour_by": board.colour_by, "kinds": board.kinds, "closed": board.state != OPEN,
        "session": {"guid": board.session.guid or "", "title": board.session.pitch.title} if board.session else None,
        "groups": [[{"name": one.name, "topic": one.topic, "colour": one.colour} for one in seating.groups]
                   for seating in board.seatings],
        "stages": [_stage(part, board, places) for part in out.parts]}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _stage(part: Part, board: Board, places: dict[int, list[int]]) -> dict:
    stage = part.stage
    seating = next((i for i, one in enumerate(board.seatings) if one.id == stage.seating_id), None)
    material = [one for one in stage.material if one.kind != PICTURE]
    prompts = [one.id for one in stage.prompts]
    return {
        "title": stage.title, "about": stage.about, "minutes": stage.minutes, "groups": seating, "here": stage.here,
        "voted": part.votes_shown, "dots": stage.dots,
        "material": [{key: getattr(one, key) for key in _MATERIAL} for one in material],
        "prompts": [{"words": one.words, "colour": one.colour} for one in stage.prompts],
        "columns": [{"prompt": prompts.index(lane.prompt.id), "group": places.get(lane.group.id) if lane.group else None,
                     "project": [one.id for one in material].index(lane.project.id) if lane.project in material else None,
                     "things": [_thing(one) for one in lane.things]} for lane in part.lanes if lane.things]}


def _thing(thing: Said | Bunch) -> dict:
    if isinstance(thing, Bunch):
        return {"title": thing.title, "insights": [_thing(one) for one in thing.insights]}
    return {"text": thing.text, "colour": thing.colour, "votes": thing.votes or 0}


@brings_back(f"{FOLDER}/")
def bring_in_board(actor: Person, event: Event, data: bytes, at: datetime) -> Report | None:
    """Make the board that the file says, unless its session (or the event) has one of that title with something on it.

    None for a file that is not ours.
    """
    require(exchange_policy.can_import(actor, event), ORGANISERS_ONLY)
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or "folkmoot_board" not in said:
        return None
    try:
        return _brought_in(actor, event, said, at)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as problem:
        raise Invalid("The file of this board is damaged. Nothing of it was brought in.") from problem


def _brought_in(actor: Person, event: Event, said: dict, at: datetime) -> Report:
    title = title_of(str(said["title"]), 120)
    session = _session(event, said["session"])
    there = db.session.scalar(select(Board).where(Board.event_id == event.id, Board.title == title,
                                                  Board.session_id.is_not_distinct_from(session.id if session else None)))
    if there is not None:
        return Report(_file(title), SAME, title, there.session_id)
    board = set_up_actions.begin(
        actor, event, session, title=title, about=str(said["about"]), anonymous=said["anonymous"] is True, at=at,
        stages=[StagePlan(str(one["title"]), str(one["about"]), one["minutes"] and int(one["minutes"]), TOGETHER,
                          tuple(str(prompt["words"]) for prompt in one["prompts"])) for one in said["stages"]])
    board.colour_by = BY_GROUP if said["colour_by"] == BY_GROUP else BY_KIND
    board.kinds = [{"colour": one["colour"], "label": str(one["label"])[:40]} for one in said["kinds"]
                   if one["colour"] in COLOURS]
    for stage in board.stages:
        stage.here = False
    db.session.flush()  # at no moment are two stages the one that everybody is in
    here = (stage for stage, one in zip(board.stages, said["stages"], strict=True) if one["here"] is True)
    next(here, board.stages[0]).here = True
    seatings = [_seating(board, groups) for groups in said["groups"]]
    insights = [insight for stage, one in zip(board.stages, said["stages"], strict=True)
                for insight in _bring_in_stage(actor, board, stage, one, seatings, at)]
    if len(insights) > MOST:
        raise Invalid(f"A board holds {MOST:,} notes, and this one has more.")
    if said["closed"] is True:
        board.state = CLOSED
    db.session.flush()
    findable.changed("board", board.id)
    report = Report(_file(title), NEW, title, board.session_id,
                    recognised=[f"{len(insights)} insights, {len(board.stages)} stages."])
    if said["session"] and session is None:
        report.unsure.append("Its session is not here, so the board is of the whole event.")
    return report


def _file(title: str) -> str:
    return f"{FOLDER}/{slug(title)}.json"


def _session(event: Event, said: dict | None) -> Session | None:
    if not said:
        return None
    found = (select(Session).join(Pitch, Pitch.id == Session.pitch_id).where(Session.event_id == event.id)
             .order_by(Session.id).limit(1))
    by_guid = db.session.scalar(found.where(Session.guid == str(said["guid"]))) if said["guid"] else None
    return by_guid or db.session.scalar(found.where(Pitch.title == str(said["title"])))


def _seating(board: Board, groups: list[dict]) -> Seating:
    if not 1 <= len(groups) <= GROUPS_MOST:
        raise Invalid(f"There can be 1 to {GROUPS_MOST} groups.")
    seating = new_seating(board, called="Group", number=len(groups))
    for group, said in zip(seating.groups, groups, strict=True):
        group.name = title_of(str(said["name"]), NAME_LENGTH) or group.name
        group.topic = title_of(str(said["topic"]), TOPIC_LENGTH)
        group.colour = said["colour"] if said["colour"] in COLOURS else group.colour
    return seating


def _bring_in_stage(actor: Person, board: Board, stage: BoardStage, said: dict, seatings: list[Seating],
                    at: datetime) -> list[Insight]:
    stage.seating = seatings[said["groups"]] if said["groups"] is not None else None
    stage.voting, stage.dots = (VOTED if said["voted"] is True else stage.voting), min(max(int(said["dots"]), 0), 20)
    for prompt, one in zip(stage.prompts, said["prompts"], strict=True):
        prompt.colour = one["colour"] if one["colour"] in COLOURS else prompt.colour
    material = [material_actions.add(
        actor, stage, str(one["kind"]), material_actions.Said(**{key: str(one[key]) for key in _MATERIAL if key != "kind"}))
        for one in said["material"]]
    made: list[Insight] = []
    for column in said["columns"]:
        group = seatings[column["group"][0]].groups[column["group"][1]] if column["group"] else None
        project = material[column["project"]] if column["project"] is not None else None
        if project is not None and project.kind != PROJECT:
            raise Invalid("An insight of the file is about something that is no project.")
        where = {"board_id": board.id, "prompt_id": stage.prompts[column["prompt"]].id, "group_id": group and group.id,
                 "material_id": project and project.id, "changed": board.version}
        made += _things(column["things"], where, policy.kept_moment(board, at))
    db.session.add_all(made)
    db.session.flush()
    db.session.add_all(Vote(insight_id=one.id, voter=VOTER, stage_id=stage.id, dots=one.votes) for one in made if one.votes)
    return made


def _things(things: list[dict], where: dict, at: datetime) -> Iterator[Insight]:
    def insight(said: dict, position: int, cluster: Cluster | None) -> Insight:
        colour = said["colour"] if said["colour"] in COLOURS else COLOURS[0]
        return Insight(key=str(uuid.uuid4()), text=text_of(str(said["text"])), colour=colour, position=position * APART,
                       votes=min(max(int(said["votes"]), 0), MOST_VOTES), cluster=cluster, at=at, **where)

    for place, thing in enumerate(things, 1):
        if "insights" not in thing:
            yield insight(thing, place, None)
            continue
        cluster = Cluster(title=title_of(str(thing["title"]), 120), position=place * APART, **where)
        db.session.add(cluster)
        yield from [insight(one, number, cluster) for number, one in enumerate(thing["insights"], 1)]
