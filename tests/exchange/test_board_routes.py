"""Pages and files of a board: printing, taking along, importing with a look before."""

import io
import re

import pytest

from app.boards.insight_models import HIDDEN, Cluster, Insight
from app.boards.models import LINK, PICTURE, PROJECT, STORY, VOTED, Material
from app.events.models import Role
from app.infra import db
from app.notes.queries import note_of

pytestmark = pytest.mark.once  # what these pages ask and write is tried on each database by the tests of queries and actions


@pytest.fixture
def event(world):
    return world.event(slug="camp", attribution="named")


@pytest.fixture
def fay(world, event):
    return world.holder(event, Role.CAMPMAKER)


@pytest.fixture
def board(world, event):
    session = world.session(event, "On marmalade", room=1, slot=1)
    board = world.board(event, "Jam sandwiches", session=session, groups=["Reds", "Blues"], stages=("Read", "Design"), here=1,
                        prompts=("Why?", "How?"), about="Bring *spoons*.", kinds=[{"colour": "rose", "label": "Problem"}])
    read, design = board.stages
    for number, (kind, more) in enumerate(((STORY, {"title": "Paddington", "text": "He likes **toast**.", "source": "A bear"}),
                                           (LINK, {"title": "Recipes", "url": "https://jam.example/"}),
                                           (PICTURE, {"title": "A jar", "alt": "A full jar", "credit": "Ann", "licence": "CC0", "name": "k1.jpg",
                                                      "width": 4, "height": 3}))):
        world.save(Material(stage_id=read.id, position=number, kind=kind, **more))
    projects = [world.save(Material(stage_id=design.id, position=n, kind=PROJECT, theme="Spreads", title=title)) for n, title in enumerate(("Lime", "Fig"))]
    with db.transaction():
        design.voting = VOTED
    cluster = world.save(Cluster(board_id=board.id, prompt_id=design.prompts[0].id, group_id=design.seating.groups[0].id, title="Peel",
                                 material_id=projects[0].id, position=1, changed=1))
    world.insight(board, "Thick", group=0, cluster_id=cluster.id, material_id=projects[0].id, votes=3, signed="Ann Other")
    world.insight(board, "Two\nlines", group=1, material_id=projects[1].id, colour="rose")
    world.insight(board, "Unkind", group=0, material_id=projects[0].id, state=HIDDEN)
    return board


def upload(client, at, data):
    return client.send(at, file=(io.BytesIO(data), "a.csv"))


def test_the_page_to_print(client, board, fay):
    text = client.get(f"/e/camp/boards/{board.id}/print").text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.split("<main")[1]))
    for said in ("Bring spoons .", "Problem", "Paddington", "He likes toast .", "A bear", "https://jam.example/", "A jar. Picture: Ann. CC0.", "Spreads Lime",
                 "Why? Reds Peel 3 dots Thick Ann Other, 3 dots", "Fig Why? Blues Two lines Problem"):
        assert said in words, said
    assert f'src="/e/camp/boards/{board.id}/pictures/k1.jpg"' in text
    assert "Unkind" not in text
    client.sign_in(fay)
    assert "Unkind" in client.get(f"/e/camp/boards/{board.id}/print").text


def test_files(client, board, fay):
    answer = client.get(f"/e/camp/boards/{board.id}.md")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="camp-board-jam-sandwiches-{board.id}.md"'
    for said in ("# Jam sandwiches\n\nBring *spoons*.", "## Read\n\n**Paddington** (A bear)\n\nHe likes **toast**.", "[Recipes](https://jam.example/)",
                 "![A full jar](http", "*A jar. Picture: Ann. CC0.*", "### Spreads: Lime", "#### Why?", "###### Peel (3 dots)\n\n- Thick (3 dots) – Ann Other",
                 "- Two\n  lines (Problem)"):
        assert said in answer.text, said
    answer = client.get(f"/e/camp/boards/{board.id}.csv")
    assert answer.data.startswith(b"\xef\xbb\xbftext,column,group")
    assert answer.mimetype == "text/csv"
    assert "Unkind" not in answer.text
    client.sign_in(fay)
    assert "Unkind" in client.get(f"/e/camp/boards/{board.id}.csv").text
    assert client.get("/e/camp/boards/999999.csv").status_code == 404


def test_put_into_the_notes_with_one_button(client, world, event, board, fay):
    at = f"/e/camp/boards/{board.id}"
    assert "Put it into the notes" not in client.get(f"{at}/take-along").text
    client.sign_in(fay)
    assert "Put it into the notes" in client.get(f"{at}/take-along").text
    answer = client.send(f"{at}/record")
    assert (answer.status_code, answer.location) == (303, f"/e/camp/sessions/{board.session_id}/notes")
    assert "is in the session’s notes now" in client.get(answer.location).text
    db.session.rollback()
    assert "- Thick (3 dots)" in note_of(board.session).document.text
    assert "Bring the notes up to date" in client.get(f"{at}/take-along").text
    assert "in the notes already" in client.get(client.send(f"{at}/record").location).text
    empty = world.board(event, session=board.session)
    answer = client.send(f"/e/camp/boards/{empty.id}/record")
    assert "nothing to put into the notes" in client.get(answer.location).text


def test_import_shows_what_it_would_do_and_then_does_it(client, board, fay):
    at = f"/e/camp/boards/{board.id}/import"
    client.sign_in(fay)
    assert "What the file may hold" in client.get(at).text
    assert "Choose a file." in client.send(at).text
    bad = upload(client, at, b"name,town\na,b\n")
    assert bad.status_code == 422
    assert "names no column of texts" in bad.text
    data = b"text,column,group,project,votes\nMore jam,Why?,Reds,Lime,2\nLess jam,When?,Greens,Lime,\n"
    page = upload(client, at, data)
    assert page.status_code == 200
    for words in ("<strong>2 notes</strong> would be brought in", "When?", "Greens", "Make these groups"):
        assert words in page.text, words
    assert db.session.query(Insight).filter_by(board_id=board.id).count() == 3
    packed = re.search(r'name="data" value="([^"]+)"', page.text)[1]
    refused = client.send(at, data=packed, do="bring in")
    assert refused.status_code == 422
    assert "Say that they may be made" in refused.text
    done = client.send(at, data=packed, do="bring in", make_groups="y")
    assert done.status_code == 303
    assert "2 notes were brought in." in client.get(done.location).text
    db.session.rollback()
    assert db.session.query(Insight).filter_by(board_id=board.id).count() == 5
    again = client.send(at, data=packed, do="bring in")
    assert "nothing changed" in client.get(again.location).text
    broken = client.send(at, data="????", do="bring in")
    assert "open too long" in broken.text


def test_rows_that_cannot_be_are_listed(client, board, fay):
    client.sign_in(fay)
    page = upload(client, f"/e/camp/boards/{board.id}/import", b"text,project\nFine,Lime\nNo project,\n" + b"x" * 600).text
    assert "<strong>Row 3:</strong> Its stage asks about each project" in page
    assert "<strong>Row 4:</strong> Keep it to 500 characters" in page
    assert "Bring them in" not in page
