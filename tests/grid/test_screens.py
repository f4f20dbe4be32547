"""Now and next, door signs and prints: what they say at every moment of a day, and that they say it to a hall."""

from datetime import UTC, datetime

import pytest

from app.events.models import DRAFT, Role, RoomClosing, Slot
from app.grid import actions, cancelling, queries, screens, screens_actions, screens_queries
from app.infra import db
from tests.grid.arrange import LATER, cell, place
from tests.grid.reading import page, tree
from tests.pages import text_of
from tests.servers import ROOT


def board(event, at: str, day: str = "2027-01-23"):
    moment = datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=UTC)
    grid = screens_queries.for_everybody(event, queries.grid_of(event, None, at=moment))
    return screens.board_of(event, grid, moment, screens_queries.why_empty(event, grid))


def said(thing):
    """What a cell of the board says, for comparing."""
    if isinstance(thing, screens.Shown):
        return thing.cell.title + (" (goes on)" if thing.goes_on else "")
    return f"cancelled: {thing.title}" if isinstance(thing, screens.Gone) else thing


def lines(made):
    return [(said(line.now), said(line.next)) for line in made.lines]


# ---- the moments of a day ------------------------------------------------------------------------------------------------


@pytest.fixture
def day(event, world):
    """Sessions at 11:00, 12:00 and 14:00 (lunch at 13:00) in three rooms."""
    for title, room, slot in (("Bins", 1, 1), ("Boxes", 2, 1), ("Data", 1, 2), ("Zines", 3, 3)):
        world.session(event, title, room=room, slot=slot)
    return event


@pytest.mark.parametrize(("at", "phase", "headline", "until", "next_at", "follows", "shown"), [
    ("09:00", "before", "Sessions from 11:00", "", "11:00", "", [(None, "Bins"), (None, "Boxes"), (None, None)]),
    ("11:00", "now", "Now and next", "11:45", "12:00", "", [("Bins", "Data"), ("Boxes", None), (None, None)]),
    ("11:44", "now", "Now and next", "11:45", "12:00", "", [("Bins", "Data"), ("Boxes", None), (None, None)]),
    ("11:45", "between", "Time to change rooms", "", "12:00", "", [(None, "Data"), (None, None), (None, None)]),
    ("12:10", "now", "Now and next", "12:45", "14:00", "Lunch at 13:00", [("Data", None), (None, None), (None, "Zines")]),
    ("13:05", "pause", "Lunch", "", "14:00", "", [(None, None), (None, None), (None, "Zines")]),
    ("14:20", "now", "Now and next", "14:45", "", "", [(None, None), (None, None), ("Zines", None)]),
    ("15:00", "after", "That was GovCamp North", "", "", "", []),
])
def test_the_board_at_every_moment(day, at, phase, headline, until, next_at, follows, shown):
    made = board(day, at)
    assert (made.phase, made.headline, made.until, made.next_at, made.follows) == (phase, headline, until, next_at, follows)
    assert lines(made) == shown


def test_days_before_and_between_two_days(event, world):
    world.session(event, "Bins", room=1, slot=1)
    made = board(event, "20:00", "2027-01-20")
    assert (made.phase, made.next_at) == ("before", "11:00 on Saturday 23 January")
    late = Slot(event_id=event.id, position=9, kind="session", number=4, starts_at=datetime(2027, 1, 24, 10, tzinfo=UTC),
                ends_at=datetime(2027, 1, 24, 10, 45, tzinfo=UTC))
    with db.transaction(event) as session:
        session.add(late)
        event.ends_on = late.starts_at.date()
    made = board(event, "20:00")
    assert (made.phase, made.headline) == ("before", "Sessions from 10:00 on Sunday 24 January")


def test_several_slots_at_once(event, world):
    """A long slot beside the others: each room shows what is on in it, and until when."""
    world.save(Slot(event_id=event.id, position=9, kind="session", number=9, label="Workshop",
                    starts_at=datetime(2027, 1, 23, 11, 15, tzinfo=UTC), ends_at=datetime(2027, 1, 23, 12, 45, tzinfo=UTC)))
    db.session.expire_all()
    world.session(event, "Bins", room=1, slot=1)
    world.session(event, "Long one", room=3, slot=9)
    made = board(event, "11:30")
    assert lines(made)[0][0] == "Bins"
    assert lines(made)[2][0] == "Long one"
    assert made.until == ""
    assert (made.lines[0].now.until, made.lines[2].now.until) == ("11:45", "12:45")


def test_a_double_session_goes_on(event, world, ann):
    session = world.session(event, "Long", room=1, slot=1)
    with db.transaction(event):
        actions.resize(ann, event, session, 2, seen=None, at=LATER)
    made = board(event, "11:10")
    assert lines(made)[0] == ("Long", "Long (goes on)")
    assert made.lines[0].now.until == "12:45"
    assert lines(board(event, "12:10"))[0][0] == "Long (goes on)"


def test_closed_rooms_and_cancelled_sessions_are_said(event, world, ann):
    session = place(ann, event, world.pitch(event, "Bins"), 1, 1)
    with db.transaction(event):
        cancelling.cancel(ann, event, session, "The train was late.", seen=None, at=LATER)
    room, slot = cell(event, 2, 1)
    world.save(RoomClosing(event_id=event.id, room_id=room.id, slot_id=slot.id, because="Wet floor"))
    assert lines(board(event, "11:10"))[:2] == [("cancelled: Bins", None), ("Wet floor", None)]
    place(ann, event, world.pitch(event, "Boxes"), 1, 1)
    assert lines(board(event, "11:10"))[0][0] == "Boxes", "its place is another's now"


def test_no_rooms_no_times_nothing_placed(client, world):
    world.event(slug="bare", rooms=0, slots=0)
    assert "have no times" in page(client.get("/e/bare/now"))
    empty = world.event(slug="fresh")
    assert lines(board(empty, "11:10")) == [(None, None)] * 3
    assert "Free. Use it." in page(client.get("/e/fresh/now")) or "Sessions from 11:00" in page(client.get("/e/fresh/now"))


# ---- pages ---------------------------------------------------------------------------------------------------------------


def test_the_page_is_a_table_for_a_screen_reader(client, day, clock_at):
    clock_at("2027-01-23T11:10")
    answer = client.get("/e/camp/now")
    roles = [e.get("role") for e in tree(answer).iter() if e.get("role")]
    assert roles.count("row") == 4
    assert roles.count("columnheader") == 3
    assert roles.count("rowheader") == 3
    rows = [text_of(e) for e in tree(answer).iter() if e.get("role") == "row"]
    assert rows[0] == "Room Now until 11:45Next 12:00"
    assert rows[1].startswith("Main hallGround Bins Leila Haddad")
    assert rows[1].endswith("Data Leila Haddad")
    assert 'data-until="2027-01-23T11:45:00+00:00"' in answer.text
    assert f'data-version="{day.version}"' in answer.text
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in answer.text


def test_fragments_are_what_the_pages_hold_and_answer_304(client, day):
    room = day.rooms[0].id
    for path in ("/e/camp/now", f"/e/camp/rooms/{room}/sign"):
        first = client.get(f"{path}/fragment")
        assert "<html" not in first.text
        assert page(first) in page(client.get(path))
        again = client.get(f"{path}/fragment", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_organisers_say_something_and_every_screen_shows_it(organiser, client, day, statements):
    before = day.version
    answer = organiser.send("/e/camp/screens", message="Lunch is late", screen_text="Wifi: Exchange-Guest")
    assert answer.status_code == 303
    db.session.expire_all()
    assert day.version > before, "open pages are told"
    for path in ("/e/camp/now", f"/e/camp/rooms/{day.rooms[0].id}/sign"):
        assert "Lunch is late" in page(client.get(path))
        assert "Wifi: Exchange-Guest · camp.example.org/e/camp/grid" in page(client.get(path))
    refused = organiser.send("/e/camp/screens", message="x" * 201)
    assert refused.status_code == 422
    assert "Keep it to 200 characters." in page(refused)


def test_only_organisers_speak(event, world):
    from app.errors import Forbidden

    with pytest.raises(Forbidden):
        screens_actions.say(world.holder(event, Role.CAMPMAKER), event, message="Lunch", screen_text="")


# ---- door signs ----------------------------------------------------------------------------------------------------------


def test_a_door_sign(client, day, clock_at, world, ann):
    clock_at("2027-01-23T11:10")
    room = day.rooms[0]
    answer = client.get(f"/e/camp/rooms/{room.id}/sign")
    words = page(answer)
    assert "Main hall" in words
    assert "Now until 11:45 BinsLeila Haddad" in words
    assert "Next at 12:00Data" in words
    assert "QR code that opens the notes of this session" in answer.text
    assert "The day in this room 11:00Bins Leila Haddad (now) 12:00Data Leila Haddad 13:00Lunch 14:00Free" in words
    clock_at("2027-01-23T13:10")
    assert "Now until 14:00 Lunch" in page(client.get(f"/e/camp/rooms/{room.id}/sign"))
    clock_at("2027-01-23T16:00")
    assert "Nothing more here today" in page(client.get(f"/e/camp/rooms/{room.id}/sign"))
    assert client.get("/e/camp/rooms/99999/sign").status_code == 404
    assert client.get(f"/e/camp/rooms/{world.event(slug='other').rooms[0].id}/sign").status_code == 404


def test_the_code_on_paper_leads_to_the_session_of_the_moment(client, day, clock_at):
    room = day.rooms[0].id
    ids = {session.pitch.title: session.id for session in [queries.occupant_of(*cell(day, 1, n)) for n in (1, 2)]}
    for at, title in (("11:10", "Bins"), ("11:50", "Data"), ("12:10", "Data")):
        clock_at(f"2027-01-23T{at}")
        assert client.get(f"/e/camp/rooms/{room}/now").location == f"/e/camp/sessions/{ids[title]}#notes"
    clock_at("2027-01-23T16:00")
    assert client.get(f"/e/camp/rooms/{room}/now").location == f"/e/camp/rooms/{room}/sign"


def test_a_room_that_is_not_for_sessions_has_a_sign_too(client, event, world):
    with db.transaction(event):
        event.rooms[2].number, event.rooms[2].for_sessions, event.rooms[2].notes = None, False, "Please leave phones outside."
    assert "Please leave phones outside." in page(client.get(f"/e/camp/rooms/{event.rooms[2].id}/sign"))


def test_all_signs_at_once(organiser, day):
    answer = organiser.get("/e/camp/signs")
    assert answer.text.count('class="door"') == 3
    assert answer.text.count("QR code that opens the notes of what is on in") == 3


def test_the_index_names_every_screen_and_print(organiser, event):
    answer = organiser.get("/e/camp/screens").text
    for path in ("now", "signs", "cards", "poster", *(f"rooms/{room.id}/sign" for room in event.rooms)):
        assert f'href="/e/camp/{path}"' in answer, path


# ---- cards ---------------------------------------------------------------------------------------------------------------


def test_cards_of_pitches(organiser, event, world):
    world.session(event, "Bins", room=3, slot=1, leaders=["Leila", "Ben"], topics=["Waste"], interested=[world.holder(event)])
    waiting = world.pitch(event, "Paper forms", leaders=[])
    world.pitch(event, "Gone", state="withdrawn")
    answer = organiser.get("/e/camp/cards")
    cards = [text_of(e) for e in tree(answer).iter("li") if e.get("class") == "paper-card"]
    assert cards[0] == "Waste s1r3 Bins Leila, Ben 1interested"
    assert "Paper forms" in cards[1]
    assert len(cards) == 2
    assert "QR code that opens “Bins”" in answer.text
    only = page(organiser.get("/e/camp/cards?which=waiting"))
    assert "Paper forms" in only
    assert "Bins" not in only
    assert f"/pitches/{waiting.id}" not in organiser.get("/e/camp/cards?which=placed").text


def test_every_frame_says_whom_a_page_is_for():
    """The service worker goes by it: a page for somebody else ends what is kept on the device (static/src/sw.ts)."""
    frames = [path for path in (ROOT / "templates").rglob("*.html") if "<!doctype html>" in path.read_text()]
    assert len(frames) >= 4
    silent = {path.name for path in frames if 'data-who="{{ current_person.id }}"' not in path.read_text()}
    assert silent == {"offline.html"}, "which is for nobody, and kept for all"


# ---- drafts --------------------------------------------------------------------------------------------------------------


def test_a_draft_shows_on_no_screen_whoever_opened_it(organiser, day, world, clock_at):
    clock_at("2027-01-23T11:10")
    with db.transaction(day):
        day.grid_state = DRAFT
    room = day.rooms[0].id
    for path in ("now", "now/fragment", f"rooms/{room}/sign", f"rooms/{room}/sign/fragment", "signs"):
        words = page(organiser.get(f"/e/camp/{path}"))
        assert "Bins" not in words, path
        assert "Data" not in words, path
    assert "The grid is being put together." in page(organiser.get("/e/camp/now"))
    assert organiser.get(f"/e/camp/rooms/{room}/now").location == f"/e/camp/rooms/{room}/sign"
    assert "s1r1" in page(organiser.get("/e/camp/cards")), "who arranges prints what they see"
    campmaker = organiser.sign_out().sign_in(world.holder(day, Role.CAMPMAKER))
    assert "Bins" in page(campmaker.get("/e/camp/cards"))
    assert "s1r1" not in page(campmaker.get("/e/camp/cards"))


def test_screens_take_a_constant_number_of_statements(client, world, statements):
    event = world.event(slug="big", rooms=10, slots=5)
    client.sign_in(world.holder(event, Role.ORGANISER))
    paths = ("now", f"rooms/{event.rooms[0].id}/sign", "signs", "cards", "my-day")

    def counted():
        found = {}
        for path in paths:
            with statements() as said:
                assert client.get(f"/e/big/{path}").status_code == 200
            found[path] = len(said)
        return found

    world.session(event, room=1, slot=1)
    with_one = counted()
    for i in range(1, 30):
        world.session(event, room=i % 10 + 1, slot=i // 10 + 1, leaders=["Ann", "Ben"])
    assert counted() == with_one
    assert {path: n for path, n in with_one.items() if n > 20} == {}
