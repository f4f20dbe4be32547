"""Pitches that may be about the same, and telling people of merges."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.errors import Forbidden, Invalid
from app.events.models import Notice, Role
from app.infra import clock, db
from app.pitches import actions
from app.pitches.duplicates import likely_duplicates, say_not_same
from app.pitches.likeness import Likeness, words_of
from app.pitches.models import NotSame
from tests.pages import parsed, text_of
from tests.pitches.doing import do

REST = ("Line managers and honesty", "A shared register of registers", "Zines for consultation", "Casework for councillors",
        "Opening up planning data", "Translation budgets and who decides")


@pytest.fixture
def fill(world, event):
    for title in REST:
        world.pitch(event, title, leaders=[title])


def pairs(found):
    return [(one.first.title if one.first else None, one.second.title) for one in found]


def test_stems_and_rare_words_say_that_two_are_alike(world, event, campmaker, fill):
    world.pitch(event, "Recycling household waste", leaders=["Ann"])
    bins = world.pitch(event, "Bins", about="Recycled waste: how households recycle", leaders=["Ben"])
    [found] = likely_duplicates(event, person=campmaker)
    assert pairs([found]) == [("Recycling household waste", "Bins")]
    assert found.said.startswith("Looks like “Bins”: both about ")
    assert {"recycled", "waste", "households"} == set(found.reason.removeprefix("both about ").replace(" and ", ", ").split(", "))
    [other] = likely_duplicates(event, bins, person=campmaker)
    assert pairs([other]) == [("Bins", "Recycling household waste")]


def test_a_title_being_typed_is_compared_too(world, event, campmaker, fill):
    world.pitch(event, "Recycling household waste")
    [found] = likely_duplicates(event, "How do households recycle?", person=campmaker)
    assert (found.first, found.second.title) == (None, "Recycling household waste")
    assert found.reason == "it is about household and recycling"
    for nothing in ("", "   ", "what is the", "!!!", "Bats"):
        assert likely_duplicates(event, nothing, person=campmaker) == []


def test_people_in_common_are_a_reason_but_never_without_words(world, event, campmaker, fill):
    fans = [world.holder(event) for _ in range(4)]
    world.pitch(event, "Waste data", leaders=["Ann"], interested=fans)
    world.pitch(event, "Data on waste sites", leaders=["ann", "Ben"], interested=fans)
    world.pitch(event, "Menopause", leaders=["Ann"], interested=fans)
    [found] = likely_duplicates(event, person=campmaker)
    assert found.reason.endswith("; Ann leads both; 4 people want both")
    with db.transaction(event):
        event.marks_hidden, event.pitches_close_at = True, clock.now().replace(year=2099)
    [found] = likely_duplicates(event, person=campmaker)
    assert "want both" not in found.reason
    assert "4 people want both" in likely_duplicates(event, person=world.holder(event, Role.ORGANISER))[0].reason


def test_what_is_not_the_same_is_not_asked_again(world, event, campmaker, attendee, fill):
    one, other = world.pitch(event, "Waste data"), world.pitch(event, "Data on waste")
    with pytest.raises(Forbidden):
        do(event, say_not_same, attendee, one, other)
    for wrong in (one, world.pitch(world.event())):
        with pytest.raises((Invalid, Forbidden)):
            do(event, say_not_same, campmaker, one, wrong)
    do(event, say_not_same, campmaker, other, one)
    do(event, say_not_same, campmaker, one, other)
    assert db.session.query(NotSame).count() == 1
    assert likely_duplicates(event, person=campmaker) == likely_duplicates(event, one, person=campmaker) == []
    assert pairs(likely_duplicates(event, "Waste data", person=campmaker)) != []


def test_withdrawn_and_merged_pitches_are_no_duplicates(world, event, campmaker, fill):
    world.pitch(event, "Waste data")
    world.pitch(event, "Data on waste", state="withdrawn")
    world.pitch(world.event(), "Waste data")
    assert likely_duplicates(event, person=campmaker) == []


def test_it_takes_a_fixed_number_of_statements(world, event, campmaker, statements):
    def said():
        db.session.expire_all()
        _ = event.id, campmaker.id
        with statements() as made:
            likely_duplicates(event, person=campmaker)
        return len(made)

    world.pitch(event, "Waste", topics=["Data"])
    one = said()
    for i in range(10):
        world.pitch(event, f"Waste {i}", topics=["Data"], interested=[campmaker])
    assert said() == one


@given(st.lists(st.text(max_size=60), min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_likeness_is_between_nothing_and_one_and_the_same_both_ways(titles):
    words = [words_of(title, title) for title in titles]
    like = Likeness(words)
    for one in words:
        for other in words:
            much, shared = like.between(one, other)
            assert 0 <= much <= 1.000001
            assert (much, set(shared)) == (pytest.approx(like.between(other, one)[0]), set(like.between(other, one)[1]))
            assert set(shared) <= one.written.keys() & other.written.keys()
        assert not one.counts or like.between(one, one)[0] == pytest.approx(1)


# ---- telling people ----------------------------------------------------------------------------------------------


def told():
    return {(n.person_id, n.thing_id, n.said) for n in db.session.scalars(select(Notice).where(Notice.about == "pitch"))}


def test_all_are_told_of_a_merge_and_of_its_undoing_once_each(world, event, campmaker):
    ann, ben, cy, dee = (world.holder(event, name=n) for n in ("Ann", "Ben", "Cy", "Dee"))
    bins = world.pitch(event, "Bins", leaders=[ann, "Somebody"], interested=[ben, campmaker])
    boxes = world.pitch(event, "Boxes", leaders=[cy], interested=[ben])
    world.pitch(event, "Bags", interested=[dee])
    both = do(event, actions.merge, campmaker, [bins, boxes], title="Both", about="")
    said = "“Bins” and “Boxes” are one pitch now: “Both”."
    assert told() == {(p.id, both.id, said) for p in (ann, ben, cy)}
    with db.transaction() as session:
        for notice in session.scalars(select(Notice)):
            session.delete(notice)
    do(event, actions.mark_interest, dee, both)
    do(event, actions.unmerge, campmaker, both)
    said = "“Both” was taken apart again: “Bins” and “Boxes” are separate pitches."
    assert told() == {(ann.id, bins.id, said), (ben.id, bins.id, said), (cy.id, boxes.id, said), (dee.id, both.id, said)}


# ---- pages -------------------------------------------------------------------------------------------------------


def test_campmakers_see_pairs_and_act_on_them(client, world, event, campmaker, attendee, fill):
    one, other = world.pitch(event, "Waste data"), world.pitch(event, "Data on waste", leaders=["Ann"])
    at = f"/e/{event.slug}/pitches"
    client.sign_in(attendee)
    assert "Looks like" not in client.get(at).text + client.get(f"{at}/{one.id}").text
    client.sign_in(campmaker)
    said = text_of(parsed(client.get(at).text)[0])
    assert "1 pair of pitches looks alike" in said
    assert "Looks like “Data on waste”: both about waste and data." in said
    assert f"{at}/merge?pitch={one.id}&amp;pitch={other.id}" in client.get(f"{at}/{one.id}").text
    assert client.get(f"{at}/merge?pitch={one.id}&pitch={other.id}").status_code == 200
    assert client.send(f"{at}/not-same", pitch=[one.id]).status_code == 422
    assert client.send(f"{at}/not-same", pitch=[one.id, other.id], next=f"{at}/{one.id}").location == f"{at}/{one.id}"
    assert "Looks like" not in client.get(at).text + client.get(f"{at}/{one.id}").text
