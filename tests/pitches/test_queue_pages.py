"""The queue's pages, as a browser without scripts uses them, and what scripts are answered."""

from datetime import UTC, datetime, timedelta

import pytest

from app.events.models import Role
from app.infra import clock, db
from app.pitches.models import Interest, Pitch
from app.pitches.queue_models import QueueEntry
from tests.pages import parsed, text_of

AT = datetime(2027, 1, 23, 10, 20, tzinfo=UTC)


@pytest.fixture
def event(world):
    return world.event(slug="camp")


@pytest.fixture
def clerk(client, event, world):
    """The client, signed in as a campmaker."""
    return client.sign_in(world.holder(event, Role.CAMPMAKER, name="Priya Raman"))


def page(response) -> str:
    return text_of(parsed(response.text)[0])


def hidden(response, name: str) -> str:
    return next(i.get("value") for i in parsed(response.text)[0].iter("input") if i.get("name") == name)


def take(clerk, title, name, **more):
    return clerk.send("/e/camp/pitches/station", title=title, name=name, **more)


def stage(clerk, do, **more):
    """Press a button of the station as its page stands now."""
    return clerk.send("/e/camp/pitches/station/stage", do=do, seen=hidden(clerk.get("/e/camp/pitches/station"), "seen"), **more)


def entry(title) -> int:
    return db.session.query(QueueEntry).join(Pitch).filter(Pitch.title == title).one().id


# ---- the station ------------------------------------------------------------------------------------------------


def test_a_pitch_is_taken_down_with_title_and_name(clerk, event, world):
    known = world.holder(event, name="Leila Haddad")
    data = world.pitch(event, topics=["Open data"]).topics[0]
    form = clerk.get("/e/camp/pitches/station")
    assert 'value="Leila Haddad"' in form.text
    assert form.text.index('id="title"') < form.text.index('id="name"') < form.text.index('id="save"')
    assert "“Paper forms” is number 1 in the queue." in page(clerk.get(take(clerk, "Paper forms", "leila haddad", topic=data.id,
                                                                                   about="All of them.").location))
    pitch = db.session.query(Pitch).filter_by(title="Paper forms").one()
    assert ([x.person_id for x in pitch.leaders], [t.name for t in pitch.topics], pitch.about) == ([known.id], ["Open data"], "All of them.")
    take(clerk, "Bins", "Ann Walk-in")
    assert [x.name for x in db.session.query(Pitch).filter_by(title="Bins").one().leaders] == ["Ann Walk-in"]


def test_what_is_missing_is_said_and_what_was_typed_stays(clerk):
    refused = take(clerk, "Bins", " ")
    assert refused.status_code == 422
    assert "Say who pitches it." in page(refused)
    assert 'value="Bins"' in refused.text
    said = clerk.send("/e/camp/pitches/station", json=True, title="", name="Ann")
    assert (said.status_code, said.json["error"]["fields"]) == (422, {"title": "Give it a title."})


def test_the_same_filling_in_sent_again_is_one_pitch(clerk):
    sent = {"title": "Bins", "name": "Ann", "key": "k1"}
    first, again = (clerk.send("/e/camp/pitches/station", json=True, **sent) for _ in range(2))
    assert (first.json["new"], first.json["place"], again.json["new"], again.json["place"]) == (True, 1, False, 1)
    assert db.session.query(Pitch).count() == 1


def test_what_was_pitched_before_the_day_is_not_there_twice(clerk, event, world):
    known = world.pitch(event, "Paper forms", leaders=["Ann"])
    said = clerk.send("/e/camp/pitches/station", json=True, title="paper forms", name="ANN")
    assert said.json["url"].endswith(f"/pitches/{known.id}")
    assert db.session.query(Pitch).count() == 1
    assert "was number 1 in the queue already" in clerk.send("/e/camp/pitches/station", json=True, title="Paper forms", name="Ann").json["message"]


def test_what_looks_like_another_is_pointed_out(clerk, event, world):
    world.pitch(event, "Plain English in council letters", leaders=["Ben"])
    said = clerk.send("/e/camp/pitches/station", json=True, title="Council letters in plain English", name="Ann")
    assert said.json["alike"] == ["Plain English in council letters"]
    assert clerk.send("/e/camp/pitches/station", json=True, title="Drones", name="Ann").json["alike"] == []
    assert "Looks like “Drones”" in page(clerk.get(take(clerk, "Drones", "Cy").location))


def test_the_stage_is_run_without_scripts(clerk, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)
    for title, name in (("Bins", "Ann"), ("Boxes", "Ben"), ("Cranes", "Cy")):
        take(clerk, title, name)
    assert "“Bins” is up." in page(clerk.get(stage(clerk, "next").location))
    stage(clerk, "start")
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(seconds=12))
    assert "18 seconds left" in page(clerk.get("/e/camp/pitches/stage"))
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(minutes=5))
    assert "0 seconds left" in page(clerk.get("/e/camp/pitches/stage"))
    clerk.send(f"/e/camp/pitches/queue/{entry('Bins')}", do="hands", hands="34")
    assert "34 hands" in page(clerk.get("/e/camp/pitches/stage"))
    stage(clerk, "stop")
    assert "30 seconds" in page(clerk.get("/e/camp/pitches/stage"))
    assert "Undone: Priya Raman called “Bins” at 10:20" in page(clerk.get(stage(clerk, "undo").location))
    clerk.send(f"/e/camp/pitches/queue/{entry('Cranes')}", do="front", seen="0")
    seen = hidden(clerk.get("/e/camp/pitches/station"), "seen")
    clerk.send(f"/e/camp/pitches/queue/{entry('Boxes')}", do="remove", seen=seen)
    shown = page(clerk.get("/e/camp/pitches/stage"))
    assert shown.index("Cranes") < shown.index("Bins")
    assert "Boxes" not in shown
    assert "2 waiting" in shown
    stage(clerk, "seconds", seconds="45")
    assert "45 seconds each" in page(clerk.get("/e/camp/pitches/queue"))


def test_the_second_of_two_clerks_is_told(clerk):
    take(clerk, "Bins", "Ann")
    take(clerk, "Boxes", "Ben")
    first, second = (clerk.send("/e/camp/pitches/station/stage", json=True, do="next", seen="0") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 409)
    assert "Priya Raman called “Bins”" in second.json["error"]["message"]
    assert page(clerk.send("/e/camp/pitches/station/stage", do="next", seen="0")).count("nothing of yours was done") == 1


@pytest.mark.parametrize("sent", [{"do": "dance"}, {"do": "next", "seen": "x"}, {"do": "seconds", "seconds": "-3"},
                                  {"do": "seconds", "seconds": "²"}, {"do": "seconds", "seconds": "9" * 30}, {"do": "seconds"}])
def test_nonsense_changes_nothing(clerk, sent):
    assert clerk.send("/e/camp/pitches/station/stage", json=True, **sent).status_code == 422


def test_hands_that_are_no_number(clerk):
    take(clerk, "Bins", "Ann")
    at = f"/e/camp/pitches/queue/{entry('Bins')}"
    for wrong in ("many", "-1", "10000", "1.5"):
        assert clerk.send(at, json=True, do="hands", hands=wrong).status_code == 422
    assert clerk.send(at, json=True, do="hands", hands=" 12 ").json["message"] == "“Bins”: 12 hands."
    assert clerk.send(at, json=True, do="hands", hands="").json["message"] == "“Bins”: no number of hands."
    assert clerk.send("/e/camp/pitches/queue/99999999999", do="hands", hands="1").status_code == 404


# ---- on the phone -----------------------------------------------------------------------------------------------


def test_an_attendee_joins_sees_the_place_leaves_and_comes_back(clerk, event, world):
    for n in range(4):
        take(clerk, f"Pitch {n}", f"Somebody {n}")
    assert "The queue is closed." in page(clerk.get("/e/camp/pitches/queue"))
    stage(clerk, "open")
    leila = world.holder(event, name="Leila Haddad")
    world.pitch(event, "Paper forms", leaders=[leila])
    clerk.sign_in(leila)
    shown = clerk.get("/e/camp/pitches/queue")
    assert "With a pitch you have already" in page(shown)
    key = hidden(shown, "key")
    for _ in range(2):  # pressed twice
        shown = clerk.get(clerk.send("/e/camp/pitches/queue/join", title="Bins", key=key).location)
    assert "Bins: 4 before you, about 3 minutes." in page(shown)
    assert db.session.query(Pitch).filter_by(title="Bins").count() == 1
    clerk.send(f"/e/camp/pitches/queue/{entry('Bins')}/leave")
    assert "before you" not in page(clerk.get("/e/camp/pitches/queue"))
    again = db.session.query(Pitch).filter_by(title="Bins").one().id
    clerk.send("/e/camp/pitches/queue/join", pitch=again)
    assert "4 before you" in page(clerk.get("/e/camp/pitches/queue"))
    refused = clerk.send("/e/camp/pitches/queue/join", title=" ", about="Typed already.")
    assert refused.status_code == 422
    assert "Give it a title." in page(refused)
    assert "Typed already." in refused.text


def test_a_long_queue_is_cut_short_on_phones(clerk):
    for n in range(14):
        take(clerk, f"Pitch {n}", f"Somebody {n}")
    assert "Pitch 11" in page(clerk.get("/e/camp/pitches/queue"))
    assert "Pitch 12" not in page(clerk.get("/e/camp/pitches/queue"))
    assert "And 2 more." in page(clerk.get("/e/camp/pitches/queue/fragment"))
    everybody = clerk.get("/e/camp/pitches/queue?all=1")
    assert "Pitch 13" in page(everybody)
    assert "/queue/fragment?all=1" in everybody.text


def test_id_come_is_counted_and_comes_back_here(clerk, event, world):
    take(clerk, "Bins", "Ann")
    stage(clerk, "next")
    pitch = db.session.query(Pitch).one().id
    clerk.sign_in(world.holder(event))
    assert clerk.send(f"/e/camp/pitches/{pitch}/interest", on="1", next="/e/camp/pitches/queue").location == "/e/camp/pitches/queue"
    shown = clerk.get("/e/camp/pitches/queue")
    assert "1 would come." in page(shown)
    assert f'id="come-{pitch}" aria-pressed="true"' in shown.text
    assert "1 would come" in page(clerk.get("/e/camp/pitches/stage"))
    assert db.session.query(Interest).count() == 1


def test_hidden_marks_are_not_on_the_stage(client, world):
    event = world.event(slug="quiet", marks_hidden=True)
    clerk = client.sign_in(world.holder(event, Role.ORGANISER))
    clerk.send("/e/quiet/pitches/station", title="Bins", name="Ann")
    clerk.send("/e/quiet/pitches/station/stage", do="next", seen="0")
    assert "would come" in page(clerk.get("/e/quiet/pitches/station"))
    assert "would come" not in page(clerk.get("/e/quiet/pitches/stage"))


def test_the_queue_takes_pitches_after_the_closing_time(client, world):
    event = world.event(slug="late", pitches_close_at=AT - timedelta(days=2))
    client.sign_in(world.holder(event, Role.CAMPMAKER)).send("/e/late/pitches/station/stage", do="open", seen="0")
    client.sign_in(world.holder(event))
    assert client.send("/e/late/pitches/queue/join", title="On the day").status_code == 303


def test_strangers_see_who_is_up_but_not_the_join_code(clerk, event):
    take(clerk, "Bins", "Ann")
    stage(clerk, "next")
    code = f"{event.join_code[:4]} {event.join_code[4:]}"
    assert code in page(clerk.get("/e/camp/pitches/stage"))
    clerk.sign_out()
    shown = page(clerk.get("/e/camp/pitches/stage"))
    assert "Bins" in shown
    assert code not in shown
    assert "camp.example.org/e/camp/pitches/queue" in shown
    assert "Join the event to pitch" in page(clerk.get("/e/camp/pitches/queue"))
    assert clerk.get("/e/camp/pitches/queue/qr.svg").mimetype == "image/svg+xml"


def test_the_way_there(clerk, event, world):
    leila = world.holder(event, name="Leila Haddad")
    pitch = world.pitch(event, "Paper forms", leaders=[leila])
    clerk.send("/e/camp/pitches/queue/join", pitch=pitch.id)  # a clerk, for its leader
    assert db.session.query(QueueEntry).one().pitcher_id == leila.id
    assert "It is in the queue." in page(clerk.get(f"/e/camp/pitches/{pitch.id}"))
    for path in ("/e/camp", "/e/camp/pitches"):
        assert "/e/camp/pitches/queue" in clerk.get(path).text
    clerk.sign_out()
    stage_before = page(clerk.get("/e/camp/pitches/stage"))
    assert "1 waiting" in stage_before


def test_pages_take_as_many_statements_for_many_as_for_one(clerk, event, world, statements):
    def counted():
        said = {}
        for path in ("queue", "queue/fragment", "stage", "stage/fragment", "station", "station/fragment"):
            clerk.get(f"/e/camp/pitches/{path}")
            with statements() as lines:
                clerk.get(f"/e/camp/pitches/{path}")
            said[path] = len(lines)
        return said

    stage(clerk, "open")
    for n in range(3):
        take(clerk, f"First {n}", f"Ann {n}")
    stage(clerk, "next")
    stage(clerk, "next")
    few = counted()
    for n in range(15):
        take(clerk, f"Pitch {n}", f"Somebody {n % 7}")
    stage(clerk, "next")
    assert counted() == few
    assert max(few.values()) <= 16
    assert few["stage/fragment"] <= 6
