"""The event as a problem for the solver, suggestions beside the grid, and accepting them whole or move by move."""

import importlib.util
import json
import random
from datetime import UTC, datetime

import pytest

from app.events.models import Pass, RoomClosing
from app.grid import queries
from app.grid.advice import Adviser
from app.grid.advice_model import situation_of
from app.grid.models import GridChange, Placement, Session
from app.grid.solver import client as solver
from app.grid.suggest import in_words, look, request_for
from app.grid.suggest_plan import read_plan, steps_of, written
from app.grid.suggest_problem import problem_of
from app.infra import db
from app.pitches.models import LeaderAway, PitchRule
from tests.grid.arrange import cell, move, stands
from tests.grid.reading import page
from tests.world import AT

BEFORE_THE_DAY = datetime(2027, 1, 20, 12, tzinfo=UTC)


@pytest.fixture
def people(world, event):
    return [world.holder(event) for _ in range(30)]


def adviser(event, at=BEFORE_THE_DAY) -> Adviser:
    return Adviser(situation_of(event, at))


def built(event, *, fresh=False, seconds=0.7, at=BEFORE_THE_DAY):
    """What the solver's own process suggests, and the adviser it was asked by."""
    advice = adviser(event, at)
    asked, _ = request_for(advice, fresh=fresh, seconds=seconds)
    best = None
    with solver.run(asked) as run:
        for best in run:
            pass
    assert run.outcome["why"] != "error", run.outcome
    return advice, best


@pytest.fixture
def busy(world, event, people):
    """An event with everything in it: pins, a double, a repeat, rules, a closed room, somebody away, steps, hands."""
    rng = random.Random(7)
    titles = [f"Pitch {n}" for n in range(7)]
    made = {}
    for number, title in enumerate(titles):
        leaders = [people[number % 5]] if number % 3 else ["Wen Li"]
        made[title] = world.pitch(event, title, leaders=leaders, interested=rng.sample(people, rng.randrange(2, 20)),
                                  step_free=number == 2, hands=12 if number == 3 else None)
    pinned = world.session(event, "Pinned", room=2, slot=2, leaders=["Cy"], interested=people[:8])
    repeat = world.session(event, "Twice", room=1, slot=1, leaders=["Eve"], interested=people[:25])
    again = Session(event_id=event.id, pitch_id=repeat.pitch_id, run=2, created_at=AT)
    again.placements = [Placement(event_id=event.id, room_id=cell(event, 1, 3)[0].id, slot_id=cell(event, 1, 3)[1].id)]
    double = Session(event_id=event.id, pitch_id=world.pitch(event, "Double", leaders=["Kim"]).id, length=2, created_at=AT)
    double.placements = [Placement(event_id=event.id, room_id=cell(event, 3, n)[0].id, slot_id=cell(event, 3, n)[1].id, part=n)
                         for n in (1, 2)]
    room, slot = cell(event, 2, 3)
    world.save(again, double, RoomClosing(event_id=event.id, room_id=room.id, slot_id=slot.id),
               LeaderAway(event_id=event.id, slot_id=cell(event, 1, 1)[1].id, key="wen li"),
               PitchRule(event_id=event.id, kind="before", first_id=made["Pitch 4"].id, second_id=made["Pitch 1"].id),
               PitchRule(event_id=event.id, kind="apart", first_id=made["Pitch 5"].id, second_id=pinned.pitch_id))
    with db.transaction():
        pinned.pinned = True
        event.rooms[2].step_free = False
        db.session.get(Pass, world.pass_of(event, people[3]).id).step_free = True
    return event


@pytest.fixture(scope="module")
def checker(shared):
    """The independent checker of grids."""
    path = shared / "data" / "grid" / "validator.py"
    if not path.exists():
        pytest.skip("the checker ../shared/data/grid/validator.py is not here")
    spec = importlib.util.spec_from_file_location("validator", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_problem_names_nobody(busy):
    posed = problem_of(situation_of(busy, BEFORE_THE_DAY))
    text = json.dumps(posed.instance)
    assert not any(word in text for word in ("Person", "Wen", "Pitch", "Main hall", "Turing", "Eve"))
    assert len(posed.instance["sessions"]) == 10
    assert {len(s["pins"]) for s in posed.instance["sessions"]} == {0, 1}


def test_the_checker_accepts_what_is_suggested_for_a_whole_event(busy, checker):
    for fresh in (False, True):
        advice, best = built(busy, fresh=fresh)
        posed = problem_of(advice.situation)
        answer = checker.check(posed.instance, {"placements": best["placements"]})
        assert answer["breaks"] == []
        assert answer["lost"] == best["parts"]["lost"]
        order = {f"t{slot.id}": slot.number for slot in busy.slots}
        stood = {one["session"]: order[one["slot"]] for one in best["placements"]}
        rule = next(rule for rule in advice.situation.rules if rule.kind == "before")
        first, second = stood.get(f"p{rule.first_id}"), stood.get(f"p{rule.second_id}")
        assert first is None or second is None or first < second


@pytest.mark.once
@pytest.mark.parametrize("seed", range(12))
def test_problems_of_all_kinds_of_grids_pass_the_checker(seed, event, world, people, checker):
    """Whatever stands now, the problem is one that the checker reads, and filling it greedily keeps its rules."""
    rng = random.Random(seed)
    cells = [(r, s) for r in (1, 2, 3) for s in (1, 2, 3)]
    rng.shuffle(cells)
    sessions = [world.session(event, room=r, slot=s, leaders=[rng.choice([rng.choice(people[:4]), "Wen Li", "Cy"])],
                              interested=rng.sample(people, rng.randrange(12)), step_free=rng.random() < 0.2)
                for r, s in cells[:rng.randrange(1, 8)]]
    waiting = [world.pitch(event, interested=rng.sample(people, 5), hands=rng.choice([None, 9])) for _ in range(2)]
    pitches = [session.pitch_id for session in sessions] + [pitch.id for pitch in waiting]
    pairs = rng.sample([(a, b) for a in pitches for b in pitches if a < b], 2)
    world.save(*[PitchRule(event_id=event.id, kind=rng.choice(["before", "apart"]), first_id=a, second_id=b) for a, b in pairs],
               RoomClosing(event_id=event.id, room_id=cell(event, *cells[0])[0].id, slot_id=cell(event, *cells[0])[1].id))
    with db.transaction():
        for session in sessions:
            session.pinned = rng.random() < 0.4
    at = rng.choice([BEFORE_THE_DAY, datetime(2027, 1, 23, 11, 30, tzinfo=UTC), datetime(2027, 1, 23, 23, tzinfo=UTC)])
    advice = adviser(event, at)
    posed = problem_of(advice.situation)
    desk = advice.desk
    for key in posed.sessions:
        if offers := advice.best(key, 1):
            desk.move(key[0], f"t{offers[0].slot_id}", f"r{offers[0].room_id}", key[1])
    placements = [place.plain() for place in desk.placements()]
    advised = {**problem_of(advice.situation, ordered=False).instance}
    answer = checker.check(advised, {"placements": placements})
    assert (answer["lost"], answer["overflow"]) == (desk.cost().lost, desk.cost().overflow)
    assert bool(answer["breaks"]) == bool(desk.breaks())
    checker.check(posed.instance, {"placements": posed.current})


def test_what_has_begun_stays_and_keeps_its_room_and_leader(event, world, people):
    at = datetime(2027, 1, 23, 11, 30, tzinfo=UTC)
    begun = world.session(event, "Begun", room=1, slot=1, leaders=["Wen Li"])
    later = world.session(event, "Later", room=1, slot=2, leaders=["Wen Li"])
    posed = problem_of(situation_of(event, at))
    assert [s["id"] for s in posed.instance["sessions"]] == [f"p{later.pitch_id}"]
    assert len(posed.instance["slots"]) == 2
    assert Adviser(situation_of(event, at)).key_of(begun.id, begun.pitch_id) is None


@pytest.mark.once
def test_repairing_moves_as_little_as_possible_and_says_what_it_moved(event, world, people):
    for number in range(1, 4):
        world.session(event, f"A{number}", room=1, slot=number, leaders=[f"Leader {number}"], interested=people[number * 3:number * 3 + 8])
        world.session(event, f"B{number}", room=2, slot=number, leaders=[f"Other {number}"], interested=people[:number * 4])
    room, slot = cell(event, 1, 2)
    world.save(RoomClosing(event_id=event.id, room_id=room.id, slot_id=slot.id))
    advice, best = built(event)
    steps = steps_of(advice, best["placements"])
    assert 1 <= len(steps) <= 2
    found = look(advice, steps)
    assert not found.stale
    assert any("“A2” moves from Main hall at 12:00 to" in move.says for move in found.moves)
    assert found.moved == len(steps)


def test_plans_travel_as_text_and_nothing_else_is_read(event, world):
    text = "s12.3.4,p7.0.0"
    assert written(read_plan(text)) == text
    for bad in ("", "s12", "s1.2.3,s1.2.4", "x1.2.3", "s1.2.3;", "s1.2.-3", "s99999999999.1.1"):
        with pytest.raises(Exception, match="could not be read|twice"):
            read_plan(bad)


def test_the_solvers_words_get_their_names(event, world):
    pitch = world.pitch(event, "Bins")
    advice = adviser(event)
    room, slot = cell(event, 2, 1)
    assert in_words(advice, f"“p{pitch.id}” cannot be in r{room.id} at t{slot.id}.") == "“Bins” cannot be in Seacole at 11:00."


# ---- the pages -------------------------------------------------------------------------------------------------------


def plan_for(event, *wanted) -> str:
    """A plan from (session or pitch, room, slot)."""
    parts = []
    for thing, room_number, slot_number in wanted:
        room, slot = cell(event, room_number, slot_number)
        parts.append(f"{'s' if isinstance(thing, Session) else 'p'}{thing.id}.{slot.id}.{room.id}")
    return ",".join(parts)


def test_without_scripts_a_post_builds_and_offers_the_grid(organiser, event, world, people, monkeypatch):
    monkeypatch.setattr("app.grid.suggest_pages.SECONDS_WITHOUT_SCRIPT", 0.5)
    for number in range(4):
        world.pitch(event, f"Pitch {number}", leaders=[f"L{number}"], interested=people[:number * 5])
    assert "4 pitches, 3 rooms, 3 times to come" in page(organiser.get("/e/camp/grid/suggest"))
    answer = organiser.send("/e/camp/grid/suggest")
    assert answer.status_code == 200
    assert "4 get a place" in page(answer)
    assert stands(event) == {}
    plan = answer.text.split('name="plan" value="')[1].split('"')[0]
    assert organiser.send("/e/camp/grid/suggest/accept", plan=plan, seen=0).status_code == 303
    assert sorted(stands(event).values()) == [f"Pitch {number}" for number in range(4)]
    assert db.session.query(GridChange).count() == 1


def test_looking_says_what_changes_and_touches_nothing(organiser, event, world, people):
    one = world.session(event, "One", room=1, slot=1, leaders=["Ann"], interested=people[:10])
    world.session(event, "Two", room=2, slot=1, leaders=["Ben"], interested=people[:10])
    plan = plan_for(event, (one, 1, 2))
    seen = page(organiser.send("/e/camp/grid/suggest", plan=plan, seen=0))
    assert "10 people gain a session they want, 0 lose one." in seen
    assert "Accept all of it" in seen
    assert stands(event)[1, 1] == "One"
    fragment = organiser.post("/e/camp/grid/suggest", data={"plan": plan, "seen": 0, "csrf_token": organiser.token()},
                              headers={"X-Requested-With": "fetch"})
    assert "<html" not in fragment.text


def test_accepting_one_move_leaves_the_rest_to_accept(organiser, event, world):
    one, two = (world.session(event, title, room=n, slot=1, leaders=[title]) for n, title in ((1, "One"), (2, "Two")))
    plan = plan_for(event, (one, 1, 2), (two, 2, 3))
    answer = organiser.send("/e/camp/grid/suggest/accept", plan=plan, seen=0, only=plan.split(",")[0])
    assert stands(event) == {(1, 2): "One", (2, 1): "Two"}
    after = organiser.get(answer.location)
    assert "“Two” moves from Seacole at 11:00 to Seacole at 14:00" in page(after) or "1 moves" in page(after)
    rest = after.text.split('name="plan" value="')[1].split('"')[0]
    organiser.send("/e/camp/grid/suggest/accept", plan=rest, seen=queries.version_of(event))
    assert stands(event) == {(1, 2): "One", (2, 3): "Two"}


def test_a_grid_that_changed_meanwhile_is_not_overwritten(organiser, event, world, ben):
    one, two = (world.session(event, title, room=n, slot=1, leaders=[title]) for n, title in ((1, "One"), (2, "Two")))
    plan = plan_for(event, (one, 1, 2), (two, 2, 3))
    move(ben, event, two, 3, 3)
    answer = organiser.send("/e/camp/grid/suggest/accept", json=True, plan=plan, seen=0)
    assert answer.status_code == 409
    assert "Ben moved “Two”" in answer.json["error"]["message"]
    assert stands(event) == {(1, 1): "One", (3, 3): "Two"}


def test_what_was_pinned_meanwhile_is_not_moved(organiser, event, world):
    one = world.session(event, "One", room=1, slot=1)
    with db.transaction():
        one.pinned = True
    answer = organiser.send("/e/camp/grid/suggest/accept", json=True, plan=plan_for(event, (one, 1, 2)), seen=0)
    assert answer.status_code == 409
    assert "has been pinned" in answer.json["error"]["message"]


def test_better_and_better_grids_are_streamed_and_the_process_ends_with_the_page(app, event, world, people, ann, monkeypatch):
    monkeypatch.setattr("app.grid.suggest_pages.SECONDS", 0.6)
    for number in range(5):
        world.pitch(event, f"Pitch {number}", leaders=[f"L{number}"], interested=people[:number * 5])
    client = app.test_client().sign_in(ann)
    answer = client.get("/e/camp/grid/suggest/stream")
    assert answer.mimetype == "text/event-stream"
    events = [part for part in answer.text.split("\n\n") if part.startswith("event:")]
    kinds = [part.splitlines()[0].removeprefix("event: ") for part in events]
    assert kinds[0] == "start"
    assert kinds[-1] == "end"
    assert set(kinds[1:-1]) == {"found"}
    found = [json.loads(part.split("data: ", 1)[1]) for part in events[1:-1]]
    assert found[-1]["lost"] <= found[0]["lost"]
    assert len(found[-1]["plan"].split(",")) == 5
    assert stands(event) == {}


def test_a_reader_who_leaves_ends_the_solver(event, world, people):
    from app.grid.suggest import paced
    from app.grid.suggest_pages import _send

    for number in range(6):
        world.pitch(event, f"Pitch {number}", interested=people[:number * 4])
    advice = adviser(event)
    asked, notes = request_for(advice, fresh=True, seconds=30)
    asked["options"]["exact"] = False
    sending = _send(advice, asked, notes, 0, advice.cost())
    assert next(sending).startswith(":")
    assert next(sending).startswith("event: start")
    run = sending.gi_frame.f_locals["run"]
    sending.close()
    assert run.process.poll() is not None
    with solver.run(asked) as other:
        pace = paced(other, 0.01)
        next(pace)
        assert other.process.poll() is None
    assert other.process.poll() is not None


def test_only_so_many_are_built_at_once(organiser, event, world, monkeypatch):
    def busy(*_, **__):
        raise solver.Busy("2 already")

    world.pitch(event, "Bins")
    monkeypatch.setattr(solver, "run", busy)
    answer = organiser.send("/e/camp/grid/suggest")
    assert answer.status_code == 503
    assert "Two other grids are being built" in page(answer)
    assert "Two other grids are being built" in organiser.get("/e/camp/grid/suggest/stream").text


def test_what_a_move_costs_and_the_best_places_as_json(organiser, event, world, people):
    one = world.session(event, "One", room=1, slot=1, leaders=["Ann"], interested=people[:10])
    world.session(event, "Two", room=2, slot=1, leaders=["Ben"], interested=people[:10])
    waiting = world.pitch(event, "Waiting", leaders=["Ann"], interested=people[:4])
    room, slot = cell(event, 1, 2)
    answer = organiser.get(f"/e/camp/grid/cost?session={one.id}&room={room.id}&slot={slot.id}")
    assert answer.json == {"costs": "10 people gain one they want.", "breaks": [], "gain": 10}
    room, slot = cell(event, 3, 1)
    answer = organiser.get(f"/e/camp/grid/cost?pitch={waiting.id}&room={room.id}&slot={slot.id}")
    assert answer.json["breaks"] == ["Ann would lead “Waiting” and “One” at 11:00, both at once."]
    best = organiser.get(f"/e/camp/grid/best?pitch={waiting.id}").json["places"]
    assert len(best) == 3
    assert all(place["slot"] != slot.id for place in best)
    for wrong in ("", "?session=999999", "?pitch=999999", "?session=x"):
        assert organiser.get(f"/e/camp/grid/best{wrong}").status_code == 404


def test_the_form_without_scripts_says_the_cost_and_the_best_places(organiser, event, world, people):
    one = world.session(event, "One", room=1, slot=1, leaders=["Ann"], interested=people[:10])
    world.session(event, "Two", room=2, slot=1, leaders=["Ben"], interested=people[:10])
    address = f"/e/camp/sessions/{one.id}/move"
    assert "Best places" in page(organiser.get(address))
    room, slot = cell(event, 1, 2)
    said = page(organiser.send(address, room=room.id, slot=slot.id, cost="1", seen=0))
    assert stands(event)[1, 1] == "One"
    assert "Move “One” to Main hall at 12:00: 10 people gain one they want." in said


def test_who_may_not_arrange_sees_nothing_of_it(client, event, world):
    session = world.session(event, "One", room=1, slot=1)
    for path in ("suggest", "suggest/stream", "warnings", "rules", f"cost?session={session.id}", f"best?session={session.id}"):
        assert client.sign_in(world.holder(event)).get(f"/e/camp/grid/{path}").status_code == 403
