"""What is findable of breakouts: boards, insights, ideas and pledges. See `gather.py`.

Only what everybody who may read the thing may see: no hidden insight, no removed one, no dots, no author; of pledges only the
public ones. A board that not everybody may read who may read its event, and each insight on it, stands under a key of its own,
for those who may read all notes of the event.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.boards import policy as boards_policy
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, Pledge
from app.boards.insight_models import SHOWN, Cluster, Insight
from app.boards.models import Board, BoardStage, Group, Material, Prompt
from app.events.models import Event
from app.grid.models import Session
from app.infra import db
from app.notes.models import Note
from app.pitches.models import MERGED, OPEN, UNMERGED, Pitch
from app.search.engine import ALL, HOLDERS
from app.search.models import SearchEntry
from app.search.row import Row, key_of, lines, topics_of
from app.search.snippets import plain

APART = ("board", "insight")
TITLE = 110  # characters of an insight or a pledge that stand as the title of its result


def of_boards(wanted: ColumnElement[bool]) -> set[tuple[str, int]]:
    """The boards that fit (a condition on `Board`) with their insights: kinds and ids (2 statements)."""
    boards = set(db.session.scalars(select(Board.id).where(wanted)))
    if not boards:
        return set()
    insights = set(db.session.scalars(select(Insight.id).where(Insight.board_id.in_(boards))))
    return {("board", one) for one in boards} | {("insight", one) for one in insights}


def of_events(event_ids: Iterable[int]) -> set[tuple[str, int]]:
    """All of it at these events: kinds and ids."""
    ids = list(event_ids)
    found = of_boards(Board.event_id.in_(ids))
    for kind, column, of in (("idea", Idea.id, Idea.event_id), ("pledge", Pledge.id, Pledge.event_id)):
        found |= {(kind, one) for one in db.session.scalars(select(column).where(of.in_(ids)))}
    return found


def of_sessions(session_ids: Iterable[int]) -> set[tuple[str, int]]:
    """The boards and ideas of these sessions, and those insights that stand under another key than they should.

    Notes are saved every few seconds while people write: the hundreds of insights beside them are looked at only when their
    readers are others than before (at most 4 statements).
    """
    ids = list(session_ids)
    boards = db.session.execute(_boards(Board.id).add_columns(_open()).where(Board.session_id.in_(ids))).all()
    found = {("board", board_id) for board_id, _ in boards}
    for open_to_all in (True, False):
        those = [board_id for board_id, is_open in boards if bool(is_open) is open_to_all]
        wanted = aliased(SearchEntry)
        key = func.concat("insight:", cast(Insight.id, String), "" if open_to_all else f":{HOLDERS}")
        if those:
            found |= {("insight", one) for one in db.session.scalars(
                select(Insight.id).outerjoin(wanted, wanted.key == key)
                .where(Insight.board_id.in_(those), Insight.state == SHOWN, wanted.id.is_(None)))}
    return found | {("idea", one) for one in db.session.scalars(select(Idea.id).where(Idea.session_id.in_(ids)))}


def variants(things: Iterable[tuple[str, int]]) -> set[str]:
    """The keys that these things may have, whoever reads them."""
    return {key for kind, one in things for key in (key_of(kind, one), *((key_of(kind, one, HOLDERS),) if kind in APART else ()))}


def everything() -> list[str]:
    """The key of every such thing there is, findable or not."""
    return sorted(variants((kind, one) for kind, column in
                           (("board", Board.id), ("insight", Insight.id), ("idea", Idea.id), ("pledge", Pledge.id))
                           for one in db.session.scalars(select(column))))


def rows(ids: dict[str, list[int]]) -> Iterable[Row]:
    """The rows of those that are findable, by kind and id (at most 17 statements)."""
    yield from _boards_rows(ids["board"])
    yield from _insights(ids["insight"])
    yield from ideas(ids["idea"])
    yield from _pledges(ids["pledge"])


def not_open(kind: str, ids: Sequence[int]) -> set[int]:
    """Those of `ids` that not everybody may find (any more) who may read their event: for entries that the engine has heard
    nothing new of yet (1 statement)."""
    if not ids:
        return set()
    if kind == "pledge":
        shown = select(Pledge.id).where(Pledge.id.in_(ids), Pledge.shown == PUBLIC_PLEDGE)
    elif kind == "idea":
        shown = _ideas_of(Idea.id).where(Idea.id.in_(ids))
    elif kind == "insight":
        shown = _insights_of(Insight.id).where(Insight.id.in_(ids), _open())
    else:
        shown = _boards(Board.id).where(Board.id.in_(ids), _open())
    return set(ids) - set(db.session.scalars(shown))


def not_shown(ids: Sequence[int]) -> set[int]:
    """Those insights that are hidden or removed by now (1 statement)."""
    return set(ids) - set(db.session.scalars(
        select(Insight.id).where(Insight.id.in_(ids), Insight.state == SHOWN))) if ids else set()


def _open() -> ColumnElement[bool]:
    return boards_policy.open_to_all()


def _boards(*columns) -> Select:
    """Boards with their event, and what there is of a session, its pitch and its note."""
    return (select(*columns).select_from(Board).join(Event, Event.id == Board.event_id)
            .outerjoin(Session, Session.id == Board.session_id).outerjoin(Pitch, Pitch.id == Session.pitch_id)
            .outerjoin(Note, Note.session_id == Session.id)
            .where(or_(Board.session_id.is_(None), Pitch.state.in_((OPEN, MERGED, UNMERGED)))))


def _insights_of(*columns) -> Select:
    return (_boards(*columns).join(Insight, Insight.board_id == Board.id).join(Prompt, Prompt.id == Insight.prompt_id)
            .outerjoin(Group, Group.id == Insight.group_id).outerjoin(Cluster, Cluster.id == Insight.cluster_id)
            .where(Insight.state == SHOWN))


def _ideas_of(*columns) -> Select:
    """Whoever may read the event may read its ideas; what they came from is another matter, and not told here."""
    return (select(*columns).select_from(Idea).join(Event, Event.id == Idea.event_id)
            .outerjoin(Session, Session.id == Idea.session_id).outerjoin(Pitch, Pitch.id == Session.pitch_id)
            .where(~Idea.withdrawn))


def _boards_rows(ids: Sequence[int]) -> Iterable[Row]:
    """Boards with their prompts and material."""
    if not ids:
        return
    found = db.session.execute(_boards(
        Board.id, Board.title, Board.about, Event.id, Event.series_id, Event.starts_on, Pitch.id, Pitch.title, _open())
        .where(Board.id.in_(ids))).all()
    topics, said = topics_of(row[6] for row in found), _said_on(ids)
    for board_id, title, about, event_id, series_id, starts_on, pitch_id, session_title, is_open in found:
        readers = ALL if is_open else HOLDERS
        body = lines([plain(about), *said[board_id], session_title or ""])
        yield Row(key_of("board", board_id, readers), "board", event_id, series_id, starts_on.year, title, body,
                  topics=topics[pitch_id] if pitch_id else (), readers=readers)


def _said_on(ids: Sequence[int]) -> dict[int, list[str]]:
    """Stages, prompts, groups and material of boards, in order, as plain lines."""
    said: dict[int, list[str]] = defaultdict(list)
    stages = db.session.execute(select(BoardStage.id, BoardStage.board_id, BoardStage.title, BoardStage.about).where(
        BoardStage.board_id.in_(ids)).order_by(BoardStage.position, BoardStage.id)).all()
    prompts, material = defaultdict(list), defaultdict(list)
    for stage_id, words in db.session.execute(select(Prompt.stage_id, Prompt.words).where(
            Prompt.stage_id.in_([row[0] for row in stages])).order_by(Prompt.position, Prompt.id)):
        prompts[stage_id].append(words)
    for stage_id, *words, text in db.session.execute(
            select(Material.stage_id, Material.theme, Material.title, Material.alt, Material.source, Material.text)
            .where(Material.stage_id.in_([row[0] for row in stages])).order_by(Material.position, Material.id)):
        material[stage_id].append(lines([*words, plain(text)]))
    for stage_id, board_id, title, about in stages:
        said[board_id] += [title, plain(about), *prompts[stage_id], *material[stage_id]]
    for board_id, name, topic in db.session.execute(select(Group.board_id, Group.name, Group.topic).where(
            Group.board_id.in_(ids)).order_by(Group.position, Group.id)):
        said[board_id].append(f"{name}: {topic}" if topic else name)
    return said


def _insights(ids: Sequence[int]) -> Iterable[Row]:
    """Sticky notes that are shown, with what they answer and where."""
    if not ids:
        return
    found = db.session.execute(_insights_of(
        Insight.id, Insight.text, Cluster.title, Prompt.words, Group.name, Board.title, Event.id, Event.series_id,
        Event.starts_on, Pitch.id, Pitch.title, _open()).where(Insight.id.in_(ids))).all()
    topics = topics_of(row[9] for row in found)
    for (insight_id, text, cluster, prompt, group, board, event_id, series_id, starts_on, pitch_id, session_title,
         is_open) in found:
        readers = ALL if is_open else HOLDERS
        title = short(text)
        about = " · ".join(filter(None, (cluster, prompt, group, board, session_title)))
        body = lines(["" if title == _tidy(text) else _tidy(text), about])  # what the title says need not be said again
        yield Row(key_of("insight", insight_id, readers), "insight", event_id, series_id, starts_on.year, title, body,
                  topics=topics[pitch_id] if pitch_id else (), readers=readers)


def ideas(ids: Sequence[int]) -> Iterable[Row]:
    """Ideas that were not withdrawn, with who offers them. Who joined is shown to people with a pass, so it is not found."""
    if not ids:
        return
    found = db.session.execute(_ideas_of(
        Idea.id, Idea.name, Idea.what, Idea.offered_name, Event.id, Event.series_id, Event.starts_on, Pitch.id, Pitch.title)
        .where(Idea.id.in_(ids))).all()
    topics = topics_of(row[7] for row in found)
    for idea_id, name, what, offered, event_id, series_id, starts_on, pitch_id, session_title in found:
        body = lines([plain(what), f"Offered by {offered}" if offered else "", session_title or ""])
        yield Row(key_of("idea", idea_id), "idea", event_id, series_id, starts_on.year, name, body,
                  topics=topics[pitch_id] if pitch_id else ())


def _pledges(ids: Sequence[int]) -> Iterable[Row]:
    """Public pledges, with who made them and what came of them."""
    if not ids:
        return
    for pledge_id, text, came_of, name, event_id, series_id, starts_on in db.session.execute(
            select(Pledge.id, Pledge.text, Pledge.came_of, Person.name, Event.id, Event.series_id, Event.starts_on)
            .join(Event, Event.id == Pledge.event_id).join(Person, Person.id == Pledge.person_id)
            .where(Pledge.id.in_(ids), Pledge.shown == PUBLIC_PLEDGE)):
        yield Row(key_of("pledge", pledge_id), "pledge", event_id, series_id, starts_on.year, short(text),
                  lines(["" if short(text) == _tidy(text) else _tidy(text), name, _tidy(came_of)]))


def short(text: str) -> str:
    """The beginning of what somebody said, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE else line[:TITLE].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def _tidy(text: str) -> str:
    """Plain words as they are kept for search: no NUL, no empty lines."""
    return lines(" ".join(line.split()) for line in text.replace("\0", "").splitlines())
