"""What is read of pitches, in how many statements."""

import pytest

from app.errors import NotFound
from app.infra import db
from app.pitches import queries
from app.pitches.models import MERGED, OPEN, WITHDRAWN


def afresh(*things):
    """Things as a new request would have them: themselves loaded, nothing else."""
    keys = [(type(thing), thing.id) for thing in things]
    db.session.remove()
    return [db.session.get_one(kind, key) for kind, key in keys]


@pytest.fixture
def event(world):
    return world.event()


def test_a_pitch_is_found_in_its_event_only(event, world):
    pitch = world.pitch(event, topics=["Data"])
    assert queries.pitch_in(event, pitch.id) is pitch
    for other, pitch_id in ((world.event(), pitch.id), (event, pitch.id + 1), (event, 2**31), (event, 10**30)):
        with pytest.raises(NotFound):
            queries.pitch_in(other, pitch_id)
        with pytest.raises(NotFound):
            queries.pitches_in(other, [pitch_id])


def test_several_pitches_come_once_each_in_the_order_asked(event, world):
    a, b = world.pitch(event), world.pitch(event)
    assert queries.pitches_in(event, [b.id, a.id, b.id]) == [b, a]


def test_a_card_says_who_what_and_how_many(event, world):
    me, other = world.holder(event), world.holder(event)
    world.pitch(event, "Bins", leaders=[me, "Ann"], topics=["Waste", "Data"], about="Why", interested=[me, other])
    world.pitch(event, "Gone", state=WITHDRAWN, leaders=())
    bins, gone = queries.cards_of(event, me)
    assert [(led.name, led.person_id) for led in bins.leaders] == [(me.name, me.id), ("Ann", None)]
    assert (bins.title, bins.about, bins.topic, bins.topic_key, bins.interest, bins.mine) == ("Bins", "Why", "Waste", "1", 2, True)
    assert (gone.state, gone.leaders, gone.topic, gone.interest, gone.mine) == (WITHDRAWN, (), "", 0, False)
    assert [c.mine for c in queries.cards_of(event, None)] == [False, False]


def test_only_the_first_six_topics_have_colours(event, world):
    world.pitch(event, topics=[f"T{i}" for i in range(8)])
    db.session.expire_all()
    assert list(queries.topic_keys(event).values()) == ["1", "2", "3", "4", "5", "6", "", ""]


def test_picking_orders_and_narrows(event, world):
    fans = [world.holder(event) for _ in range(3)]
    quiet = world.pitch(event, "Quiet one", about="Über die Straße", topics=["Data"])
    loud = world.pitch(event, "Loud one", interested=fans, leaders=["Ægir"], topics=["Waste"])
    middle = world.pitch(event, "Middle one", interested=fans[:1], topics=["Data"])
    world.pitch(event, "Withdrawn one", state=WITHDRAWN, interested=fans)
    cards = queries.cards_of(event, None)

    def picked(**how):
        return [card.id for card in queries.picked(cards, **how)]

    assert picked() == [loud.id, middle.id, quiet.id]
    assert picked(order="newest") == [middle.id, loud.id, quiet.id]
    assert picked(topic_id=quiet.topics[0].id) == [middle.id, quiet.id]
    assert picked(words="STRASSE quiet") == [quiet.id]
    assert picked(words="ægir") == [loud.id]
    assert picked(words="one nothing") == []


def test_interest_in_one_pitch(event, world):
    me = world.holder(event)
    pitch = world.pitch(event, interested=[me, world.holder(event)])
    assert queries.interest_in(pitch, me) == (2, True)
    assert queries.interest_in(pitch, world.holder(event)) == (2, False)
    assert queries.interest_in(world.pitch(event), None) == (0, False)


def test_namesakes_are_told_apart(event, world):
    ann = world.holder(event, name="Ann Smith")
    leeds = world.holder(event, name="Sam Jones", organisation="Leeds")
    first, second = world.holder(event, name="sam jones"), world.holder(event, name="Sam Jones")
    world.holder(world.event(), name="Not Here")
    assert queries.people_at(event) == {
        "Ann Smith": ann.id, "Sam Jones (Leeds)": leeds.id, "sam jones (no organisation)": first.id,
        "Sam Jones (no organisation) 2": second.id}


def test_marks_of_several_pitches_count_each_person_once(event, world):
    a, b, c = (world.holder(event) for _ in range(3))
    assert queries.origins_interest([world.pitch(event, interested=[a, b]), world.pitch(event, interested=[b, c])], None) == 3


@pytest.mark.parametrize("how_many", [1, 40])
def test_the_list_takes_as_many_statements_for_one_pitch_as_for_many(event, world, statements, how_many):
    me = world.holder(event)
    for i in range(how_many):
        world.pitch(event, topics=[f"T{i % 7}"], interested=[me], leaders=[me, "Ann"], state=OPEN if i % 5 else WITHDRAWN)
    event, me = afresh(event, me)
    with statements() as said:
        assert len(queries.cards_of(event, me)) == how_many
    assert len(said) == 5


def test_one_pitch_takes_four_statements_with_any_number_of_parts(event, world, statements):
    whole = world.pitch(event, "Whole")
    for i in range(5):
        world.pitch(event, state=MERGED, merged_into_id=whole.id, leaders=[str(n) for n in range(i + 1)])
    pitch_id = whole.id
    event, = afresh(event)
    with statements() as said:
        pitch = queries.pitch_in(event, pitch_id)
        assert (len(pitch.origins), len(pitch.leaders), pitch.topics, pitch.merged_into) == (5, 1, [], None)
    assert len(said) == 4
