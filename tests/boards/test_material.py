"""Material of stages: stories, projects, texts, links and pictures."""

import io

import pytest
from PIL import Image

from app.boards import material_actions
from app.boards.material import reading_of
from app.boards.material_actions import Said
from app.boards.models import Material
from app.errors import Conflict, Forbidden, Invalid
from app.infra import db, files
from app.infra.pictures import Made

STORY = Said(title="A family of five", text="They were *moved* four times.", source="The Public Office, 2008")
PICTURE = Said(alt="A wall of notes", credit="Ann", licence="CC BY 4.0")
MADE = Made("png", 4, 3, b"made anew")


def act(scene, do, *args, **more):
    with db.transaction(scene.event):
        return do(scene.fay, *args, **more)


def add(scene, kind="story", said=STORY, stage=None, **more) -> Material:
    return act(scene, material_actions.add, stage or scene.stage, kind, said, **more)


def test_stories_and_projects_are_read_in_order_projects_theme_by_theme(scene):
    for kind, said in (("project", Said(title="Buddies", theme="Mentoring")), ("story", STORY), ("project", Said(title="An advocate", theme="Advocacy")),
                       ("project", Said(title="Side by side", theme="Mentoring")), ("text", Said(text="Read **this**."))):
        add(scene, kind, said)
    db.session.expire_all()
    reading = reading_of(scene.stage.material)
    assert [one.kind for one in reading.pieces] == ["story", "text"]
    assert [(theme, [p.title for p in some]) for theme, some in reading.themes] == [
        ("Mentoring", ["Buddies", "Side by side"]), ("Advocacy", ["An advocate"])]
    assert [p.title for p in reading.projects] == ["Buddies", "Side by side", "An advocate"]
    assert reading.pieces[0].source == "The Public Office, 2008"


@pytest.mark.parametrize(("kind", "said", "field"), [
    ("story", Said(text="x"), "title"), ("story", Said(title="x", text=" "), "text"), ("project", Said(theme="Mentoring"), "title"),
    ("text", Said(), "text"), ("link", Said(title="x"), "url"), ("link", Said(title="x", url="javascript:alert(1)"), "url"),
    ("link", Said(title="x", url="https:///nowhere"), "url"), ("project", Said(title="x", url="ftp://example.org/x"), "url"),
    ("picture", Said(credit="Ann", licence="CC0"), "alt"), ("picture", Said(alt="x", licence="CC0"), "credit"),
    ("picture", Said(alt="x", credit="Ann"), "licence"), ("picture", PICTURE, "picture"), ("film", STORY, "kind"),
    ("story", Said(title="x" * 121, text="x"), "title"),
])
def test_what_is_missing_is_said_at_its_field(scene, kind, said, field):
    with pytest.raises(Invalid) as refused:
        add(scene, kind, said)
    assert refused.value.field == field
    assert db.session.query(Material).count() == 0


def test_a_kind_keeps_only_what_it_has(scene):
    everything = Said("Theme", "Title", "Text", "Source", "https://example.org/", "Alt", "Credit", "Licence")
    one = add(scene, "text", everything)
    assert (one.theme, one.url, one.alt, one.credit, one.source) == ("", "", "", "", "Source")


def test_material_is_changed_and_ordered(scene):
    first, second = add(scene), add(scene, "text", Said(text="Second"))
    act(scene, material_actions.change, scene.board, first, Said(title="Another", text="story"))
    act(scene, material_actions.order, scene.board, scene.stage, second, "up")
    act(scene, material_actions.order, scene.board, scene.stage, second, "up")
    db.session.expire_all()
    assert [one.title or one.text for one in scene.stage.material] == ["Second", "Another"]


def test_a_project_that_was_spoken_of_stays(scene, world):
    project = add(scene, "project", Said(title="Buddies"))
    world.insight(scene.board, group=0, material_id=project.id)
    with pytest.raises(Conflict, match="so it stays"):
        act(scene, material_actions.remove, scene.board, scene.stage, project)
    act(scene, material_actions.remove, scene.board, scene.stage, add(scene, "project", Said(title="Unspoken")))
    assert [one.title for one in scene.stage.material] == ["Buddies"]


def test_the_first_project_does_not_hide_what_was_answered_before(scene, world):
    world.insight(scene.board, group=0)
    with pytest.raises(Conflict, match="Add a stage"):
        add(scene, "project", Said(title="Buddies"))


def test_there_is_an_end_to_it(scene, monkeypatch):
    monkeypatch.setattr(material_actions, "IN_A_STAGE", 1)
    add(scene)
    with pytest.raises(Conflict, match="the most"):
        add(scene)
    monkeypatch.setattr(material_actions, "IN_A_STAGE", 9)
    monkeypatch.setattr(material_actions, "PICTURES_ON_A_BOARD", 1)
    add(scene, "picture", PICTURE, made=MADE)
    with pytest.raises(Conflict, match="pictures on this board"):
        add(scene, "picture", PICTURE, made=MADE)


def test_only_who_runs_the_board_adds_material(scene):
    for somebody in (scene.ann, scene.stranger, None):
        with pytest.raises(Forbidden), db.transaction(scene.event):
            material_actions.add(somebody, scene.stage, "story", STORY)


# ---- pictures --------------------------------------------------------------------------------------------------------


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG", exif=b"Exif\0\0 51.5N")
    return io.BytesIO(out.getvalue())


def test_a_picture_is_made_anew_and_shown_with_credit_and_licence(scene, client):
    client.sign_in(scene.fay)
    to = f"{scene.at}/stages/{scene.stage.id}/material?kind=picture"
    assert 'enctype="multipart/form-data"' in client.get(to).text
    sent = {"alt": "A wall", "credit": "Ann Example", "licence": "CC BY 4.0"}
    refused = client.send(to, picture=(picture(), "a.jpg"), **(sent | {"credit": ""}))
    assert refused.status_code == 422
    assert "Say whose picture it is." in refused.text
    refused = client.send(to, picture=(io.BytesIO(b"<svg onload=alert(1)>"), "a.jpg"), **sent)
    assert "It is not a JPEG, PNG or WebP picture." in refused.text
    assert client.send(to, picture=(picture(), "a.jpg"), **sent).status_code == 303
    one = db.session.query(Material).one()
    assert (one.width, one.height, one.name[-4:]) == (40, 30, ".jpg")
    page = client.sign_out().get(scene.at)
    assert "Ann Example, CC BY 4.0" in page.text
    assert f'/boards/{scene.board.id}/pictures/{one.name}" alt="A wall" width="40" height="30"' in page.text
    shown = client.get(f"{scene.at}/pictures/{one.name}")
    assert b"51.5N" not in shown.data
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (shown.mimetype, shown.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert client.get(f"{scene.at}/pictures/x{one.name}").status_code == 404


def test_a_picture_of_an_event_for_attendees_only_is_for_them(scene, client):
    one = add(scene, "picture", PICTURE, made=MADE)
    with db.transaction():
        scene.event.visibility = "attendees"
    assert client.get(f"{scene.at}/pictures/{one.name}").status_code in (302, 403)
    assert client.sign_in(scene.ann).get(f"{scene.at}/pictures/{one.name}").data == b"made anew"


def test_a_file_goes_when_nothing_shows_it_any_more(scene, client):
    one, same = (add(scene, "picture", PICTURE, made=MADE).id for _ in range(2))
    key = db.session.get(Material, one).file
    client.sign_in(scene.fay)
    client.send(f"{scene.at}/material/{one}/remove")
    assert files.fetch(key) == b"made anew"
    client.send(f"{scene.at}/material/{same}/remove")
    with pytest.raises(KeyError):
        files.fetch(key)
