"""What came before a pitch: found among the series' past sessions, only those one may see, and linked for good."""

from datetime import date

import pytest

from app.documents import actions as documents
from app.errors import Forbidden, NotFound
from app.events.models import ATTENDEES_ONLY, UNLISTED, Pass, Role
from app.followups import actions, queries
from app.followups.earlier import find_earlier
from app.followups.models import HOST, POSTED, CarriedOn, FollowUp, FollowUpPerson
from app.infra import db
from app.notes.models import Note
from app.pitches import actions as pitches
from app.pitches.models import Pitch
from tests.pages import parsed, text_of
from tests.world import AT

DAYS = {2024: date(2024, 1, 20), 2025: date(2025, 1, 18), 2026: date(2026, 1, 17), 2027: date(2027, 1, 23)}


@pytest.fixture
def series(world):
    return world.series()


@pytest.fixture
def events(world, series):
    return {year: world.event(series, day=day, slug=f"camp-{year}", name=f"Camp {year}") for year, day in DAYS.items()}


@pytest.fixture
def event(events):
    return events[2027]


@pytest.fixture
def me(world, event):
    return world.holder(event, name="Leila")


def held(world, event, title, *, notes=None, hosts=None, **pitch):
    """A session of `event` in the next free cell."""
    n = db.session.query(Pitch).filter_by(event_id=event.id).count()
    session = world.session(event, title, room=n % 3 + 1, slot=n // 3 + 1, **pitch)
    if notes:
        with db.transaction():
            db.session.add(Note(session_id=session.id, document_id=documents.create(notes, AT).id, created_at=AT))
    if hosts is not None:
        followup = FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT)
        followup.people = [FollowUpPerson(name=name, part=HOST, since=AT) for name in hosts]
        world.save(followup)
    return session


@pytest.fixture
def archive(world, events):
    rest = ("Line managers and honesty", "Translation budgets and who decides", "Zines for consultation", "Casework for councillors")
    for year, title in zip((2024, 2025, 2026, 2024), rest, strict=True):
        held(world, events[year], title)
    return {
        "bins": held(world, events[2025], "Bins: one schema to collect them all", notes="Nineteen formats", hosts=["Ann", "Ben"],
                     leaders=["Lorna"]),
        "waste": held(world, events[2024], "What is waste?", about="Recycling and bins", hosts=[]),
        "noted": held(world, events[2026], "An odd hour", notes="Somebody spoke of recycling, of wheelie bins and of lorries"),
    }


def titles(found):
    return [one.title for one in found]


def test_past_sessions_are_found_by_title_text_topics_and_notes(event, me, archive):
    found = find_earlier(event, me, "Collecting bins")
    assert titles(found)[0] == "Bins: one schema to collect them all"
    first = found[0]
    assert (first.year, first.event_name, first.hosts, first.looking, first.noted, first.leaders) == (
        2025, "Camp 2025", ("Ann", "Ben"), False, True, ("Lorna",))
    assert set(first.about.split(" and ")) == {"bins", "collect"}
    assert set(titles(find_earlier(event, me, "Recycling bins"))) >= {"What is waste?", "An odd hour"}
    looking = next(one for one in find_earlier(event, me, "Recycling waste") if one.title == "What is waste?")
    assert (looking.hosts, looking.looking) == ((), True)
    for nothing in ("", "   ", "the and of", "Menopause", "!!!", "\0"):
        assert find_earlier(event, me, nothing) == []


def test_only_earlier_events_of_the_series_that_one_may_find(world, series, events, event, me, archive):
    held(world, event, "Bins this year")
    held(world, world.event(series, day=date(2028, 1, 1)), "Bins next year")
    held(world, world.event(day=date(2020, 1, 1)), "Bins of another series")
    gone = held(world, events[2026], "Bins cancelled")
    hidden = {visibility: world.event(series, day=date(2023, 1, n), visibility=visibility)
              for n, visibility in enumerate((UNLISTED, ATTENDEES_ONLY), 1)}
    for visibility, there in hidden.items():
        held(world, there, f"Bins {visibility}")
    held(world, events[2026], "Bins withdrawn", state="withdrawn")
    world.session(events[2026], "Bins never held")
    with db.transaction():
        gone.cancelled = "Nobody came"
    assert [t for t in titles(find_earlier(event, me, "Bins")) if t.startswith("Bins")] == ["Bins: one schema to collect them all"]
    world.save(*[Pass(event_id=there.id, person_id=me.id, role=1, joined_at=AT) for there in hidden.values()])
    assert set(titles(find_earlier(event, me, "Bins"))) >= {"Bins unlisted", "Bins attendees"}


@pytest.mark.parametrize(("readers", "state", "theirs"), [
    ("all", "draft", True), ("published", "draft", False), ("published", "published", True), ("attendees", "published", False)])
def test_by_notes_only_for_who_may_read_them(world, events, event, me, archive, readers, state, theirs):
    with db.transaction():
        events[2026].notes_readers = readers
        db.session.get(Note, archive["noted"].id).state = state
        events[2026].version += 1
    for person, sees in ((me, theirs), (None, theirs), (world.holder(events[2026]), True)):
        found = [one for one in find_earlier(event, person, "Recycling bins") if one.title == "An odd hour"]
        assert [one.noted for one in found] == ([True] if sees else [])
    for person, sees in ((me, theirs), (world.holder(events[2026]), True)):
        assert [one.noted for one in find_earlier(event, person, "An odd hour") if one.title == "An odd hour"] == [sees]


def test_what_changed_is_found_at_once(world, event, me, archive):
    assert find_earlier(event, me, "Playgrounds") == []
    owner = world.owner(event.series)
    with db.transaction():
        pitches.edit(owner, archive["bins"].pitch, title="Playgrounds", about="", leaders=["Ann"], topics=[], seen=1, at=AT)
    assert titles(find_earlier(event, me, "Playgrounds")) == ["Playgrounds"]


def test_it_takes_a_fixed_number_of_statements(world, events, event, me, archive, statements):
    def said():
        find_earlier(event, me, "Bins")
        db.session.expire_all()
        _ = event.id, me.id
        with statements() as made:
            find_earlier(event, me, "Bins")
        return len(made)

    one = said()
    for year in (2024, 2025, 2026):
        session = held(world, events[year], f"Bins of {year}")
        world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT))
    assert said() == one


# ---- linking -----------------------------------------------------------------------------------------------------


def test_a_pitch_is_linked_relinked_and_let_go(world, event, me, archive):
    pitch, other = world.pitch(event, "Bins again", leaders=[me]), world.holder(event)
    for linked in ("bins", "bins", "waste"):
        with db.transaction():
            actions.carry_on(me, pitch, archive[linked])
        assert queries.sources_of(pitch, me) == [archive[linked]]
    assert [p.title for p, *_ in queries.carried_on_from(archive["waste"], None)] == ["Bins again"]
    for action, arguments in ((actions.carry_on, (archive["bins"],)), (actions.let_go, ())):
        with pytest.raises(Forbidden), db.transaction():
            action(other, pitch, *arguments)
    with db.transaction():
        actions.let_go(me, pitch)
        actions.let_go(me, pitch)
    assert db.session.query(CarriedOn).count() == 0


def test_nothing_can_be_linked_that_one_may_not_read(world, series, event, me):
    secret = held(world, world.event(series, day=date(2023, 1, 1), visibility=ATTENDEES_ONLY), "Bins in private")
    later = held(world, world.event(series, day=date(2029, 1, 1)), "Bins to come")
    other = held(world, world.event(day=date(2020, 1, 1)), "Bins elsewhere")
    pitch = world.pitch(event, "Bins again", leaders=[me])
    for wrong in (secret, later, other):
        with pytest.raises(NotFound), db.transaction():
            actions.carry_on(me, pitch, wrong)


# ---- pages -------------------------------------------------------------------------------------------------------


def page(response):
    return text_of(parsed(response.text)[0])


NEW = "/e/camp-2027/pitches/new"


def test_without_scripts_a_button_shows_what_came_before_and_loses_nothing(client, archive, me):
    client.sign_in(me)
    assert "See what came before" in page(client.get(NEW))
    said = client.send(NEW, title="Collecting bins", about="All I typed", before="1", step_free="y", **{"leaders-0": "Leila"})
    assert said.status_code == 200
    assert "Carry on from 2025: Bins: one schema to collect them all" in page(said)
    assert "Ann, Ben offered to carry it on." in page(said)
    assert "All I typed" in said.text
    assert 'value="Collecting bins"' in said.text
    assert db.session.query(Pitch).filter_by(title="Collecting bins").count() == 0
    assert "No earlier session" in page(client.send(NEW, title="Menopause", before="1"))


def test_the_choice_links_the_two_for_good(client, archive, me):
    client.sign_in(me)
    chosen = str(archive["bins"].id)
    refused = client.send(NEW, title="", carries_on=chosen, **{"leaders-0": "Leila"})
    assert refused.status_code == 422
    assert f'value="{chosen}" checked' in refused.text
    made = client.send(NEW, title="Collecting bins", carries_on=chosen, **{"leaders-0": "Leila"})
    assert made.status_code == 303
    assert "Carries on from Bins: one schema to collect them all at Camp 2025" in page(client.get(made.location))
    assert "Carried on at Camp 2027 as Collecting bins" in page(client.get(f"/e/camp-2025/sessions/{chosen}"))
    client.send(made.location + "/carry-on", carries_on="0")
    assert "Carry on from 2025" in page(client.get(made.location))
    client.send(made.location + "/carry-on", carries_on=chosen)
    assert "Carries on from Bins" in page(client.get(made.location))


@pytest.mark.parametrize("choice", ["999999", "x", "-1", "99999999999999999999", "٣"])
def test_a_choice_that_is_none_saves_nothing_and_keeps_what_was_typed(client, archive, me, choice):
    said = client.sign_in(me).send(NEW, title="Collecting bins", carries_on=choice, **{"leaders-0": "Leila"})
    assert said.status_code == 422
    assert "not there any more" in page(said)
    assert db.session.query(Pitch).filter_by(title="Collecting bins").count() == 0


def test_at_the_pitching_station_the_clerk_links_them_for_whoever_pitches(client, archive, event, world):
    at, chosen = "/e/camp-2027/pitches/station", str(archive["bins"].id)
    client.sign_in(world.holder(event, Role.CAMPMAKER))
    assert 'data-before="/e/camp-2027/pitches/before"' in client.get(at).text
    looked = client.send(at, title="Collecting bins", name="Ann", before="1")
    assert looked.status_code == 200
    assert "Carry on from 2025: Bins: one schema to collect them all" in page(looked)
    assert 'value="Ann"' in looked.text
    assert db.session.query(Pitch).filter_by(title="Collecting bins").count() == 0
    taken = client.send(at, json=True, title="Collecting bins", name="Ann", carries_on=chosen, key="k1")
    assert taken.json["new"]
    assert "Carries on from Bins: one schema to collect them all at Camp 2025" in page(client.get(taken.json["url"]))
    again = client.send(at, json=True, title="Collecting bins", name="Ann", carries_on=chosen, key="k1")
    assert (again.status_code, again.json["new"]) == (200, False)
    assert client.send(at, json=True, title="Bags", name="Ben", carries_on="0").json["new"]
    refused = client.send(at, json=True, title="Boots", name="Ben", carries_on="999999")
    assert refused.status_code == 422
    assert "not there any more" in refused.json["error"]["message"]
    assert db.session.query(Pitch).filter_by(title="Boots").count() == 0


def test_the_part_for_scripts_is_only_that_part(client, archive, me, world):
    client.sign_in(me)
    said = client.send("/e/camp-2027/pitches/before", title="Collecting bins", carries_on=str(archive["bins"].id))
    assert "<html" not in said.text
    assert f'value="{archive["bins"].id}" checked' in said.text
    assert f'/e/camp-2025/sessions/{archive["bins"].id}#notes' in said.text
    assert client.send("/e/camp-2027/pitches/before").status_code == 200
    client.sign_in(world.person())
    assert client.send("/e/camp-2027/pitches/before", title="Bins").status_code == 403


def test_who_is_only_kept_posted_is_not_named(world, event, me, archive):
    followup = db.session.query(FollowUp).filter_by(session_id=archive["waste"].id).one()
    world.save(FollowUpPerson(followup_id=followup.id, name="Quiet one", part=POSTED, since=AT))
    [one] = [one for one in find_earlier(event, me, "Recycling waste") if one.title == "What is waste?"]
    assert one.hosts == ()
