"""The demo camp shows what the product can do, made through actions; a second start leaves it as it is."""

import json
from datetime import datetime

import pytest

from app import cli
from app.demo import camp
from tests.exchange.bringing import rows
from tests.journeys.people import SignedIn
from tests.pages import parsed, text_of

pytestmark = pytest.mark.long
AT = "/e/govcamp-north"


@pytest.fixture
def lorna(demo):
    with SignedIn(demo, demo.ask("select id from person where email = 'organiser@camp.example'")[0]) as somebody:
        yield somebody


def page(somebody, path: str) -> str:
    status, text = somebody.get(AT + path)
    assert status == 200, (path, status)
    return text_of(parsed(text)[0])


def test_what_the_camp_shows(demo, lorna):
    grid = page(lorna, "/grid")
    for words in ("Should councils build their own AI assistants?", "Again 15:45", "Again 12:00", "Double", "Zines for consultation goes on",
                  "Job shares in digital leadership Cancelled: Both who lead it are on a train", "Bins: many APIs, one calendar file"):
        assert words in grid, words
    log = page(lorna, "/grid/changes")
    for words in ("put “Should councils build their own AI assistants?” on again, in Bazalgette at 15:45", "made “Zines for consultation”",
                  "cancelled “Job shares in digital leadership”", "swapped “Sharing a data platform between five councils”"):
        assert words in log, words
    assert "placed “" not in log, "what was arranged before it was published is not in the log"
    notices = page(lorna, "/notices")
    for words in ("“Job shares in digital leadership” in", "is cancelled: Both who lead it", "“Sharing a data platform between five councils” was in "
                  "Turing at 11:00, now Seacole at 11:00.", "are one pitch now: “Bins: many APIs, one calendar file”."):
        assert words in notices, words
    [merged] = demo.ask("select id from pitch where title = 'Bins: many APIs, one calendar file'")
    shown = page(lorna, f"/pitches/{merged}")
    for words in ("Made from", "Bin collection APIs: a support group", "One bin calendar file for every council", "Undo the merge"):
        assert words in shown, words
    assert "Carries on from" in page(lorna, f"/pitches/{demo.ask('select pitch_id from carried_on')[0]}")
    assert "Moved: was Turing at 11:00" in page(lorna, "/my-day")


def test_every_change_was_made_by_somebody_through_the_grids_history(demo):
    """Rows of placement that no history accounts for would be rows that no action made."""
    placed = demo.ask("select count(*) from session where exists (select 1 from placement where session_id = session.id)")
    known = demo.ask("select count(distinct session_id) from grid_step where to_room_id is not null and not exists (select 1 from "
                     "grid_step as later where later.session_id = grid_step.session_id and later.id > grid_step.id and later.to_room_id is null)")
    assert placed == known
    assert demo.ask("select count(*) from grid_change where by_id is null") == [0]
    assert demo.ask("select count(*) from notice")[0] > 50


def test_rounds_are_at_round_hours_and_nobody_is_written_to_of_what_is_over(demo):
    rounds = dict(zip(demo.ask("select name from round order by id"), demo.ask("select windows from round order by id"), strict=True))
    assert list(rounds) == ["Coffee in the autumn", "Coffee after the camp"]
    for windows in rounds.values():
        begins = {datetime.fromisoformat(begin) for begin, _ in (json.loads(windows) if isinstance(windows, str) else windows)}
        assert {(one.minute % 30, one.second) for one in begins} == {(0, 0)}
    subjects = demo.ask("select subject from mail where kind = 'round'")
    assert subjects
    assert {subject.partition(":")[0] for subject in subjects} == {"Coffee after the camp"}


@pytest.mark.once
def test_a_second_start_leaves_what_is_there_as_it_is(world, context, capsys):
    world.person("Lorna Pike", email=camp.ORGANISER)
    world.session(world.event(), "Bins", room=1, slot=1)
    before = rows()
    cli.put_demo_in()
    assert rows() == before | {"link": before["link"] + 1}, "only a new link to sign in with"
    assert "/sign-in/" in capsys.readouterr().out
