"""While the grid is a draft nobody but who arranges it sees any place, anywhere: every page is asked."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from app.events.models import DRAFT, Role
from app.grid import actions, publishing, queries, sight
from app.grid.models import Placement
from app.infra import db, jobs
from app.search.models import SearchEntry
from tests.access_rows import ROWS
from tests.grid.arrange import do, move, place
from tests.grid.reading import page
from tests.test_access import Cookie, scene_of

SECRET = "Zirkonium"  # the room that nobody may read of
SKIPPED = {"accounts.first_keeper", "accounts.link"}  # named by a secret, no place of any kind


@pytest.fixture
def scene(world):
    """The furnished event of tests/test_access.py, its session in the secret room, its grid a draft."""
    scene = scene_of(world, "public")
    from app.events.models import Event
    from app.grid.models import Session
    event = db.session.scalar(select(Event).where(Event.slug == scene.names["event"]))
    boss = world.holder(event, Role.ORGANISER, name="Boss")
    with db.transaction(event):
        for room in event.rooms:
            room.name = f"{SECRET} {room.number}"
    session = db.session.get(Session, scene.names["session"])
    if session.placement is None:
        place(boss, event, session.pitch, 1, 1)
    move(boss, event, session, 2, 2)
    do(event, publishing.hide, boss, event)
    jobs.work_until_idle()
    return scene


def paths(app, scene):
    adapter = app.url_map.bind("localhost")
    for row in ROWS:
        if row.method == "GET" and row.endpoint not in SKIPPED and not row.endpoint.endswith("stream"):
            arguments = {k: scene.names[v[1:]] if isinstance(v, str) and v.startswith("@") else v for k, v in row.arguments.items()}
            yield row.endpoint, adapter.build(row.endpoint, arguments)


# What names rooms as rooms, and not as the place of a session: set-up that everybody may read.
ROOMS_ARE_THERE = {"grid.show", "grid.fragment", "grid.sign", "grid.room_now", "grid.sign_fragment", "grid.now", "grid.now_fragment",
                   "exchange.feeds", "exchange.schedule_as_json", "exchange.schedule_as_xml", "exchange.api_grid", "grid.mine",
                   "grid.mine_fragment"}


def said_by(data: bytes) -> str:
    """The text of an answer; of a packed one (.zip, .docx, .odt) that of all its files, but for the list of rooms as rooms."""
    if not data.startswith(b"PK\x03\x04"):
        return data.decode(errors="replace")
    with ZipFile(BytesIO(data)) as packed:
        files = {name: packed.read(name).decode(errors="replace") for name in packed.namelist()}
    if "event.json" in files:
        said = json.loads(files["event.json"])
        assert said.pop("rooms")
        files["event.json"] = json.dumps(said, ensure_ascii=False)
    return "\n".join(files.values())


@pytest.mark.long
@pytest.mark.once
def test_every_page_as_a_stranger_and_an_attendee(app, client, world, scene, context):
    from app.events.models import Room, Slot
    told = []
    title = db.session.scalar(select(queries.Pitch.title).join(queries.Session).where(queries.Session.id == scene.names["session"]))
    codes = {f"s{s}r{r}" for s in db.session.scalars(select(Slot.number).where(Slot.number.is_not(None)))
             for r in db.session.scalars(select(Room.number).where(Room.number.is_not(None)))}
    db.session.rollback()
    for kind in ("stranger", "attendee", "campmaker"):
        client.sign_out()
        if scene.people[kind]:
            client.sign_in(scene.people[kind])
        for endpoint, path in paths(app, scene):
            for address in (path, *((f"{path}?q={SECRET}", f"{path}?q={title}") if endpoint.startswith("search.") else ())):
                text = said_by(client.get(address).data)
                if endpoint in ROOMS_ARE_THERE:
                    if title in text:
                        told.append((kind, address, "names the session beside rooms"))
                elif f"{SECRET} 2" in text:
                    told.append((kind, address, "names the room"))
                if endpoint != "exchange.api_description" and any(f"{code}<" in text or f" {code}" in text for code in codes):
                    told.append((kind, address, "gives its code"))
    assert told == [], told


def test_who_arranges_sees_it_and_publishing_shows_it(client, world, event, ann):
    session = place(ann, event, world.pitch(event, "Bins"), 3, 1)
    do(event, publishing.hide, ann, event)
    assert "Bins" not in page(client.get("/e/camp/grid"))
    assert "The grid is not published yet" in page(client.get(f"/e/camp/sessions/{session.id}"))
    assert "Not on the grid now" not in page(client.get(f"/e/camp/sessions/{session.id}"))
    key, boss = f"session:{session.id}", Cookie(ann.get_id())
    jobs.work_until_idle()
    assert db.session.scalar(select(SearchEntry.rooms).where(SearchEntry.key == key)) == []
    client.sign_in(boss)
    arranging = page(client.get("/e/camp/grid/arrange"))
    assert "Only organisers see this grid." in arranging
    assert "Bins" in page(client.get("/e/camp/grid"))
    assert "Turing" in page(client.get(f"/e/camp/sessions/{key[8:]}"))
    client.send("/e/camp/grid/publish", state="live")
    jobs.work_until_idle()
    assert db.session.scalar(select(SearchEntry.rooms).where(SearchEntry.key == key)) == ["Turing"]
    assert "Bins" in page(client.sign_out().get("/e/camp/grid"))


def test_sight_is_closed_by_default_and_open_inside_a_transaction(world, event, ann):
    place(ann, event, world.pitch(event, "Bins"), 3, 1)
    do(event, publishing.hide, ann, event)
    assert event.grid_state == DRAFT
    assert (queries.taken_cells(event), queries.version_of(event)) == ({}, 0)
    with sight.seeing(event):
        assert len(queries.taken_cells(event)) == 1
    with db.transaction(event):
        assert db.session.scalar(select(Placement.id)) is not None
    assert queries.grid_of(event, None).cells == []


def test_who_sees_nothing_still_takes_the_session_along(world, event, ann):
    """What was read without its place is changed with it: withdrawing takes it off the grid."""
    leader = world.holder(event)
    session = place(ann, event, world.pitch(event, "Bins", leaders=[leader]), 3, 1)
    do(event, publishing.hide, ann, event)
    read = queries.session_in(event, session.id)
    assert (read.placement, read.placements, queries.session_of(read.pitch).placement) == (None, [], None)
    do(event, actions.withdraw, leader, read.pitch)
    with sight.seeing(event):
        assert (queries.taken_cells(event), queries.version_of(event)) == ({}, 3)
    place(ann, event, world.pitch(event, "Boxes"), 3, 1)


def test_a_draft_next_door_stays_hidden_from_who_arranges_another(client, world, event, ann):
    place(ann, event, world.pitch(event, "Bins"), 3, 1)
    do(event, publishing.hide, ann, event)
    elsewhere = world.event(slug="other")
    client.sign_in(world.holder(elsewhere, Role.ORGANISER))
    assert "Bins" not in page(client.get("/e/camp/grid"))
    assert client.send("/e/camp/grid/publish", state="live").status_code == 403
