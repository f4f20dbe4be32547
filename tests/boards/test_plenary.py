"""The plenary: what is shown, in which order, how it is laid out, and picking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.boards import plenary_actions, plenary_queries
from app.boards.insight_models import Cluster
from app.boards.plenary import LINES, MOST, Entry, in_order, pages_of, top_of
from app.errors import Conflict, Forbidden, Invalid
from app.infra import db


def entry(number: int, *, votes=None, picked=None, text="Short") -> Entry:
    return Entry(f"i{number}", 1, text, "", "lemon", votes, picked, newest=number)


def refs(entries) -> list[str]:
    return [one.ref for one in entries]


# ---- order and screens -----------------------------------------------------------------------------------------------


def test_picked_ones_come_first_then_dots_then_the_newest():
    some = [entry(1), entry(2, votes=1), entry(3, votes=5), entry(4, picked=2), entry(5, picked=1), entry(6)]
    assert refs(in_order(some)) == ["i5", "i4", "i3", "i2", "i6", "i1"]
    assert refs(top_of(some)) == ["i5", "i4"]
    assert refs(top_of([entry(i) for i in range(20)])) == [f"i{i}" for i in range(19, 19 - MOST, -1)]


@given(st.lists(st.integers(1, 500), max_size=40))
def test_every_screen_has_room_for_what_is_on_it(lengths):
    some = [entry(i, text="x" * length) for i, length in enumerate(lengths)]
    screens = pages_of("Why?", "", some)
    assert [one for screen in screens for one in screen.entries] == some
    for screen in screens:
        rows = [screen.entries[i:i + 2] for i in range(0, len(screen.entries), 2)]
        assert sum(max(one.length for one in row) for row in rows) <= LINES
        assert screen.parts == len(screens)
    assert [screen.part for screen in screens] == list(range(1, len(screens) + 1))


def test_a_prompt_nobody_answered_has_no_cards():
    [screen] = pages_of("Why?", "", [])
    assert (screen.entries, screen.parts) == ([], 1)


# ---- what is shown ---------------------------------------------------------------------------------------------------


@pytest.fixture
def written(scene, world):
    """The first prompt answered at two tables; of the second table's, two are one cluster."""
    prompt = scene.stage.prompts[0]
    cluster = world.save(Cluster(board_id=scene.board.id, prompt_id=prompt.id, group_id=scene.stage.seating.groups[1].id, title="Trust",
                                 position=1, changed=1))
    lone = world.insight(scene.board, "Know people by name", group=0, votes=2)
    within = [world.insight(scene.board, text, group=1, votes=2, cluster_id=cluster.id) for text in ("Trust", "Trust them")]
    world.insight(scene.board, "Hidden", group=0, state="hidden")
    return lone, cluster, within


def test_clusters_are_one_with_all_their_dots_across_groups(scene, written, statements):
    lone, cluster, _ = written
    with db.transaction():
        scene.stage.voting = "closed"
    assert [(s.title, len(s.prompts), s.seating and len(s.seating.groups)) for s in scene.board.stages] == [("", 2, 3)]
    assert (len(scene.board.seatings), len(scene.stage.material)) == (1, 0)
    with statements() as said:
        [first, second] = in_order(plenary_queries.entries_of(scene.board)[scene.stage.prompts[0].id])
    assert len(said) == 2
    assert (first.ref, first.text, first.votes, first.size, first.where) == (f"c{cluster.id}", "Trust", 4, 2, "Table 2")
    assert (second.ref, second.votes, second.where) == (f"i{lone.id}", 2, "Table 1")


def test_no_dot_is_told_while_they_are_hidden_not_even_by_the_order(scene, written):
    with db.transaction():
        scene.stage.voting, scene.stage.votes_hidden = "open", True
    entries = in_order(plenary_queries.entries_of(scene.board)[scene.stage.prompts[0].id])
    assert {one.votes for one in entries} == {None}
    assert [one.newest for one in entries] == sorted((one.newest for one in entries), reverse=True)


def pick(scene, thing, do, actor=None):
    with db.transaction(scene.event):
        plenary_actions.pick(actor or scene.fay, scene.board, thing, do)


def test_the_facilitator_picks_and_orders(scene, written):
    lone, cluster, _ = written
    for thing in (lone, cluster, lone):
        pick(scene, thing, "pick")
    assert (lone.picked, cluster.picked) == (1, 2)
    pick(scene, cluster, "up")
    pick(scene, cluster, "up")
    assert (cluster.picked, lone.picked) == (1, 2)
    assert refs(top_of(plenary_queries.entries_of(scene.board)[scene.stage.prompts[0].id])) == [f"c{cluster.id}", f"i{lone.id}"]
    pick(scene, cluster, "drop")
    assert (cluster.picked, lone.picked) == (None, 1)
    with pytest.raises(Invalid):
        pick(scene, lone, "throw")
    with pytest.raises(Forbidden):
        pick(scene, lone, "drop", actor=scene.ann)


def test_a_hidden_note_is_not_picked_and_one_hidden_later_not_shown(scene, written, world):
    lone, _, _ = written
    with pytest.raises(Conflict, match="hidden"):
        pick(scene, world.insight(scene.board, group=0, state="hidden"), "pick")
    pick(scene, lone, "pick")
    with db.transaction():
        lone.state = "hidden"
    assert f"i{lone.id}" not in refs(plenary_queries.entries_of(scene.board)[scene.stage.prompts[0].id])


# ---- its pages -------------------------------------------------------------------------------------------------------


def test_the_projector_shows_it_and_turns_without_scripts(scene, written, client, world):
    page = client.get(f"{scene.at}/plenary").text
    assert "Know people by name" in page
    assert 'content="20;url=' in page
    assert page.count("data-page=") == 1  # nobody has answered the second prompt
    world.insight(scene.board, "Money", prompt=1, group=0)
    second = client.get(f"{scene.at}/plenary?page=2").text
    assert 'id="page-1" aria-labelledby="asked-1" hidden' in second
    assert client.get(f"{scene.at}/plenary?page=99&stage={scene.stage.id}").status_code == 200
    assert f'data-version="{scene.board.version}"' in client.get(f"{scene.at}/plenary/fragment").text


def test_picking_by_taps(scene, written, client):
    lone, cluster, _ = written
    client.sign_in(scene.fay)
    for do in (f"pick i{lone.id}", f"pick c{cluster.id}", f"up c{cluster.id}"):
        assert client.send(f"{scene.at}/plenary/pick", do=do).status_code == 303
    page = client.get(f"{scene.at}/plenary/pick").text
    assert page.index(f'value="down c{cluster.id}"') < page.index(f'value="up i{lone.id}"')
    assert client.send(f"{scene.at}/plenary/pick", do="pick i9999").status_code == 409
    shown = client.get(f"{scene.at}/plenary").text
    assert shown.index(">Trust<") < shown.index("Know people by name")
