"""Joining a group and dealing people out, as a browser without scripts does it."""

import re

import pytest

from app.boards.models import Member
from app.infra import db
from app.infra.db import transaction
from tests.pages import parsed, text_of

pytestmark = pytest.mark.once  # what these pages ask and write is tried on each database by the tests of queries and actions


def page(response) -> str:
    return text_of(parsed(response.text)[0])


@pytest.fixture
def groups(scene):
    return scene.board.seatings[0].groups


def test_a_tap_sits_down_and_leads_to_the_board(client, scene, groups):
    client.sign_in(scene.ann)
    assert "Table 2" in page(client.get(f"{scene.at}/join"))
    done = client.send(f"{scene.at}/join", group=groups[1].id)
    assert done.location.endswith(scene.at)
    assert "Table 2 (yours)" in page(client.get(done.location))
    assert "You are in Table 2." in page(client.get(f"{scene.at}/join"))
    client.send(f"{scene.at}/join", leave="1")
    assert db.session.query(Member).count() == 0


@pytest.mark.parametrize("typed", ["{0}", " {1} ", "{0}-"])
def test_the_code_may_be_typed_as_people_type(client, scene, groups, typed):
    with transaction():
        groups[0].code = "HKM4"
    client.sign_in(scene.ann)
    assert client.send(f"{scene.at}/join", code=typed.format("hkm4", "H K m4")).status_code == 303
    assert db.session.query(Member).one().group_id == groups[0].id


def test_a_wrong_code_is_said(client, scene, world):
    client.sign_in(scene.ann)
    other = world.board(scene.event, groups=1).seatings[0].groups[0].code
    for code, words in (("NOPE", "No group has this code"), ("", "No group has this code"), (other, "of another board")):
        refused = client.send(f"{scene.at}/join", code=code)
        assert refused.status_code == 422
        assert words in page(refused)


def test_the_qr_code_opens_one_tap(client, scene, groups):
    client.sign_in(scene.fay)
    assert 'aria-label="QR code that joins Table 1"' in client.get(f"{scene.at}/codes").text
    there = f"/e/{scene.event.slug}/boards/join/{groups[0].code}"
    assert "Join the event first" in page(client.sign_out().get(there))
    seen = client.sign_in(scene.ann).get(there)
    assert "Sit down in Table 1" in page(seen)
    assert db.session.query(Member).count() == 0  # looking sits nobody down
    assert client.get(f"/e/{scene.event.slug}/boards/join/NOPE").status_code == 404


def test_people_say_which_topic_they_would_like_and_are_dealt_out(client, scene, groups):
    client.sign_in(scene.fay)
    rows = {f"rows-{i}-{field}": value for i, g in enumerate(groups) for field, value in
            (("id", g.id), ("name", g.name), ("topic", f"Topic {i}"))}
    assert client.send(f"{scene.at}/groups", **rows).status_code == 303
    client.sign_in(scene.ann)
    assert "Topic 2" in page(client.get(f"{scene.at}/join"))
    client.send(f"{scene.at}/join", wait="1", wish=groups[2].id)
    client.sign_in(scene.fay)
    assert "Ann would like Topic 2" in page(client.get(f"{scene.at}/groups"))
    assert client.send(f"{scene.at}/groups/deal", how="topic", among="joined", keep="1").status_code == 303
    seen = page(client.get(f"{scene.at}/groups"))
    assert seen.index("Topic 2") < seen.index("Ann")
    assert db.session.query(Member).one().group_id == groups[2].id


def test_everybody_who_marked_the_session_is_dealt_out(client, scene, world):
    people = [world.holder(scene.event) for _ in range(7)]
    session = world.session(scene.event, interested=[*people, world.person("No pass")])
    board = world.board(scene.event, session=session, groups=3)
    at = f"/e/{scene.event.slug}/boards/{board.id}"
    client.sign_in(scene.fay)
    assert "Everybody who marked the session" in page(client.get(f"{at}/groups"))
    assert client.send(f"{at}/groups/deal", how="random", among="everybody").status_code == 422
    client.send(f"{at}/groups/deal", how="random", among="marked")
    sizes = [sum(m.group_id == g.id for m in db.session.query(Member)) for g in board.seatings[0].groups]
    assert sorted(sizes) == [2, 2, 3]
    assert people[0].name in page(client.get(f"{at}/groups"))


def test_moving_and_regrouping(client, scene, groups, world):
    client.sign_in(scene.ann).send(f"{scene.at}/join", group=groups[0].id)
    client.sign_in(scene.fay)
    mark = re.search(r'name="who" value="([0-9a-f]{64})"', client.get(f"{scene.at}/groups").text).group(1)
    client.send(f"{scene.at}/groups/move", who=[mark], to=groups[2].id)
    assert db.session.query(Member).one().group_id == groups[2].id
    stage = client.send(f"{scene.at}/stages", stage_title="Teams").location.rsplit("/", 1)[1]
    made = client.send(f"{scene.at}/groups/new", number="2", called="Team", stages=stage)
    assert made.status_code == 303
    assert "Team 2" in page(client.get(made.location))
    assert client.send(f"{scene.at}/groups/new", number="0", called="Team", stages=stage).status_code == 422
    assert [len(s.groups) for s in scene.board.seatings] == [3, 2]


def test_nobody_else_sees_who_sits_where(client, scene, groups):
    client.sign_in(scene.ben).send(f"{scene.at}/join", group=groups[0].id)
    client.sign_in(scene.ann)
    assert client.get(f"{scene.at}/groups").status_code == 403
    seen = page(client.get(f"{scene.at}/join"))
    assert "1 here" in seen
    assert "Ben" not in seen
