"""Making boards and setting them up, as a browser without scripts does it."""

import re

import pytest

from app.boards import marks
from app.boards.models import Board, Facilitator, Member
from app.events.models import CHATHAM_HOUSE
from app.infra import db
from tests.pages import parsed, text_of

pytestmark = pytest.mark.once  # what these pages ask and write is tried on each database by the tests of queries and actions

STORY = {"title": "A family of five", "text": "Moved four times.", "source": "Told by them"}


def page(response) -> str:
    return text_of(parsed(response.text)[0])


def filled(response) -> dict[str, str | list]:
    """What a browser would send of the page's main form, as it stands."""
    form = next(f for f in parsed(response.text)[0].iter("form") if f.get("method") == "post" and any(
        e.get("name") in ("title", "rows-0-words") for e in f.iter("input")))
    sent: dict = {}
    for box in form.iter():
        name = box.get("name")
        if not name or name == "csrf_token":
            continue
        if box.tag == "textarea":
            sent[name] = (box.text or "").removeprefix("\n")
        elif box.tag == "select":
            chosen = [o.get("value") for o in box.iter("option") if o.get("selected") is not None]
            sent[name] = chosen[0] if chosen else next(box.iter("option")).get("value")
        elif box.tag == "input" and (box.get("type") not in ("checkbox", "radio") or box.get("checked") is not None):
            sent[name] = box.get("value", "y")
    return sent


@pytest.fixture
def fay(client, scene):
    return client.sign_in(scene.fay)


def newest(world=None) -> Board:
    return db.session.query(Board).order_by(Board.id.desc()).first()


def test_three_prompts_for_six_groups_are_two_pages_away(fay, scene):
    """One form, and the codes to print right after."""
    new = f"/e/{scene.event.slug}/boards/new"
    example = re.search(r'href="([^"]+example=1[^"]*)"', fay.get(new).text).group(1).replace("&amp;", "&")
    done = fay.send(example, **(filled(fay.get(example)) | {"title": "Relationships"}))
    assert done.status_code == 303
    codes = fay.get(done.location)
    board = newest()
    assert [p.words[:20] for p in board.stages[0].prompts] == ["How is your organisa", "What are the challen", "What tools & methods"]
    assert codes.text.count('role="img" aria-label="QR code that joins Group ') == 6
    for group in board.seatings[0].groups:
        assert group.code in codes.text


@pytest.mark.parametrize(("practice", "stages", "groups"), [("staged", 4, 5), ("one-idea", 3, 6), ("plain", 1, 0)])
def test_each_practice_begins_as_it_is_filled_in(fay, scene, practice, stages, groups):
    new = f"/e/{scene.event.slug}/boards/new?practice={practice}"
    form = filled(fay.get(new)) | {"title": "A board"}
    if practice == "plain":
        form["stages-0-prompts"] = "What works?\nWhat does not?"
    if practice == "one-idea":
        assert f"(/e/{scene.event.slug}/ideas)" in form["stages-2-about"]
    assert fay.send(new, **form).status_code == 303
    board = newest()
    assert (len(board.stages), len(board.seatings[0].groups) if board.seatings else 0) == (stages, groups)
    assert fay.get(f"/e/{scene.event.slug}/boards/{board.id}").status_code == 200


def test_a_stage_may_be_left_out_and_groups_too(fay, scene):
    new = f"/e/{scene.event.slug}/boards/new?practice=staged"
    form = filled(fay.get(new)) | {"title": "Shorter", "groups": "0", "stages-0-leave_out": "y"}
    assert fay.send(new, **form).status_code == 303
    assert ([s.title for s in newest().stages], newest().seatings) == (["Examine the projects", "Design in teams", "Come together"], [])


def test_what_is_missing_is_said_and_what_was_typed_stays(fay, scene):
    before = newest().id
    refused = fay.send(f"/e/{scene.event.slug}/boards/new", title="Kept", groups="99", called="Group", **{"stages-0-prompts": ""})
    assert refused.status_code == 422
    assert "Make 0 to 60 groups." in page(refused)
    assert 'value="Kept"' in refused.text
    refused = fay.send(f"/e/{scene.event.slug}/boards/new", title="Kept", groups="2", called="Group", **{"stages-0-prompts": " \n"})
    assert "Ask at least one question." in page(refused)
    assert newest().id == before


def test_a_leader_sets_up_a_board_on_their_session_s_page(client, scene, world):
    session = world.session(scene.event, "Local Plan, live", leaders=[scene.ann])
    client.sign_in(scene.ann)
    new = f"/e/{scene.event.slug}/boards/new?session={session.id}"
    form = filled(client.get(new))
    assert form["title"] == "Local Plan, live"
    assert client.send(new, **(form | {"stages-0-prompts": "Why?"})).status_code == 303
    assert newest().session_id == session.id
    assert client.get(f"/e/{scene.event.slug}/boards/{newest().id}/set-up").status_code == 200
    assert client.sign_in(scene.ben).get(new).status_code == 403


def test_anonymity_is_said_plainly(fay, scene):
    assert "Not even organisers can tell who wrote what" in page(fay.get(f"{scene.at}/set-up"))
    with db.transaction():
        scene.event.attribution = CHATHAM_HOUSE
    for path in (f"{scene.at}/set-up", f"/e/{scene.event.slug}/boards/new"):
        said = page(fay.get(path))
        assert "keeps to the Chatham House Rule, so nobody’s name is kept" in said
        assert 'name="anonymous"' not in fay.get(path).text
    assert "Nobody, you included, can see who wrote what" in page(fay.get(f"{scene.at}/groups"))


def test_details_and_kinds_are_saved(fay, scene):
    form = filled(fay.get(f"{scene.at}/set-up")) | {"title": "Trams", "kind_rose": "Problem", "colour_by": "kind", "anonymous": "y"}
    assert fay.send(f"{scene.at}/set-up", **form).status_code == 303
    assert (scene.board.title, scene.board.anonymous, scene.board.kinds) == ("Trams", True, [{"colour": "rose", "label": "Problem"}])
    assert 'value="Problem"' in fay.get(f"{scene.at}/set-up").text


def test_a_stage_is_changed_and_nobody_saves_over_another_unaware(fay, scene):
    at = f"{scene.at}/stages/{scene.stage.id}"
    form = filled(fay.get(at))
    assert fay.send(at, **(form | {"about": "Talk, *then* write.", "minutes": "15", "rows-2-words": "Who can help?"})).status_code == 303
    assert [p.words for p in scene.stage.prompts] == ["What works?", "What is hard?", "Who can help?"]
    stale = fay.send(at, **(form | {"minutes": "99"}))
    assert stale.status_code == 422
    assert "Somebody else changed this stage meanwhile" in page(stale)
    assert 'value="99"' in stale.text
    assert scene.stage.minutes == 15
    shown = fay.get(scene.at)
    assert "<em>then</em>" in shown.text
    assert "15:00" in page(shown)


def test_stages_are_added_and_ordered_on_the_set_up_page(fay, scene):
    there = fay.send(f"{scene.at}/stages", stage_title="Come together").location
    assert "Come together" in page(fay.get(there))
    assert fay.send(f"{scene.at}/stages", stage_title="").status_code == 422
    added = scene.board.stages[1].id
    fay.send(f"{scene.at}/stages/{added}/order", to="up")
    assert scene.board.stages[0].title == "Come together"
    fay.send(f"{scene.at}/stages/{added}/remove")
    assert len(scene.board.stages) == 1


def test_the_material_of_the_public_office(fay, scene):
    at = f"{scene.at}/stages/{scene.stage.id}/material?kind="
    for n in range(5):
        more = fay.send(f"{at}story", **(STORY | {"title": f"Family {n}", "another": "1"}))
    assert more.location.endswith("kind=story")
    for n, theme in enumerate(["Mentoring", "Advocacy", "Mentoring", "Housing", "Work"]):
        fay.send(f"{at}project", theme=theme, title=f"Project {n}", text="What it is.")
    assert fay.send(f"{at}story", title="No text").status_code == 422
    assert fay.get(f"{at}film").status_code == 404
    shown = page(fay.get(scene.at))
    assert all(f"Family {n}" in shown for n in range(5))
    assert shown.index("Project 0") < shown.index("Project 2") < shown.index("Project 1")  # theme by theme
    one = scene.stage.material[0].id
    fay.send(f"{scene.at}/material/{one}", **(STORY | {"title": "Renamed"}))
    assert "Renamed" in page(fay.get(scene.at))


# ---- who runs it -----------------------------------------------------------------------------------------------------


def test_campmakers_choose_from_everybody_others_from_those_they_see_anyway(app, client, scene, world):
    session = world.session(scene.event, leaders=[scene.ann])
    board = world.board(scene.event, session=session, groups=1)
    at = f"/e/{scene.event.slug}/boards/{board.id}"
    assert ">Ben</option>" in client.sign_in(scene.fay).get(f"{at}/set-up").text
    client.sign_in(scene.ann)
    assert "Ben" not in page(client.get(f"{at}/set-up"))
    refused = client.send(f"{at}/facilitators", person=scene.ben.id)
    assert refused.status_code == 422
    mark = marks.of_person(app.secret_key, marks.SEAT, board.id, scene.ben.id)
    world.save(Member(seating_id=board.seatings[0].id, mark=mark))
    assert ">Ben</option>" in client.get(f"{at}/set-up").text
    assert client.send(f"{at}/facilitators", person=0).status_code == 422
    assert client.send(f"{at}/facilitators", person=scene.ben.id).status_code == 303
    assert db.session.get(Facilitator, (board.id, scene.ben.id))
    assert client.sign_in(scene.ben).get(f"{at}/run").status_code == 200
