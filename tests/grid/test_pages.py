"""The grid, a session's page, history and the stream, as everybody reads them."""

import gzip
import json
from datetime import date

import pytest

from app.events.models import ATTENDEES_ONLY, Role, Slot
from app.infra import db, live
from app.pitches.models import MERGED, UNMERGED, WITHDRAWN
from tests.grid.arrange import place
from tests.grid.reading import page, table, tree

# ---- reading ---------------------------------------------------------------------------------------------------------


def test_the_grid_is_a_real_table(client, event, world):
    world.session(event, "Bins", room=3, slot=1, leaders=["Leila"], topics=["Waste"], interested=[world.holder(event)])
    answer = client.get("/e/camp/grid")
    rows = table(answer)
    assert [r[0] for r in rows] == ["Time", "11:00 to 11:45", "12:00 to 12:45", "13:00", "14:00 to 14:45"]
    assert rows[0][1:] == ["Main hall140 seats · Ground", "Seacole40 seats · Ground", "Turing36 seats · Ground"]
    assert rows[1][3].startswith("Bins")
    assert "Leila" in rows[1][3]
    assert rows[1][1] == "Free: Main hall at 11:00"
    assert rows[3][1].startswith("Lunch")
    for element in (e for e in tree(answer).iter() if e.tag in ("th", "td", "tr", "table")):
        assert element.get("role"), "CSS makes a list of it on phones, where Safari would forget that it is a table"
    assert "1 session in 3 rooms." in page(answer)


def test_empty_grids_say_what_to_do(client, world):
    world.event(slug="bare", rooms=0, slots=0)
    assert "It needs rooms and times first." in page(client.get("/e/bare/grid"))
    half = world.event(slug="half", rooms=0)
    organiser = world.holder(half, Role.ORGANISER)
    answer = client.sign_in(organiser).get("/e/half/grid/arrange")
    assert "It needs rooms first." in page(answer)
    assert "/e/half/set-up" in answer.text
    world.event(slug="fresh")
    assert "No session has a place yet." in page(client.get("/e/fresh/grid"))


def test_now_next_and_past(client, event, world, clock_at):
    world.session(event, "Bins", room=1, slot=1)
    clock_at("2027-01-23T12:10")
    answer = client.get("/e/camp/grid")
    assert [row[0] for row in table(answer)][1:] == [
        "11:00 to 11:45 Finished. Show sessions", "12:00 to 12:45 Now", "13:00", "14:00 to 14:45 Next"]
    assert 'data-until="2027-01-23T12:45:00+00:00"' in answer.text
    clock_at("2027-03-01T12:00")
    answer = client.get("/e/camp/grid")
    assert "data-until" not in answer.text
    assert "Finished" not in page(answer)


def test_a_grid_without_times_and_one_of_two_days(client, world):
    event = world.event(slug="imported", slots=0)
    world.save(Slot(event_id=event.id, position=1, kind="session", number=1), Slot(event_id=event.id, position=2, kind="session", number=2, label="Last"))
    db.session.expire_all()
    session = world.session(event, "Bins", room=2, slot=1)
    assert [row[0] for row in table(client.get("/e/imported/grid"))] == ["Time", "Session 1", "Last"]
    assert table(client.get("/e/imported/grid"))[1][1] == "Free: Main hall in session 1"
    assert "Session 1, Seacole" in page(client.get(f"/e/imported/sessions/{session.id}"))
    world.event(slug="long", starts_on=date(2027, 1, 23), ends_on=date(2027, 1, 24))
    assert table(client.get("/e/long/grid"))[1][0] == "11:00 Saturday to 11:45"


@pytest.mark.parametrize(("view", "shown"), [("grid", "grid"), ("list", "list"), ("zebra", "auto"), ("", "auto")])
def test_views(client, event, view, shown):
    answer = client.get(f"/e/camp/grid?view={view}")
    assert f'data-view="{shown}"' in answer.text
    assert f"/e/camp/grid/fragment/{shown}" in answer.text


def test_my_day(client, event, world):
    me = world.holder(event)
    world.session(event, "Marked", room=1, slot=1, interested=[me])
    world.session(event, "Led", room=2, slot=1, leaders=[me])
    world.session(event, "Other", room=3, slot=1, leaders=["Ben"])
    whole = client.sign_in(me).get("/e/camp/grid")
    assert whole.text.split("<!--live-->")[1].count("mark-mine") == 2
    assert client.get("/e/camp/grid?view=mine").location == "/e/camp/my-day", "its page (tests/grid/test_screens_day.py)"
    assert "My day" not in page(client.sign_out().get("/e/camp/grid"))


def test_what_other_rooms_know_is_shown(app, client, event, world, monkeypatch):
    session = world.session(event, "Bins", room=1, slot=1)
    world.session(event, "Boxes", room=2, slot=1, leaders=["Ben"])
    monkeypatch.setitem(app.extensions, "cell_facts", (lambda e: {session.id: {"needs_notes": e.id == event.id}},))
    assert page(client.get("/e/camp/grid")).count("Note-taker?") == 1
    needs = page(client.get("/e/camp/grid?view=notes"))
    assert "Bins" in needs
    assert "Boxes" not in needs


def test_fragments_are_what_the_page_holds_and_answer_304(client, event, world):
    world.session(event, "Bins", room=1, slot=1)
    first = client.get("/e/camp/grid/fragment/list")
    assert "<html" not in first.text
    assert table(first) == table(client.get("/e/camp/grid?view=list"))
    again = client.get("/e/camp/grid/fragment/list", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    world.session(event, "Boxes", room=2, slot=1)
    assert client.get("/e/camp/grid/fragment/list", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert client.get("/e/camp/grid/fragment/zebra").status_code == 404
    assert client.get("/e/camp/grid/fragment/arrange").status_code == 403


MOST_STATEMENTS = {"grid": 17, "grid/arrange": 30, "grid/history": 9, "sessions/{}": 26, "sessions/{}/move": 15}


def test_pages_take_a_constant_number_of_statements(client, world, statements):
    """As many with one session as with forty-five; the rooms below have their part in it (panels, facts)."""
    event = world.event(slug="big", rooms=10, slots=5)
    fans = [world.holder(event) for _ in range(3)]
    cells = [(r, s) for s in range(1, 6) for r in range(1, 11)]
    client.sign_in(world.holder(event, Role.ORGANISER))

    def counted():
        found = {}
        for path in MOST_STATEMENTS:
            with statements() as said:
                assert client.get(f"/e/big/{path.format(first.id)}").status_code == 200
            found[path] = len(said)
        return found

    for i in range(45):
        session = world.session(event, room=cells[i][0], slot=cells[i][1], leaders=[fans[i % 3], "Ann"], topics=[f"T{i % 5}"],
                                interested=fans[:i % 4])
        world.pitch(event)
        if i == 0:
            first = session
            with_one = counted()
    assert counted() == with_one
    assert {path: n for path, n in with_one.items() if n > MOST_STATEMENTS[path]} == {}


# ---- a session's page ------------------------------------------------------------------------------------------------


def test_a_sessions_page(client, event, world):
    session = world.session(event, "Bins", room=3, slot=1, leaders=["Leila", "Ben"], topics=["Waste"], about="Why **so** many?",
                            interested=[world.holder(event)])
    answer = client.get(f"/e/camp/sessions/{session.id}")
    for words in ("11:00, Turing", "Ground · step-free", "Led by Leila, Ben", "Why so many?", "Waste", "1 interested, room holds 36",
                  f"#{event.hashtag}s1r3"):
        assert words in page(answer), words
    assert "Take off" not in page(answer)


def test_a_session_off_the_grid_keeps_its_page(client, event, world):
    answer = client.get(f"/e/camp/sessions/{world.session(event, 'Bins').id}")
    assert answer.status_code == 200
    assert "Not on the grid now" in page(answer)


@pytest.mark.parametrize(("at", "chip"), [("11:10", "Now, until 11:45"), ("10:00", "Next"), ("11:50", "Finished")])
def test_a_sessions_page_knows_the_time(client, event, world, clock_at, at, chip):
    session = world.session(event, room=1, slot=1)
    clock_at(f"2027-01-23T{at}")
    assert chip in page(client.get(f"/e/camp/sessions/{session.id}"))


def test_what_became_of_a_session(client, event, world):
    whole = world.session(event, "Whole", room=1, slot=1)
    part = world.session(event, "Part", state=MERGED, merged_into_id=whole.pitch_id)
    alone = world.session(event, "Alone", state=MERGED, merged_into_id=world.pitch(event, "Pitch only").id)
    gone, undone = world.session(event, "Gone", state=WITHDRAWN), world.session(event, "Undone", state=UNMERGED)

    def shown(session):
        return client.get(f"/e/camp/sessions/{session.id}")

    assert "This session became part of Whole." in page(shown(part))
    assert f'href="/e/camp/sessions/{whole.id}"' in shown(part).text
    assert f'href="/e/camp/pitches/{alone.pitch.merged_into_id}"' in shown(alone).text
    assert "Made from Part." in page(shown(whole))
    assert "has been withdrawn" in page(shown(gone))
    assert "has been undone" in page(shown(undone))


def test_organisers_move_and_take_off_from_the_page(organiser, event, world):
    session = world.session(event, "Bins", room=1, slot=1)
    answer = organiser.get(f"/e/camp/sessions/{session.id}")
    assert f'href="/e/camp/sessions/{session.id}/move"' in answer.text
    assert "Take off" in page(answer)


# ---- live ------------------------------------------------------------------------------------------------------------


def test_the_stream_nudges_and_ends_when_the_event_closes(client, event, ann, world):
    answer = client.get("/e/camp/grid/stream")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/event-stream", "no-store")
    lines = iter(answer.response)
    assert next(lines) == b"retry: 3000\n\n"
    place(ann, event, world.pitch(event), 1, 1)
    name, data = next(lines).decode().strip().split("\n")
    assert name == "event: nudge"
    assert json.loads(data.removeprefix("data: ")) == {"topic": f"grid:{event.id}", "version": event.version}
    with db.transaction(event):
        event.visibility = ATTENDEES_ONLY
        db.after_commit(lambda: live.publish(f"access:{event.id}", 1))
    with pytest.raises(StopIteration):
        next(lines)


def test_the_grid_weighs_little(client, world):
    """Ten rooms, five slots, fifty sessions: the page itself compressed (styles and scripts come to about 20 kB more)."""
    event = world.event(slug="big", rooms=10, slots=5)
    for i in range(50):
        world.session(event, f"A session with a title of the usual length, number {i}", room=i % 10 + 1, slot=i // 10 + 1, leaders=[f"Leader number {i}"],
                      topics=[f"Topic {i % 6}"])
    assert len(gzip.compress(client.get("/e/big/grid").data)) < 10_000
    assert len(gzip.compress(client.sign_in(world.holder(event, Role.ORGANISER)).get("/e/big/grid/arrange").data)) < 14_000
