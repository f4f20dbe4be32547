"""Before the day: closing time, hidden marks, a limit of marks, themes."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.accounts.models import Person
from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Role
from app.events.timetable import said_on_the_wall
from app.grid import queries as grid
from app.infra import clock, db
from app.pitches import actions, opening, policy, queries
from app.pitches.models import Interest
from app.pitches.queue_models import QueueEntry, Stage
from tests import pages
from tests.access_rows import ROWS
from tests.pages import parsed, text_of
from tests.pitches.doing import LATER, do
from tests.world import AT

HOUR = timedelta(hours=1)
FIELDS = ("closes_on", "closes_at")


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER, name="Lorna Pike")


def page(response):
    return text_of(parsed(response.text)[0])


def set_up(event, actor, **said):
    with db.transaction(event):
        opening.set_up_pitching(actor, event, **{"closes_at": None, "marks_hidden": False, "marks_most": None, **said})


def test_only_organisers_set_it_up_and_bad_times_are_refused(event, campmaker, organiser):
    with pytest.raises(Forbidden):
        set_up(event, campmaker)
    set_up(event, organiser, closes_at=AT, marks_hidden=True, marks_most=3)
    assert (event.pitches_close_at, event.marks_hidden, event.marks_most) == (AT, True, 3)
    was = event.version
    set_up(event, organiser, closes_at=AT, marks_hidden=True, marks_most=3)
    assert event.version == was
    for wrong, field in (({"closes_at": AT + timedelta(days=1)}, "closes_on"), ({"marks_hidden": True}, "closes_on"),
                         ({"marks_most": 0}, "marks_most"), ({"marks_most": 10**9}, "marks_most")):
        with pytest.raises(Invalid) as refused:
            set_up(event, organiser, **wrong)
        assert refused.value.field == field


def test_a_time_that_the_clocks_jump_over_is_no_time():
    assert said_on_the_wall(date(2027, 7, 1), time(18), "Europe/London", FIELDS) == datetime(2027, 7, 1, 17, tzinfo=UTC)
    with pytest.raises(Invalid, match="clocks go forward"):
        said_on_the_wall(date(2027, 3, 28), time(1, 30), "Europe/London", FIELDS)


def test_after_closing_only_who_helps_can_pitch(world, event, attendee, campmaker, organiser):
    mine = do(event, actions.pitch, attendee, event, title="In time", leaders=[attendee])
    set_up(event, organiser, closes_at=LATER)
    with pytest.raises(actions.Closed):
        do(event, actions.pitch, attendee, event, title="Late", leaders=[attendee], at=LATER)
    assert do(event, actions.pitch, attendee, event, title="Just in time", leaders=[attendee], at=LATER - HOUR).id
    assert do(event, actions.pitch, campmaker, event, title="For somebody", leaders=["Ann"], at=LATER).id
    do(event, actions.edit, attendee, mine, title="Still mine", about="", leaders=[attendee], topics=[], seen=1)
    do(event, actions.withdraw, attendee, mine)
    with pytest.raises(actions.Closed):
        do(event, actions.reopen, attendee, mine)
    do(event, actions.reopen, campmaker, mine)


def test_marks_are_limited_and_lowering_the_limit_keeps_them(world, event, attendee, organiser):
    first, second, third = (world.pitch(event, t) for t in "ABC")
    set_up(event, organiser, marks_most=2)
    do(event, actions.mark_interest, attendee, first)
    do(event, actions.mark_interest, attendee, second)
    do(event, actions.mark_interest, attendee, second)
    with pytest.raises(Conflict, match="2 of your 2 marks"):
        do(event, actions.mark_interest, attendee, third)
    set_up(event, organiser, marks_most=1)
    assert queries.marks_used(event, attendee) == 2
    do(event, actions.unmark_interest, attendee, first)
    with pytest.raises(Conflict, match="1 of your 1 mark,"):
        do(event, actions.mark_interest, attendee, third)
    do(event, actions.withdraw, organiser, second)  # what is withdrawn uses no mark
    do(event, actions.mark_interest, attendee, third)
    assert queries.marks_used(event, None) == 0


def test_one_place_says_whether_counts_may_be_seen(world, event, attendee, campmaker, organiser):
    fans = [world.holder(event) for _ in range(3)]
    pitch, quiet = world.pitch(event, "Bins", interested=[*fans, attendee]), world.pitch(event, "Boxes")
    set_up(event, organiser, closes_at=LATER, marks_hidden=True)
    before = LATER - HOUR
    for somebody in (None, attendee, campmaker):
        assert not policy.can_see_marks(somebody, event, before)
        assert queries.interest_in(pitch, somebody, at=before).count is None
        assert {i.count for i in queries.interest_by_pitch(event, somebody, at=before).values()} == {None}
        assert queries.origins_interest([pitch, quiet], somebody, at=before) is None
        assert queries.interest_in(pitch, somebody, at=LATER).count == 4
    assert queries.interest_in(pitch, attendee, at=before).mine
    assert queries.interest_in(pitch, organiser, at=before).count == 4
    assert queries.interest_by_pitch(event, organiser, at=before)[quiet.id] == (0, False)


def numbers_in(value) -> set:
    if isinstance(value, dict):
        return set().union(*map(numbers_in, value.values()), set())
    if isinstance(value, list):
        return set().union(*map(numbers_in, value), set())
    return {value}


@pytest.mark.once
def test_no_page_and_no_feed_tells_attendees_what_is_hidden(client, world, organiser):
    """77 people are interested, a number that stands nowhere else: it may be read on no page by anybody but organisers."""
    event = world.event(slug="camp", marks_hidden=True, pitches_close_at=clock.now() + HOUR)
    lorna = world.holder(event, Role.ORGANISER)
    fans = [Person(name=f"Fan {i}", created_at=AT) for i in range(77)]
    world.save(*fans)
    session = world.session(event, "Bins", room=1, slot=1, interested=fans)
    waiting = world.pitch(event, "Paper forms", interested=fans)
    busy = world.pitch(event, "Bins again", interested=[*fans[:20]])
    reader, helper = world.holder(event), world.holder(event, Role.CAMPMAKER)
    pages = ["/e/camp", "/e/camp/pitches", "/e/camp/pitches?by=newest", "/e/camp/pitches?by=unplaced",
             f"/e/camp/pitches/{session.pitch_id}", f"/e/camp/pitches/{waiting.id}", "/e/camp/grid", "/e/camp/grid?view=list",
             "/e/camp/grid/fragment/auto", f"/e/camp/sessions/{session.id}", "/e/camp/grid.csv"]
    feeds = ["/api/v1/events/camp/grid", "/api/v1/events/camp/sessions"]
    asked = {"helper": [*pages, f"/e/camp/pitches/merge?pitch={waiting.id}&pitch={busy.id}"], "reader": pages, "stranger": pages}
    for kind, somebody in (("stranger", None), ("helper", helper)):
        client.sign_out()
        if somebody:
            client.sign_in(somebody)
        for address in asked[kind]:
            answer = client.get(address)
            assert answer.status_code == 200, address
            words = page(answer) if answer.mimetype == "text/html" else answer.text
            assert "77" not in words, f"{address} for a {kind}"
            assert "over" not in [c for e in parsed(answer.text)[0].iter() for c in (e.get("class") or "").split()], address
        for address in feeds:
            answer = client.get(address)
            if answer.status_code == 200:
                assert 77 not in numbers_in(json.loads(answer.text)), address
    said = client.sign_in(reader).send(f"/e/camp/pitches/{waiting.id}/interest", json=True, on="1")
    assert (said.json["interested"], said.json["count"]) == (True, None)
    order = [text_of(h) for h in parsed(client.get("/e/camp/pitches").text)[0].iter("h2") if h.find("a") is not None]
    assert order == ["Bins", "Paper forms", "Bins again"]  # as they came, not as they are wanted
    assert "How many are interested in what is shown then" in page(client.get("/e/camp/pitches"))
    client.sign_in(lorna)
    for address in ("/e/camp/pitches", f"/e/camp/pitches/{session.pitch_id}"):
        assert "77" in page(client.get(address)), address
    with db.transaction() as database:
        database.get(type(event), event.id).pitches_close_at = clock.now() - HOUR
    client.sign_in(reader)
    for address in (*pages[1:3], pages[4], *pages[6:8]):
        assert "77" in page(client.get(address)), address


@pytest.mark.once
def test_a_walk_through_every_page_tells_nobody_but_organisers(client, app, world, monkeypatch):
    """Every address that can be read, of whatever room: 77 people are interested in each pitch, one of which is on the stage."""
    event = world.event(slug="camp", marks_hidden=True, pitches_close_at=clock.now() + HOUR)
    fans = [Person(name=f"Fan {i}", created_at=AT) for i in range(77)]
    world.save(*fans)
    session = world.session(event, "Bins", room=1, slot=1, interested=fans)
    up, helper = world.pitch(event, "Paper forms", interested=fans), world.holder(event, Role.CAMPMAKER)
    entry = world.save(QueueEntry(event_id=event.id, pitch_id=up.id, pitcher_name="Ann", state="up", position=1, joined_at=AT, called_at=AT))
    world.save(Stage(event_id=event.id, open=True, entry_id=entry.id, version=1))
    things = {"@event": "camp", "@session": session.id, "@pitch": up.id, "@own_pitch": up.id, "@waiting": up.id,
              "@room": event.rooms[0].id, "@series": event.series.slug}
    urls = app.url_map.bind("localhost")
    paths = [urls.build(row.endpoint, {k: things.get(v, v) for k, v in row.arguments.items()}) for row in ROWS
             if row.method == "GET" and "stream" not in row.endpoint and {"event_slug", "series_slug"} & row.arguments.keys()
             and all(v in things or not str(v).startswith("@") for v in row.arguments.values())]
    client.sign_in(helper)
    monkeypatch.setattr(pages, "faults_of", lambda _html, **_how: [])  # other tests read these pages as browsers do
    read = 0
    for path in paths:
        answer = client.get(path)
        if answer.status_code == 200 and answer.mimetype.startswith(("text/", "application/json", "application/xml", "image/svg")):
            read += 1
            words = re.sub(r"<[^>]*>", " ", answer.text)
            assert not re.search(r"(?<![\d:.#-])77(?![\d:.-])", words), path
    assert read > 40
    with db.transaction() as database:
        there = database.get(type(event), event.id)
        there.marks_hidden, there.version = False, there.version + 1
    told = [f"/e/camp/{where}" for where in ("pitches", "grid", "pitches/queue", "pitches/stage", f"pitches/{up.id}", f"sessions/{session.id}")]
    assert set(told) <= set(paths)  # so the walk does pass where it could be told
    assert [path for path in told if "77" not in page(client.get(path))] == []


def test_the_grid_counts_nobody_for_who_may_not_know(world, event, attendee, organiser):
    world.session(event, "Bins", room=3, slot=1, interested=[world.holder(event) for _ in range(3)])
    with db.transaction(event):
        event.marks_hidden, event.pitches_close_at = True, clock.now() + HOUR
    [hidden], [shown] = grid.grid_of(event, attendee).cells, grid.grid_of(event, organiser).cells
    assert (hidden.interest, hidden.counted, hidden.over) == (0, False, 0)
    assert (shown.interest, shown.counted) == (3, True)


def test_the_page_where_it_is_set_up(client, world):
    event = world.event(slug="camp")
    client.sign_in(world.holder(event, Role.ORGANISER))
    where = "/e/camp/set-up/pitching"
    assert client.send(where, closes_on="2027-01-22", closes_at="18:00", marks_hidden="y", marks_most="5").status_code == 303
    assert "18:00 on Friday 22 January 2027" in page(client.get("/e/camp/set-up"))
    assert 'value="18:00' in client.get(where).text
    for fields, said in (({"closes_on": "2027-01-22"}, "Give the time as well."), ({"closes_at": "18:00"}, "Give the day as well."),
                         ({"closes_on": "2027-02-30", "closes_at": "18:00"}, "Give a date"), ({"closes_on": "2027-01-22", "closes_at": "25:00"}, "Give a time"),
                         ({"closes_on": "2028-01-22", "closes_at": "18:00"}, "before the event is over"),
                         ({"marks_most": "x"}, "Give a whole number"), ({"marks_most": "-1"}, "from 1 to"), ({"marks_hidden": "y"}, "Say when pitching closes")):
        answer = client.send(where, **{"closes_on": "", "closes_at": "", "marks_most": ""} | fields)
        assert (answer.status_code, said in page(answer)) == (422, True), fields
    assert client.send(where, closes_on="", closes_at="", marks_most="").status_code == 303
    assert "Never" in page(client.get("/e/camp/set-up"))


def test_closing_is_said_and_loses_nothing_typed(client, world):
    event = world.event(slug="camp", pitches_close_at=clock.now() - HOUR, marks_most=3)
    client.sign_in(world.holder(event, name="Leila"))
    assert "Pitching has closed" in page(client.get("/e/camp/pitches/new"))
    late = client.send("/e/camp/pitches/new", title="Typed too long", about="All this", **{"leaders-0": "Leila"})
    assert late.status_code == 409
    assert "Typed too long" in late.text
    assert "A campmaker can still pitch it for you" in page(late)
    said = page(client.get("/e/camp/pitches"))
    assert "Pitching closed at" in said
    assert "You have used 0 of 3 marks" in said
    client.sign_in(world.holder(event, Role.CAMPMAKER))
    assert client.get("/e/camp/pitches/new").status_code == 200


def test_pitches_stand_under_themes(client, world):
    event = world.event(slug="camp")
    world.pitch(event, "Bins", topics=["Waste"])
    world.pitch(event, "Loose")
    world.pitch(event, "Boxes", topics=["Plain", "Data"])
    with db.transaction(event):
        for topic in event.topics:
            topic.about = {"Waste": "What is thrown away", "Data": "What is kept"}.get(topic.name, "")
    tree, _ = parsed(client.get("/e/camp/pitches").text)
    assert [text_of(h) for h in tree.iter() if h.tag in ("h2", "h3")][:6] == ["Waste", "Bins", "Data", "Boxes", "Without a theme", "Loose"]
    assert "What is thrown away" in text_of(tree)
    assert [text_of(h) for h in parsed(client.get("/e/camp/pitches?by=newest").text)[0].iter("h2")][:3] == ["Boxes", "Loose", "Bins"]


def test_topics_say_what_they_ask_for(client, world):
    event = world.event(slug="camp")
    client.sign_in(world.holder(event, Role.ORGANISER))
    client.send("/e/camp/set-up/topics", seen="1", **{"rows-0-name": "Waste", "rows-0-about": "What is thrown away"})
    assert [(t.name, t.about) for t in event.topics] == [("Waste", "What is thrown away")]


def test_a_pitch_may_need_a_step_free_room(client, world):
    event = world.event(slug="camp")
    client.sign_in(world.holder(event, name="Leila"))
    answer = client.send("/e/camp/pitches/new", title="Ramps", step_free="y", **{"leaders-0": "Leila"})
    assert "Needs a step-free room" in page(client.get(answer.location))
    where = answer.location + "/edit"
    client.send(where, title="Ramps", version="1", **{"leaders-0": "Leila"})
    assert "Needs a step-free room" not in page(client.get(answer.location))
    assert db.session.query(Interest).count() == 0
