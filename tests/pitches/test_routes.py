"""The pages of pitches, as a browser without scripts uses them."""

import pytest

from app.events.models import ATTENDEES_ONLY, Role
from app.infra import db
from app.pitches import listing_routes
from app.pitches.models import MERGED, WITHDRAWN, Interest, Pitch
from tests.pages import parsed, text_of


@pytest.fixture
def event(world):
    return world.event(slug="camp")


@pytest.fixture
def attendee(world, event):
    return world.holder(event, name="Leila Haddad")


@pytest.fixture
def browser(client, attendee):
    return client.sign_in(attendee)


def page(response):
    return text_of(parsed(response.text)[0])


def titles(response):
    return [text_of(h) for h in parsed(response.text)[0].iter("h2") if h.find("a") is not None]


def value_of(response, name):
    tree, _ = parsed(response.text)
    for element in tree.iter():
        if element.tag in ("input", "textarea") and element.get("name") == name:
            return element.get("value") if element.tag == "input" else element.text or ""
    raise AssertionError(f"no field {name}")


# ---- the list --------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_do(client, event, world):
    assert "Join to pitch" in page(client.get("/e/camp/pitches"))
    assert "Be the first to pitch" in page(client.sign_in(world.holder(event)).get("/e/camp/pitches"))


def test_the_list_is_ordered_and_narrowed(browser, event, world):
    fans = [world.holder(event) for _ in range(2)]
    bins = world.pitch(event, "Bins", topics=["Waste"], about="Collected **weekly**", leaders=["Ann"])
    world.pitch(event, "Boxes", interested=fans, topics=["Data"])
    world.session(event, "Bags", room=1, slot=1, interested=fans[:1])
    gone = world.pitch(event, "Gone", state=WITHDRAWN)
    world.pitch(event, "Part", state=MERGED, merged_into_id=bins.id)
    assert titles(browser.get("/e/camp/pitches")) == ["Boxes", "Bags", "Bins"]
    assert titles(browser.get("/e/camp/pitches?by=newest")) == ["Bags", "Boxes", "Bins"]
    assert titles(browser.get("/e/camp/pitches?by=unplaced")) == ["Boxes", "Bins"]
    assert titles(browser.get(f"/e/camp/pitches?topic={bins.topics[0].id}")) == ["Bins"]
    assert titles(browser.get("/e/camp/pitches?q=WEEKLY")) == ["Bins"]
    assert titles(browser.get("/e/camp/pitches?by=unplaced&q=ann")) == ["Bins"]
    nothing = browser.get("/e/camp/pitches?q=zebra")
    assert titles(nothing) == []
    assert "No pitch matches" in page(nothing)
    whole = page(browser.get("/e/camp/pitches"))
    for words in ("Main hall at 11:00", "2 interested", "Collected weekly", "Withdrawn and merged pitches (2)", "Part Merged into Bins",
                  "Gone Withdrawn"):
        assert words in whole
    assert f"/e/camp/pitches/{gone.id}" in browser.get("/e/camp/pitches").text


@pytest.mark.parametrize("query", ["by=zebra", "topic=x", "topic=99999999999999999999", "page=0", "page=-3", "page=99999999999999999999",
                                   "page=x", "q=" + "x" * 3000, "q=%00", "q=%C3%28"])
def test_odd_queries_are_read_as_well_as_can_be(browser, event, world, query):
    world.pitch(event, "Bins")
    assert browser.get(f"/e/camp/pitches?{query}").status_code == 200


def test_long_lists_come_in_pages(browser, event, world, monkeypatch):
    monkeypatch.setattr(listing_routes, "A_PAGE", 2)
    for i in range(5):
        world.pitch(event, f"Pitch {i}")
    assert titles(browser.get("/e/camp/pitches?page=2")) == ["Pitch 2", "Pitch 3"]
    assert titles(browser.get("/e/camp/pitches?page=9")) == ["Pitch 4"]
    assert "/e/camp/pitches?by=interest&amp;page=2" in browser.get("/e/camp/pitches").text


def test_the_list_takes_a_constant_number_of_statements(browser, event, world, statements):
    fans = [world.holder(event) for _ in range(3)]

    def said(first, last):
        for i in range(first, last):
            world.session(event, leaders=[fans[i % 3], "Ann"], topics=[f"T{i % 5}"], interested=fans[:i % 4],
                          room=i % 3 + 1 if i < 3 else None, slot=1)
        with statements() as made:
            browser.get("/e/camp/pitches")
        return len(made)

    assert said(0, 1) == said(1, 30) < 20


def test_only_campmakers_tick_pitches_for_merging(client, event, world):
    world.pitch(event), world.pitch(event)
    assert 'name="pitch"' not in client.sign_in(world.holder(event)).get("/e/camp/pitches").text
    assert client.sign_in(world.holder(event, Role.CAMPMAKER)).get("/e/camp/pitches").text.count('name="pitch"') == 2


# ---- pitching --------------------------------------------------------------------------------------------------


def test_pitching(browser, event, attendee, world):
    friend = world.holder(event, name="Ben Sutcliffe")
    waste = world.pitch(event, topics=["Waste"]).topics[0]
    form = browser.get("/e/camp/pitches/new")
    assert value_of(form, "leaders-0") == "Leila Haddad"
    assert '<option value="Ben Sutcliffe">' in form.text
    answer = browser.send("/e/camp/pitches/new", title="Bins", about="Why **so** many?", topics=[str(waste.id)], new_topics="Data, ",
                          **{"leaders-0": "leila haddad", "leaders-1": "Ben Sutcliffe", "leaders-2": "Somebody Else"})
    assert answer.status_code == 303
    shown = browser.get(answer.location)
    for words in ("“Bins” has been pitched.", "Pitched by Leila Haddad, Ben Sutcliffe, Somebody Else", "Why so many?", "Waste", "Data", "0 interested"):
        assert words in page(shown), words
    assert "<strong>so</strong>" in shown.text
    pitch = db.session.query(Pitch).filter_by(title="Bins").one()
    assert [leader.person_id for leader in pitch.leaders] == [attendee.id, friend.id, None]


def test_what_was_typed_is_kept_beside_what_is_wrong(browser, event):
    answer = browser.send("/e/camp/pitches/new", title="", about="My words", new_topics="a,b,c,d", **{"leaders-0": "Leila Haddad"})
    assert answer.status_code == 422
    assert "Error: Pitch a session" in page(answer)
    assert "Give it a title." in page(answer)
    assert (value_of(answer, "about"), value_of(answer, "new_topics")) == ("My words", "a,b,c,d")
    answer = browser.send("/e/camp/pitches/new", title="Bins", about="My words", new_topics="a,b,c,d", **{"leaders-0": "Leila Haddad"})
    assert answer.status_code == 422
    assert "at most 3 topics" in page(answer)
    assert value_of(answer, "about") == "My words"
    answer = browser.send("/e/camp/pitches/new", title="Bins", **{"leaders-0": "Somebody Else"})
    assert answer.status_code == 422
    assert "ask a campmaker" in page(answer)
    assert value_of(answer, "leaders-0") == "Somebody Else"
    assert browser.send("/e/camp/pitches/new", title="Bins", about="a\0b", **{"leaders-0": "Leila Haddad"}).status_code == 422
    assert browser.send("/e/camp/pitches/new", title="Bins", topics=["99999999999999999999", "x"], **{"leaders-0": "Leila Haddad"}).status_code == 422
    assert db.session.query(Pitch).count() == 0


def test_topics_of_another_event_are_not_chosen(browser, event, world):
    foreign = world.pitch(world.event(), topics=["Elsewhere"]).topics[0]
    assert browser.send("/e/camp/pitches/new", title="Bins", topics=[str(foreign.id)], **{"leaders-0": "Leila Haddad"}).status_code == 422


def test_namesakes_are_chosen_by_their_label(browser, event, world, attendee):
    world.holder(event, name="Sam Jones", organisation="Leeds")
    york = world.holder(event, name="Sam Jones", organisation="York")
    browser.send("/e/camp/pitches/new", title="Bins", **{"leaders-0": "Leila Haddad", "leaders-1": "Sam Jones (York)", "leaders-2": "Sam Jones"})
    pitch = db.session.query(Pitch).one()
    assert [(x.name, x.person_id) for x in pitch.leaders] == [("Leila Haddad", attendee.id), ("Sam Jones", york.id)]


def test_a_campmaker_pitches_for_somebody(client, event, world):
    campmaker = world.holder(event, Role.CAMPMAKER, name="Priya Raman")
    client.sign_in(campmaker)
    form = client.get("/e/camp/pitches/new")
    assert not value_of(form, "leaders-0")
    assert "Pitching for somebody else? Put their name only." in page(form)
    assert client.send("/e/camp/pitches/new", title="Bins", **{"leaders-0": "Somebody Shy"}).status_code == 303
    assert [x.name for x in db.session.query(Pitch).one().leaders] == ["Somebody Shy"]


# ---- changing --------------------------------------------------------------------------------------------------


def edit(browser, pitch, version, **fields):
    return browser.send(f"/e/camp/pitches/{pitch.id}/edit", version=str(version), **{"title": "Bins", "about": "", "leaders-0": "Leila Haddad"} | fields)


def test_editing(browser, event, attendee, world):
    pitch = world.pitch(event, "Bins", leaders=[attendee, "Ann"], about="Old", topics=["Waste"])
    form = browser.get(f"/e/camp/pitches/{pitch.id}/edit")
    assert [value_of(form, f) for f in ("title", "about", "leaders-0", "leaders-1", "version")] == ["Bins", "Old", "Leila Haddad", "Ann", "1"]
    assert edit(browser, pitch, 1, title="Boxes", about="New").status_code == 303
    assert "Boxes" in page(browser.get(f"/e/camp/pitches/{pitch.id}"))
    assert edit(browser, pitch, 2, title="").status_code == 422


def test_saving_over_a_change_shows_both_and_keeps_what_was_typed(browser, event, attendee, world):
    pitch = world.pitch(event, "Bins", leaders=[attendee, "Ann"], about="Old")
    edit(browser, pitch, 1, title="Theirs", about="Their words")
    answer = edit(browser, pitch, 1, title="Mine", about="My words", **{"leaders-1": "Ann"})
    assert answer.status_code == 409
    for words in ("Somebody changed this pitch while you were typing", "Theirs", "Their words", "Mine", "My words", "nothing is lost"):
        assert words in page(answer), words
    assert (value_of(answer, "title"), value_of(answer, "about"), value_of(answer, "version")) == ("Mine", "My words", "2")
    assert db.session.get(Pitch, pitch.id).title == "Theirs"
    assert edit(browser, pitch, value_of(answer, "version"), title="Mine", about="My words").status_code == 303
    assert edit(browser, pitch, "x" * 50, title="Other").status_code == 409
    assert edit(browser, pitch, "9" * 5000, title="Other").status_code == 409


def test_a_pitch_that_is_not_open_is_not_edited(browser, event, attendee, world):
    pitch = world.pitch(event, "Bins", leaders=[attendee], state=WITHDRAWN)
    assert browser.get(f"/e/camp/pitches/{pitch.id}/edit").location == f"/e/camp/pitches/{pitch.id}"
    assert edit(browser, pitch, 1, title="Boxes").status_code == 409


def test_others_get_no_form(browser, event, world):
    pitch = world.pitch(event, leaders=["Ann"])
    assert browser.get(f"/e/camp/pitches/{pitch.id}/edit").status_code == 403
    assert edit(browser, pitch, 1).status_code == 403
    assert "Edit" not in page(browser.get(f"/e/camp/pitches/{pitch.id}"))


def test_a_merged_pitch_is_edited_with_all_its_leaders(client, event, world):
    client.sign_in(world.holder(event, Role.CAMPMAKER))
    both = world.pitch(event, "Both", leaders=list("ABCDE"))
    world.pitch(event, "One", state=MERGED, merged_into_id=both.id)
    form = client.get(f"/e/camp/pitches/{both.id}/edit")
    assert [value_of(form, f"leaders-{i}") for i in range(6)] == ["A", "B", "C", "D", "E", ""]
    assert edit(client, both, 1, about="x" * 15_000, **{f"leaders-{i}": n for i, n in enumerate("ABCDE")}).status_code == 303


def test_reopening(browser, event, attendee, world):
    pitch = world.pitch(event, "Bins", leaders=[attendee], state=WITHDRAWN)
    assert "has been withdrawn" in page(browser.get(f"/e/camp/pitches/{pitch.id}"))
    assert browser.send(f"/e/camp/pitches/{pitch.id}/reopen").status_code == 303
    assert "“Bins” is open again." in page(browser.get(f"/e/camp/pitches/{pitch.id}"))


# ---- interest --------------------------------------------------------------------------------------------------


def test_interest_on_and_off_and_back_to_where_it_was_said(browser, event, world):
    pitch = world.pitch(event, "Bins")
    where = f"/e/camp/pitches?by=newest#pitch-{pitch.id}"
    address = f"/e/camp/pitches/{pitch.id}/interest"
    answer = browser.send(address, on="1", next=where)
    assert (answer.status_code, answer.location) == (303, where)
    assert "1 interested" in page(browser.get("/e/camp/pitches"))
    assert 'aria-pressed="true"' in browser.get("/e/camp/pitches").text
    assert browser.send(address, on="0").location == f"/e/camp/pitches/{pitch.id}"
    assert db.session.query(Interest).count() == 0
    assert browser.send(address, on="1", next="https://elsewhere.example/").location == "/"


def test_interest_answers_a_script(browser, event, world):
    pitch = world.pitch(event, interested=[world.holder(event)])
    address = f"/e/camp/pitches/{pitch.id}/interest"
    assert browser.send(address, json=True, on="1").json == {"interested": True, "count": 2, "used": 1}
    assert browser.send(address, json=True, on="0").json == {"interested": False, "count": 1, "used": 0}


def test_interest_in_what_was_merged_or_withdrawn(browser, event, world):
    both = world.pitch(event, "Both")
    part, gone = world.pitch(event, "Part", state=MERGED, merged_into_id=both.id), world.pitch(event, "Gone", state=WITHDRAWN)
    browser.send(f"/e/camp/pitches/{part.id}/interest", on="1")
    shown = page(browser.get(f"/e/camp/pitches/{part.id}"))
    assert "your interest was marked there" in shown
    assert "This pitch is part of Both now" in shown
    assert "1 interested" in page(browser.get(f"/e/camp/pitches/{both.id}"))
    refused = browser.send(f"/e/camp/pitches/{gone.id}/interest", on="1")
    assert refused.status_code == 409
    assert "“Gone” has been withdrawn" in page(refused)


# ---- who gets in -----------------------------------------------------------------------------------------------


def test_strangers_read_and_do_nothing_else(client, event, world):
    pitch = world.pitch(event, "Bins")
    shown = client.get(f"/e/camp/pitches/{pitch.id}")
    assert "Bins" in page(shown)
    assert "interested</button>" not in shown.text
    assert client.get("/e/camp/pitches/new").status_code == 302
    assert client.send(f"/e/camp/pitches/{pitch.id}/interest", on="1").status_code == 403


def test_another_events_pitch_is_not_there(client, event, world):
    foreign = world.pitch(world.event(), "Elsewhere", leaders=["X"])
    client.sign_in(world.holder(event, Role.ORGANISER))
    for path in ("", "/edit"):
        assert client.get(f"/e/camp/pitches/{foreign.id}{path}").status_code == 404
    for path in ("/edit", "/reopen", "/interest"):
        assert client.send(f"/e/camp/pitches/{foreign.id}{path}", title="x").status_code == 404


def test_a_closed_event_shows_nothing_to_strangers(client, world):
    event = world.event(visibility=ATTENDEES_ONLY, slug="closed")
    pitch = world.pitch(event, "Secret")
    for path in ("/e/closed/pitches", f"/e/closed/pitches/{pitch.id}"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "Secret" not in answer.text
