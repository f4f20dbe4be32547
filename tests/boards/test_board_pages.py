"""Pages of boards as people meet them: reading, what changed since, writing, moving, dots, hiding, with scripts and without."""

import re

import pytest

from app.boards import insight_routes, marks
from app.boards.insight_models import Insight, Vote
from app.boards.models import CLOSED, PROJECT, VOTED, VOTING, Material, Member
from app.boards.versions import count_change
from app.events.models import CHATHAM_HOUSE, READ_ATTENDEES
from app.infra import db, live
from app.infra.db import transaction
from tests.boards.doing import key
from tests.pages import parsed, text_of
from tests.world import AT

pytestmark = pytest.mark.once  # what these pages ask and write is tried on each database by the tests of queries and actions


def stickies(html: str) -> list[tuple[str, str]]:
    """The ids and texts of all notes of a page or a fragment, in order."""
    return [(e.get("id"), text_of(e.find(".//p[@class]"))) for e in parsed(html)[0].iter("li") if e.get("data-insight")]


def lane(html: str, column: str) -> list[str]:
    """What stands in a column, by references in order; what is in clusters right after them."""
    there = next(e for e in parsed(html)[0].iter("ol") if e.get("data-column") == column)
    return [e.get("id") for e in there.iter("li")]


@pytest.fixture
def sent(scene, client):
    """Posts to the board's addresses as JSON, as Ann unless somebody else signed in."""
    client.sign_in(scene.ann)
    at, column = scene.at, {"prompt": scene.stage.prompts[0].id, "group": scene.stage.seating.groups[0].id}

    def post(path, status=200, **fields):
        answer = client.send(f"{at}/{path}", json=True, **fields)
        assert answer.status_code == status, answer.text
        return answer.json

    post.add = lambda text, **more: post("insights", **({"key": key(), "text": text} | column | more))["id"]
    post.column, post.at = column, at
    post.key = f"{column['prompt']}-{column['group']}-0"
    return post


def test_a_board_has_the_columns_of_ones_own_group(scene, world, client):
    here, other = scene.stage.seating.groups[1], scene.stage.seating.groups[0]
    mark = marks.of_person(client.application.secret_key, marks.SEAT, scene.board.id, scene.ann.id)
    world.save(Member(seating_id=here.seating_id, mark=mark, group_id=here.id))
    mine, theirs = (f"i{world.insight(scene.board, text, group=of).id}" for text, of in (("Ours", here), ("Theirs", other)))
    here_id, other_id = here.id, other.id
    at, ann, ben = scene.at, scene.ann, scene.ben
    client.sign_in(ann)
    assert stickies(client.get(at).text) == [(mine, "Ours")]
    assert stickies(client.get(f"{at}?group={other_id}").text) == [(theirs, "Theirs")]
    assert [i for i, _ in stickies(client.get(f"{at}?group=all").text)] == [theirs, mine]
    assert stickies(client.get(f"{at}/columns").text) == [(mine, "Ours")]
    assert f'data-group="{here_id}"' in client.get(at).text
    client.sign_out().sign_in(ben)
    assert [i for i, _ in stickies(client.get(at).text)] == [theirs, mine]  # without a seat: everybody's


def test_other_things_are_not_reached_through_a_board(scene, world, client):
    other = world.board(scene.event, groups=1)
    elsewhere = world.insight(other, "Elsewhere", group=0)
    stage, group, insight, at = other.stages[0].id, other.stages[0].seating.groups[0].id, elsewhere.id, scene.at
    client.sign_in(scene.fay)
    for path in (f"?stage={stage}", f"?group={group}", f"/changes?since=1&stage={stage}", "/changes", "/changes?since=x",
                 f"/insights/{insight}", f"/insights/{insight}/move", f"/insights/{insight}/remove", "/clusters/1", "?stage=999999999999",
                 f"/columns?stage={stage}", f"/stream?group={'9' * 30}", "/insights/0"):
        assert client.get(f"{at}{path}").status_code == 404, path
    for path in (f"insights/{insight}", f"insights/{insight}/vote", f"insights/{insight}/hide", f"insights/{insight}/move"):
        assert client.send(f"{at}/{path}", json=True, text="x", was="", dots="1", out="1").status_code == 404, path
    assert db.session.get_one(Insight, insight).text == "Elsewhere"


def test_a_board_that_is_not_for_strangers(world, client):
    event = world.event(notes_readers=READ_ATTENDEES)
    board = world.board(event, "Secret board")
    at, ann = f"/e/{event.slug}/boards", world.holder(event)
    board_id = board.id
    assert client.get(f"{at}/{board_id}").status_code == 404
    assert client.get(f"{at}/{board_id}/stream").status_code == 404
    assert "Secret board" not in client.get(at).text
    client.sign_in(ann)
    assert "Secret board" in client.get(at).text
    assert client.get(f"{at}/{board_id}").status_code == 200


def test_what_changed_is_what_a_new_page_shows(scene, sent, client):
    one = sent.add("One")
    page = client.get(f"{sent.at}?group={sent.column['group']}").text
    version = re.search(r'data-version="(\d+)" data-here', page)[1]
    two = sent.add("Two <b>bold</b>")
    sent(f"insights/{one}/move", **sent.column)  # to the end
    query = f"since={version}&stage={scene.stage.id}&group={sent.column['group']}"
    answer = client.get(f"{sent.at}/changes?{query}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    fresh = client.get(f"{sent.at}/columns?group={sent.column['group']}").text
    made = {e.get("id"): sorted(e.items()) for e in parsed(answer.text)[0].iter("li")}
    assert list(made) == [f"i{two}", f"i{one}"] == lane(fresh, sent.key)
    assert made == {e.get("id"): sorted(e.items()) for e in parsed(fresh)[0].iter("li") if e.get("id") in made}
    assert "<b>bold" not in answer.text
    newest = re.search(r'data-version="(\d+)" data-since', answer.text)[1]
    nothing = client.get(f"{sent.at}/changes?since={newest}&stage={scene.stage.id}&group={sent.column['group']}")
    assert stickies(nothing.text) == []


def test_what_left_the_page_is_gone(scene, sent, client):
    one, groups = sent.add("One"), [group.id for group in scene.stage.seating.groups]
    db.session.rollback()
    stage, since = scene.stage.id, scene.board.version
    sent(f"insights/{one}/move", prompt=sent.column["prompt"], group=groups[1])
    there = [client.get(f"{sent.at}/changes?since={since}&stage={stage}&group={of}").text for of in (groups[0], groups[1], "all")]
    assert [f'data-gone="{one}"' in html for html in there] == [True, False, False]
    assert [stickies(html) for html in there] == [[], [(f"i{one}", "One")], [(f"i{one}", "One")]]


def test_pages_are_made_anew_once_the_set_up_changes(scene, sent, client, world):
    stage, before = scene.stage.id, scene.board.version
    with transaction(scene.event):
        scene.stage.voting = VOTING
        after = count_change(scene.board, set_up=True)
    assert client.get(f"{sent.at}/changes?since={before}&stage={stage}&group=all").status_code == 205
    assert client.get(f"{sent.at}/changes?since={after}&stage={stage}&group=all").status_code == 200
    assert client.get(f"{sent.at}/changes?since={after + 1}&stage={stage}&group=all").status_code == 205  # of a database put back
    with transaction(scene.event):
        scene.board.version = after + 501
    assert client.get(f"{sent.at}/changes?since={after}&stage={stage}&group=all").status_code == 205


def test_statements_are_as_many_for_one_note_as_for_two_hundred(scene, sent, client, statements, world):
    url = f"{sent.at}?group=all"

    def counts() -> list[int]:
        found = []
        for path in (url, f"{sent.at}/columns?group=all", f"{sent.at}/changes?since=1&stage={stage}&group={sent.column['group']}"):
            with statements() as said:
                assert client.get(path).status_code == 200
            found.append(len(said))
        return found

    stage = scene.stage.id
    sent.add("One")
    client.get(url)
    before = counts()
    prompts, groups = scene.stage.prompts, scene.stage.seating.groups
    world.save(*[Insight(board_id=scene.board.id, prompt_id=prompts[i % 2].id, group_id=groups[i % 3].id, key=key(),
                         text=f"Note {i}", position=i, changed=2, at=AT) for i in range(200)])
    assert counts() == before
    with statements() as said:
        sent.add("Another")
    assert len(said) <= 16


def test_sending_again_is_there_once(scene, sent):
    its = key()
    first = sent("insights", key=its, text="Once", **sent.column)
    again = sent("insights", key=its, text="Once", **sent.column)
    assert first["id"] == again["id"]


def test_writing_without_scripts(scene, sent, client):
    answer = client.send(f"{sent.at}/insights", key=key(), text="By a form", next=f"{sent.at}?group=all", **sent.column)
    assert answer.status_code == 303
    made = re.search(r"#i(\d+)$", answer.location)[1]
    assert answer.location == f"{sent.at}?group=all#i{made}"
    page = f"{sent.at}/insights/{made}"
    assert "By a form" in client.get(page).text
    bad = client.send(page, text=" ", was="By a form")
    assert bad.status_code == 422
    assert "Write something" in bad.text
    assert client.send(page, text="By two forms", was="By a form", colour="sky", signing="1", signed="1").status_code == 303
    shown = client.get(f"{sent.at}?group={sent.column['group']}").text
    assert "By two forms" in shown
    assert 'data-colour="sky"' in shown
    assert "Ann" in shown
    clash = client.send(page, text="By no form at all", was="By a form")
    assert clash.status_code == 409
    assert "By two forms" in clash.text
    assert "By no form at all" in clash.text
    refused = client.send(f"{sent.at}/insights", key=key(), text="x" * 501, **sent.column)
    assert refused.status_code == 422
    assert "x" * 501 in refused.text


def test_moving_without_scripts(scene, sent, client):
    one, two = sent.add("One"), sent.add("Two")
    page = f"{sent.at}/insights/{one}/move"
    assert f'value="i{two}"' in client.get(page).text
    other = f"{scene.stage.prompts[1].id}-{sent.column['group']}-0"
    assert client.get(f"{page}?column={other}").status_code == 200
    group = sent.column["group"]
    moved = client.send(page, column=other)
    assert moved.status_code == 303
    assert moved.location == f"{sent.at}?undo=1#i{one}"
    assert ">Undo<" in client.get(moved.location).text
    assert client.send(f"{sent.at}/undo", number="1").location == sent.at
    assert lane(client.get(f"{sent.at}?group={group}").text, sent.key) == [f"i{one}", f"i{two}"]
    assert client.send(page, column=other).status_code == 303
    assert lane(client.get(f"{sent.at}?group={group}").text, other) == [f"i{one}"]
    assert client.send(page, onto=f"i{two}").status_code == 303
    html = client.get(f"{sent.at}?group={group}").text
    cluster = re.search(r'data-group-of="(\d+)"', html)[1]
    assert lane(html, sent.key) == [f"c{cluster}", f"i{two}", f"i{one}"]
    assert client.get(f"{sent.at}/clusters/{cluster}").status_code == 200
    assert client.send(f"{sent.at}/clusters/{cluster}", title="Numbers", was="").status_code == 303
    assert client.get(f"{sent.at}/clusters/{cluster}/move").status_code == 200
    assert client.send(f"{sent.at}/clusters/{cluster}/move", column=other).status_code == 303
    assert client.send(page, out="1").status_code == 303
    assert lane(client.get(f"{sent.at}?group={group}").text, other) == [f"c{cluster}", f"i{two}", f"i{one}"]
    assert client.send(page).status_code == 422


def test_moving_with_scripts_and_undoing(scene, sent, client):
    one, two = sent.add("One"), sent.add("Two")
    moved = sent(f"insights/{two}/move", before=f"i{one}", **sent.column)
    assert moved["change"] == 1
    assert moved["version"]
    assert lane(client.get(f"{sent.at}/columns?group=all").text, sent.key) == [f"i{two}", f"i{one}"]
    assert sent("undo", number=moved["change"])["version"] == moved["version"] + 1
    assert lane(client.get(f"{sent.at}/columns?group=all").text, sent.key) == [f"i{one}", f"i{two}"]
    assert "undone already" in sent("undo", 409, number=moved["change"])["error"]["message"]
    for before in ("i0", "x1", "c9", "i", "i١"):
        sent(f"insights/{two}/move", 404, before=before, **sent.column)


def test_dots_from_page_to_result(scene, sent, client):
    one = sent.add("One")
    with transaction(scene.event):
        scene.stage.voting = VOTING
    html = client.get(f"{sent.at}?group=all").text
    assert f'formaction="{sent.at}/insights/{one}/vote"' in html
    assert sent(f"insights/{one}/vote", dots="2") | {"version": 0} == {"id": one, "version": 0, "dots": 2, "left": 1, "votes": None}
    html = client.get(f"{sent.at}?group=all").text
    assert 'data-dots="2"' in html
    assert 'data-dots-left="1"' in html
    assert 'data-votes=""' in html
    assert [vote.voter for vote in db.session.query(Vote)] == [
        marks.of_person(client.application.secret_key, marks.VOTER, scene.board.id, scene.ann.id)]
    with transaction(scene.event):
        scene.stage.voting = VOTED
    html = client.get(f"{sent.at}?group=all&sort=votes").text
    assert 'data-votes="2"' in html
    assert 'data-ranked="1"' in html


def test_hiding_and_taking_out(scene, sent, client):
    one, two, fay = sent.add("Rude"), sent.add("Private matter"), scene.fay
    sent(f"insights/{one}/hide", 403)
    assert client.get(f"{sent.at}/insights/{two}/remove").status_code == 200
    assert client.send(f"{sent.at}/insights/{two}/remove").status_code == 303
    assert client.get(f"{sent.at}/insights/{two}").status_code == 404
    client.sign_out().sign_in(fay)
    number = sent(f"insights/{one}/hide")["change"]
    assert "Hidden" in client.get(f"{sent.at}?group=all").text
    client.sign_out().sign_in(scene.ben)
    html = client.get(f"{sent.at}?group=all").text
    assert "Rude" not in html
    assert "Private matter" not in html
    assert client.get(f"{sent.at}/insights/{one}").status_code == 404
    sent("undo", 403, number=number)
    client.sign_out().sign_in(fay)
    sent("undo", number=number)
    client.sign_out()
    assert "Rude" in client.get(f"{sent.at}?group=all").text


def test_a_device_mends_what_it_wrote_where_nobody_is_stored(world, client):
    event = world.event(attribution=CHATHAM_HOUSE)
    board, ann = world.board(event), world.holder(event, name="Ann")
    at, prompt = f"/e/{event.slug}/boards/{board.id}", board.stages[0].prompts[0].id
    client.sign_in(ann)
    made = client.send(f"{at}/insights", json=True, key=key(), prompt=prompt, text="Said").json["id"]
    assert "data-own" in client.get(at).text
    assert client.send(f"{at}/insights/{made}", json=True, text="Said here", was="Said").json["text"] == "Said here"
    insight = db.session.get_one(Insight, made)
    assert insight.by_id is None
    assert len(insight.mark) == 64
    assert insight.at.minute == 0
    other = client.application.test_client()
    other.sign_in(ann)
    assert other.send(f"{at}/insights/{made}", json=True, text="Said", was="Said here").status_code == 403
    assert "data-own" not in other.get(at).text


def test_a_closed_board_is_read(scene, sent, client):
    sent.add("One")
    with transaction(scene.event):
        scene.board.state = CLOSED
    html = client.get(f"{sent.at}?group=all").text
    assert "This board is closed" in html
    assert "Add a note" not in html
    assert "One" in html
    sent("insights", 403, key=key(), text="Late", **sent.column)


def test_suggestions_are_accepted_or_turned_down(scene, sent, client):
    ids = [sent.add(text) for text in ("Night buses at weekends", "More night buses", "Trees in the square", "Shade and trees")]
    html = client.get(f"{sent.at}/suggestions?group={sent.column['group']}").text
    assert html.count("Put these together") == 2
    made = sent("suggestions/accept", insight=ids[:2], title="Night buses")
    assert made["cluster"]
    sent("suggestions/turn-down", insight=ids[2:])
    assert "Nothing to suggest" in client.get(f"{sent.at}/suggestions?group={sent.column['group']}").text
    sent("suggestions/accept", 409, insight=ids[:2])
    sent("undo", number=made["change"])
    assert lane(client.get(f"{sent.at}/columns?group=all").text, sent.key) == [f"i{i}" for i in ids]


def test_each_project_has_its_columns(scene, world, client):
    board = world.board(scene.event, stages=("Examine",), groups=2, stage={"material": [
        Material(position=1, kind=PROJECT, theme="Homes", title="Housing"), Material(position=2, kind=PROJECT, theme="Homes", title="Rent"),
        Material(position=3, kind="story", title="A family")]})
    projects, group = [m.id for m in board.stages[0].material[:2]], board.stages[0].seating.groups[0].id
    prompts, at = [p.id for p in board.stages[0].prompts], f"/e/{scene.event.slug}/boards/{board.id}"
    html = client.get(f"{at}?group={group}").text
    found = [e.get("data-column") for e in parsed(html)[0].iter("ol") if e.get("data-column")]
    assert found == [f"{prompt}-{group}-{project}" for project in projects for prompt in prompts]
    assert len(re.findall(r'data-column="', client.get(f"{at}?group=all").text)) == 8


def test_what_was_written_before_there_were_groups_stays_readable(scene, world, client):
    early = world.insight(scene.board, "Early", group=None)
    html, column = client.get(f"{scene.at}?group=all").text, f"{early.prompt_id}-0-0"
    assert lane(html, column) == [f"i{early.id}"]


def test_panel_and_bar(scene, world, client):
    session = world.session(scene.event, "Bins", room=1, slot=1)
    world.board(scene.event, "Bins board", session=session)
    at = f"/e/{scene.event.slug}/sessions/{session.id}"
    html = client.get(at).text
    assert "Bins board" in html
    assert f'href="/e/{scene.event.slug}/boards"' in html
    assert "Bins board" in client.get(f"/e/{scene.event.slug}/boards").text


def test_a_stream_tells_a_group_of_its_own(scene, sent, client, monkeypatch):
    told = []
    monkeypatch.setattr(live, "publish_all", lambda nudges: told.append([topic for topic, _ in nudges]))
    board, groups = scene.board.id, [group.id for group in scene.stage.seating.groups]
    one = sent.add("One")
    assert told.pop() == [f"board:{board}", f"board:{board}:{groups[0]}"]
    sent(f"insights/{one}/move", prompt=sent.column["prompt"], group=groups[2])
    assert told.pop() == [f"board:{board}", f"board:{board}:{groups[0]}", f"board:{board}:{groups[2]}"]
    answer = client.get(f"{sent.at}/stream?group={groups[0]}", buffered=False)
    assert answer.mimetype == "text/event-stream"
    answer.close()


def test_one_person_cannot_flood_a_board(scene, sent, client, monkeypatch):
    monkeypatch.setattr(insight_routes, "ADDING", "2 per minute")
    sent.add("One")
    sent.add("Two")
    sent("insights", 429, key=key(), text="Three", **sent.column)
    client.sign_out().sign_in(scene.ben)  # the same address, somebody else
    sent.add("Four")


def test_strangers_are_shown_the_way_in(scene, client):
    html = client.get(scene.at).text
    assert "to write on this board" in html
    assert "Add a note" not in html
