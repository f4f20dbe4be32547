"""What is of another board or another event is not reached through a board's addresses or forms, by nobody, however high their
role: every POST is refused and changes nothing (S7)."""

import pytest
from sqlalchemy import select

from app.boards.idea_models import Idea, Pledge
from app.boards.insight_models import Cluster
from app.boards.marks import SEAT, of_person
from app.boards.models import Material, Member
from app.events.models import Pass, Role
from app.infra import db
from tests.boards.doing import key
from tests.world import AT

pytestmark = pytest.mark.once  # what these pages ask and write is tried on each database by the tests of queries and actions

REFUSED = {403, 404, 409, 410, 422}
OF_BOARD = ("insight_id", "cluster_id", "stage_id", "material_id")


def furnish(world, event, name: str) -> dict[str, object]:
    """A board with one of everything, by the names that rows use."""
    board = world.board(event, name, groups=2, stages=("One", "Two"), stage={"voting": "open"})
    stage = board.stages[0]
    seating = stage.seating
    insight, other = world.insight(board, f"{name} said", group=0), world.insight(board, f"{name} said too", group=0)
    cluster = world.save(Cluster(board_id=board.id, prompt_id=stage.prompts[0].id, group_id=seating.groups[0].id, position=1, changed=1))
    inside = world.insight(board, f"{name} grouped", group=0, cluster_id=cluster.id)
    material = world.save(Material(stage_id=board.stages[1].id, position=1, kind="project", title="A project"))
    idea = world.save(Idea(event_id=event.id, name=f"{name} idea", created_at=AT))
    pledge = world.save(Pledge(event_id=event.id, person_id=world.person().id, idea_id=idea.id, key="k", text="By March", shown="public", created_at=AT))
    mark = of_person("s" * 40, SEAT, board.id, world.person().id)
    world.save(Member(seating_id=seating.id, mark=mark, group_id=seating.groups[1].id))
    return {"slug": event.slug, "board_id": board.id, "stage_id": stage.id, "second": board.stages[1].id, "second_prompt": board.stages[1].prompts[0].id,
            "prompt": stage.prompts[0].id,
            "group": seating.groups[0].id, "seating": seating.id, "code": seating.groups[0].code, "insight_id": insight.id, "other": other.id,
            "cluster_id": cluster.id, "inside": inside.id, "material_id": material.id, "idea_id": idea.id, "pledge_id": pledge.id,
            "column": f"{stage.prompts[0].id}-{seating.groups[0].id}-0"}


@pytest.fixture
def places(world):
    """A board, another of the same event, one of another event; and an organiser of both events, in whom all roles are."""
    event, elsewhere = world.event(attribution="named"), world.event(attribution="named")
    boss = world.holder(event, Role.ORGANISER)
    world.save(Pass(event_id=elsewhere.id, person_id=boss.id, role=Role.ORGANISER, joined_at=AT))
    return boss, furnish(world, event, "Here"), furnish(world, event, "Beside"), furnish(world, elsewhere, "Elsewhere")


def everything() -> dict[str, list]:
    """All rows of the tables of boards, and of what is made of them."""
    db.session.rollback()
    return {table.name: [tuple(map(str, row)) for row in db.session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in db.Base.metadata.sorted_tables
            if table.name.startswith(("board", "insight", "cluster", "idea", "pledge", "follow", "document"))}


# What forms say of other things: (address on one's own board, fields; «name» is the other board's).
FORMS = [
    ("insights", {"key": key(), "text": "x", "prompt": "«prompt»", "group": "{group}"}),
    ("insights", {"key": key(), "text": "x", "prompt": "{prompt}", "group": "«group»"}),
    ("insights", {"key": key(), "text": "x", "prompt": "{second_prompt}", "group": "{group}", "material": "«material_id»"}),
    ("suggestions/accept", {"insight": ["{insight_id}", "«other»"]}), ("suggestions/turn-down", {"insight": ["{insight_id}", "«other»"]}),
    *((f"{thing}/move", fields) for thing in ("insights/{insight_id}", "clusters/{cluster_id}") for fields in (
        {"column": "«column»"}, {"prompt": "«prompt»", "group": "{group}"}, {"prompt": "{prompt}", "group": "«group»"},
        {"column": "{column}", "before": "i«other»"}, {"column": "{column}", "before": "c«cluster_id»"})),
    ("insights/{insight_id}/move", {"onto": "i«other»"}), ("insights/{insight_id}/move", {"onto": "c«cluster_id»"}),
    ("insights/{insight_id}/move", {"onto": "c{cluster_id}", "before": "i«inside»"}),
    ("stage", {"stage_id": "«stage_id»"}), ("join", {"group": "«group»"}), ("join", {"code": "«code»"}), ("join", {"wait": "1", "wish": "«group»"}),
    ("groups/move", {"who": "0", "to": "«group»"}), ("plenary/pick", {"do": "pick i«insight_id»"}), ("plenary/pick", {"do": "pick c«cluster_id»"}),
    ("stages/{second}", {"title": "Two", "seating": "«seating»"}),
]


def filled(said, own: dict, other: dict):
    """A field or an address with the ids in it."""
    if isinstance(said, list):
        return [filled(one, own, other) for one in said]
    for name, value in other.items():
        said = said.replace(f"«{name}»", str(value))
    return said.format(**own)


@pytest.mark.parametrize("which", ["beside", "elsewhere"])
def test_a_form_that_names_what_is_of_another_board(places, client, which):
    boss, own, beside, elsewhere = places
    other = beside if which == "beside" else elsewhere
    client.sign_in(boss)
    before, taken = everything(), []
    for path, fields in FORMS:
        sent = {name: filled(value, own, other) for name, value in fields.items()}
        answer = client.send(f"/e/{own['slug']}/boards/{own['board_id']}/{filled(path, own, other)}", json=True, **sent)
        if answer.status_code not in REFUSED:
            taken.append((path, fields, answer.status_code, answer.text[:100]))
    assert (taken, everything()) == ([], before)


def test_the_same_forms_are_taken_where_they_name_what_is_there(places, client):
    """So that the refusals above are for what was named."""
    boss, own, *_ = places
    client.sign_in(boss)
    refused = []
    for path, fields in FORMS:
        sent = {name: filled(value, own, own) for name, value in fields.items()}
        if (status := client.send(f"/e/{own['slug']}/boards/{own['board_id']}/{filled(path, own, own)}", json=True, **sent).status_code) in REFUSED:
            refused.append((path, fields, status))
    assert refused == []


@pytest.mark.parametrize("which", ["beside", "elsewhere"])
def test_an_address_that_names_what_is_of_another_board(places, client, which):
    """Every POST with the id of something: the board's own address, and what belongs to another."""
    boss, own, beside, elsewhere = places
    other = beside if which == "beside" else elsewhere
    client.sign_in(boss)
    before, taken, tried = everything(), [], set()
    for rule in client.application.url_map.iter_rules():
        of_board = "board_id" in rule.arguments and rule.arguments & set(OF_BOARD)
        if "POST" not in rule.methods or not of_board:
            continue
        values = {"event_slug": own["slug"], "board_id": own["board_id"]} | {name: other[name] for name in rule.arguments & set(OF_BOARD)}
        values |= dict.fromkeys(rule.arguments - set(values), 1)  # what is of that thing in its turn
        path = client.application.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
        answer = client.send(path, json=True, text="x", was="", dots="1", title="x", prompt=str(own["prompt"]), group=str(own["group"]), to="up")
        tried.add(rule.endpoint)
        if answer.status_code != 404:
            taken.append((rule.endpoint, answer.status_code, answer.text[:100]))
    assert (taken, everything()) == ([], before)
    assert len(tried) >= 14, tried


def test_a_board_of_another_event(places, client):
    """Through this event's addresses a board, an idea or a pledge of another event is not there, whatever is asked of it."""
    boss, own, beside, elsewhere = places
    client.sign_in(boss)
    before, taken, tried = everything(), [], set()
    for rule in client.application.url_map.iter_rules():
        if "event_slug" not in rule.arguments or not rule.arguments & {"board_id", "idea_id", "pledge_id"} or "session_id" in rule.arguments:
            continue
        known = {name: "md" if name == "kind" else "1" for name in rule.arguments} | {"event_slug": own["slug"]} | {
            name: elsewhere[name] for name in ("board_id", *OF_BOARD, "idea_id", "pledge_id")}
        for method in rule.methods & {"GET", "POST"}:
            path = client.application.url_map.bind("localhost").build(
                rule.endpoint, {name: known[name] for name in rule.arguments}, method=method)
            answer = client.send(path, json=True, text="x", key=key()) if method == "POST" else client.get(path)
            tried.add((rule.endpoint, method))
            if answer.status_code != 404:
                taken.append((rule.endpoint, method, answer.status_code, answer.text[:100]))
    assert (taken, everything()) == ([], before)
    assert len(tried) > 60, len(tried)


def test_ideas_and_pledges_of_another_event(places, client):
    boss, own, beside, elsewhere = places
    client.sign_in(boss)
    before = everything()
    at = f"/e/{own['slug']}"
    for path, fields in ((f"{at}/ideas/new?insight={elsewhere['insight_id']}", {"name": "x"}), (f"{at}/ideas/new?insight=999999", {"name": "x"}),
                         (f"{at}/pledges/new?idea={elsewhere['idea_id']}", {"text": "x", "shown": "public", "key": "a"}),
                         (f"{at}/pledges/new", {"text": "x", "shown": "group", "key": "b", "group": str(elsewhere["group"])})):
        answer = client.send(path, json=True, **fields)
        assert answer.status_code in REFUSED, (path, answer.status_code, answer.text[:200])
        assert everything() == before, path
