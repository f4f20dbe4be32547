"""Boards in the zip of a whole event, and back."""

import io
import json
import re
import zipfile

import pytest

from app.boards.insight_models import HIDDEN, Cluster, Insight
from app.boards.models import PICTURE, PROJECT, STORY, VOTED, Board, Material
from app.boards.reading_out import board_out
from app.events.models import Role
from app.exchange import bundles, own_boards
from app.exchange.importing import import_notes
from app.exchange.reports import FAILED, NEW, SAME, SKIPPED
from app.infra import db
from tests.exchange.test_board_csv import said


@pytest.fixture
def event(world):
    return world.event(slug="camp", attribution="named")


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER)


@pytest.fixture
def board(world, event):
    session = world.session(event, "On marmalade", room=1, slot=1)
    board = world.board(event, "Jam sandwiches", session=session, prompts=("Why?", "How?"), groups=["Reds", "Blues"],
                        stages=("Read", "Design"), here=1, about="Bring *spoons*.", kinds=[{"colour": "rose", "label": "Problem"}])
    read, design = board.stages
    world.save(Material(stage_id=read.id, position=1, kind=STORY, title="Paddington", text="He likes **toast**.", source="A bear"))
    world.save(Material(stage_id=read.id, position=2, kind=PICTURE, title="A jar", alt="A jar", credit="Ann", licence="CC0"))
    project = world.save(Material(stage_id=design.id, position=1, kind=PROJECT, theme="Spreads", title="Lime", text="Green"))
    with db.transaction():
        design.voting = VOTED
    cluster = world.save(Cluster(board_id=board.id, prompt_id=design.prompts[0].id, group_id=design.seating.groups[1].id, title="Peel",
                                 material_id=project.id, position=1, changed=1))
    for text, votes in (("Thick", 3), ("Thin", 1)):
        world.insight(board, text, group=1, cluster_id=cluster.id, material_id=project.id, votes=votes)
    world.insight(board, "=Two\nlines", group=0, material_id=project.id, colour="rose")
    world.insight(board, "Hidden", group=0, material_id=project.id, state=HIDDEN)
    world.insight(board, "Read it", prompt=read.prompts[1], group=0)
    return board


def bring_in(organiser, event, data):
    return {report.name.rsplit("/", 1)[-1].rsplit(".", 1)[-1]: report
            for report in import_notes(organiser, event, bundles.from_upload("all.zip", data)) if "whiteboards/" in report.name}


def test_a_board_comes_back_from_the_zip_as_it_was(client, world, event, organiser, board):
    data = client.get("/e/camp/notes.zip").data
    assert client.get("/e/camp/notes.zip").data == data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = [name for name in packed.namelist() if name.startswith("whiteboards/")]
        assert [re.sub("-[0-9a-f]{10}", "", name) for name in names] == [f"whiteboards/jam-sandwiches.{kind}" for kind in ("csv", "json", "md")]
        assert all("Hidden" not in packed.read(name).decode() for name in names)
        assert "He likes **toast**." in packed.read(names[2]).decode()
    there = world.event(slug="there", attribution="named")
    world.session(there, "On marmalade")
    elsewhere = world.holder(there, Role.ORGANISER)
    reports = bring_in(elsewhere, there, data)
    assert {kind: report.outcome for kind, report in reports.items()} == {"md": SKIPPED, "csv": SKIPPED, "json": NEW}
    back = db.session.query(Board).filter_by(event_id=there.id).one()
    ours = db.session.get(Board, board.id)
    shown = [(stage, prompt, group, project, [one for one in things if one[0] != "Hidden"]) for stage, prompt, group, project, things in said(ours)]
    assert said(back) == shown
    first, second = (json.loads(own_boards.written(board_out(one))) for one in (ours, back))
    assert {**first, "session": None} == {**second, "session": None}
    assert back.session.pitch.title == "On marmalade"
    assert bring_in(elsewhere, there, data)["json"].outcome == SAME
    assert db.session.query(Insight).filter_by(board_id=back.id).count() == 4


@pytest.mark.parametrize("harm", [
    {"stages": []}, {"stages": [{}]}, {"title": ""}, {"groups": [[]]}, {"session": 7}, {"kinds": 3},
    {"groups": [[{"name": "x" * 500, "topic": "", "colour": "rose"}]]}])
def test_a_damaged_file_brings_nothing(world, event, organiser, board, harm):
    data = json.loads(own_boards.written(board_out(board))) | {"title": "Another"} | harm
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("whiteboards/a.json", json.dumps(data))
        out.writestr("whiteboards/b.json", '{"name": "somebody else’s"}')
    before = db.session.query(Board).count()
    reports = list(import_notes(organiser, event, bundles.from_upload("all.zip", packed.getvalue())))
    assert [report.outcome for report in reports] == [FAILED, SKIPPED]
    assert db.session.query(Board).count() == before
