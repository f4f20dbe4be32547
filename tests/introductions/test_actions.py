"""Asking, answering, sharing, taking back, shutting out: what each does, refuses and says."""

import pytest
from sqlalchemy import select

from app.errors import Conflict, Forbidden, Invalid
from app.infra import db
from app.infra.db import transaction
from app.introductions import actions, policy, queries
from app.introductions.models import BLOCK, LATER, NEVER, YES, Introduction, Sharing, Shut


def shares(meeting, of, what="have"):
    return {one.other.id: getattr(one, what) for one in queries.contacts_of(meeting.person(of))}


def test_only_a_yes_shares_what_each_chose(meeting):
    asked = meeting.ask(words="At the bar at six")
    assert shares(meeting, meeting.ben) == {} == shares(meeting, meeting.ann, "given")
    assert meeting.answer(asked, YES, email=False, words="My desk is by the door")
    assert shares(meeting, meeting.ben) == {meeting.ann: [("other", "At the bar at six"), ("email", "ann@example.org")]}
    assert shares(meeting, meeting.ann) == {meeting.ben: [("other", "My desk is by the door")]}
    assert shares(meeting, meeting.ann, "given") == {meeting.ben: [("other", "At the bar at six"), ("email", "ann@example.org")]}


def test_an_address_is_the_accounts_now_and_in_no_other_row(meeting):
    asked = meeting.ask()
    meeting.answer(asked, YES)
    with transaction():
        meeting.person(meeting.ann).email = "new@example.org"
    assert shares(meeting, meeting.ben) == {meeting.ann: [("email", "new@example.org")]}
    assert [one.value for one in db.session.scalars(select(Sharing))] == ["", ""]
    with transaction():
        meeting.person(meeting.ann).email = None
    assert shares(meeting, meeting.ben) == {meeting.ann: []}


def test_who_has_no_address_shares_words_and_may_be_asked(meeting, world):
    with transaction():
        meeting.person(meeting.ann).email = meeting.person(meeting.ben).email = None
    with pytest.raises(Invalid, match="no e-mail address"):
        meeting.ask()
    with pytest.raises(Invalid, match="at least one way"):
        meeting.ask(email=False)
    asked = meeting.ask(email=False, words="In the hall")
    assert meeting.answer(asked, YES, email=False)
    assert shares(meeting, meeting.ben) == {meeting.ann: [("other", "In the hall")]}


@pytest.mark.parametrize("line", ["", " ", "x" * 281, "Write to ann@example.org", "See https://example.org", "Ring 0113 496 0999"])
def test_a_line_says_something_and_holds_no_contact(meeting, line):
    with pytest.raises(Invalid) as problem:
        meeting.ask(line=line)
    assert problem.value.field == "line"
    assert db.session.scalars(select(Introduction)).all() == []


def test_sent_twice_it_is_asked_once_and_two_waiting_asks_of_a_pair_are_refused(meeting):
    assert meeting.ask(key="k") == meeting.ask(key="k")
    with pytest.raises(Conflict, match="asked them already"):
        meeting.ask()
    with pytest.raises(Conflict, match="would like to be introduced to you"):
        meeting.ask(meeting.ben, meeting.ann)


def test_five_asks_a_day(meeting, world):
    people = [world.holder(meeting.event) for _ in range(6)]
    world.session(meeting.event, "All", leaders=people)
    ids = [one.id for one in people]
    for other in ids[:5]:
        meeting.ask(other=other)
    with pytest.raises(Conflict, match="5 people"):
        meeting.ask(other=ids[5])
    meeting.later(hours=25)
    meeting.ask(other=ids[5])


def test_nobody_is_asked_whose_name_is_not_shown(meeting, world):
    hidden, elsewhere = world.holder(meeting.event).id, world.person("Far")
    world.session(world.event(visibility="attendees"), "Elsewhere", leaders=[elsewhere])
    for other in (hidden, elsewhere.id, meeting.ann):
        with pytest.raises(Forbidden):
            meeting.ask(other=other)


@pytest.mark.parametrize("said", [LATER, NEVER])
def test_a_no_shares_nothing_and_an_ask_lapses(meeting, said):
    asked = meeting.ask()
    assert meeting.answer(asked, said) is False
    assert shares(meeting, meeting.ann) == shares(meeting, meeting.ben) == {}
    [mine] = queries.mine(meeting.person(meeting.ann), meeting.at).asked
    assert (mine.answer, mine.lapsed) == (YES, False)
    meeting.later(days=61)
    [mine] = queries.mine(meeting.person(meeting.ann), meeting.at).asked
    assert mine.lapsed
    meeting.ask()  # and may ask again, whatever it was
    waits = queries.mine(meeting.person(meeting.ben), meeting.at).waiting
    assert len(waits) == (1 if said == LATER else 0)


def test_not_now_may_become_yes_and_never_again_may_not(meeting):
    asked = meeting.ask()
    meeting.answer(asked, LATER)
    assert [one.id for one in queries.mine(meeting.person(meeting.ben), meeting.at).later] == [asked]
    assert meeting.answer(asked, YES)
    assert meeting.answer(asked, YES)  # said twice is no mistake
    with pytest.raises(Conflict):
        meeting.answer(asked, NEVER)
    other = meeting.ask(meeting.cam, meeting.ben)
    meeting.answer(other, NEVER)
    with pytest.raises(Conflict, match="not open"):
        meeting.answer(other, YES)


def test_an_ask_that_lapsed_or_was_taken_back_is_answered_no_more(meeting):
    asked = meeting.ask()
    meeting.later(days=60)
    with pytest.raises(Conflict, match="not open"):
        meeting.answer(asked, YES)
    again = meeting.ask()
    with transaction():
        actions.withdraw(meeting.person(meeting.ann), db.session.get(Introduction, again), at=meeting.at)
    assert queries.mine(meeting.person(meeting.ben), meeting.at).waiting == []
    assert [one.id for one in queries.mine(meeting.person(meeting.ann), meeting.at).asked] == [asked]
    with pytest.raises(Conflict):
        meeting.answer(again, YES)
    with pytest.raises(Conflict, match="already"):  # nobody is asked every day by taking back
        meeting.ask()


def test_who_asked_cannot_answer_for_the_other(meeting):
    asked = meeting.ask()
    with pytest.raises(Forbidden):
        meeting.answer(asked, YES, meeting.cam)
    meeting.answer(asked, YES, meeting.ann)
    with pytest.raises(Conflict):
        meeting.answer(asked, NEVER, meeting.ann)
    assert shares(meeting, meeting.ben) == {}


def test_taking_back_is_at_once_and_one_sided(meeting):
    meeting.answer(meeting.ask(words="At six"), YES)
    with transaction():
        actions.take_back(meeting.person(meeting.ann), meeting.ben, at=meeting.at)
    assert shares(meeting, meeting.ben) == {meeting.ann: []}
    assert shares(meeting, meeting.ann) == {meeting.ben: [("email", "ben@example.org")]}
    assert "At six" not in [one.value for one in db.session.scalars(select(Sharing))]


def test_a_block_ends_sharing_both_ways_and_is_told_to_nobody(meeting):
    meeting.answer(meeting.ask(), YES)
    meeting.block(meeting.ben, meeting.ann)
    assert shares(meeting, meeting.ben) == {}
    assert shares(meeting, meeting.ann) == {meeting.ben: []}
    assert shares(meeting, meeting.ann, "given") == {meeting.ben: [("email", "ann@example.org")]}  # as if Ben had only taken his back
    meeting.later(days=61)
    meeting.ask()
    ben = meeting.person(meeting.ben)
    assert queries.mine(ben, meeting.at).waiting == []
    assert queries.waiting_for(ben, meeting.at) == 0
    with transaction():
        actions.lift(ben, meeting.ann)
    assert shares(meeting, meeting.ben) == {}  # what ended does not come back
    assert len(queries.mine(meeting.person(meeting.ben), meeting.at).waiting) == 1


def test_a_block_takes_back_a_yes_that_waited(meeting):
    both = meeting.introduce()
    assert meeting.answer(both, YES) is False
    meeting.block(meeting.ben, meeting.ann)
    assert meeting.answer(both, YES, meeting.ann) is False
    assert shares(meeting, meeting.ann) == {}


def test_never_again_is_a_block_of_asks_only_and_a_block_takes_its_place(meeting):
    meeting.answer(meeting.ask(), YES)
    meeting.later(days=61)
    with transaction():
        actions.take_back(meeting.person(meeting.ben), meeting.ann, at=meeting.at)
    meeting.answer(meeting.ask(), NEVER)
    assert shares(meeting, meeting.ben) == {meeting.ann: [("email", "ann@example.org")]}
    meeting.block(meeting.ben, meeting.ann)
    assert [one.how for one in db.session.scalars(select(Shut))] == [BLOCK]
    assert policy.shut(meeting.ann, meeting.ben)
    assert policy.shut_among([meeting.cam, meeting.ben, meeting.ann]) == {(meeting.ann, meeting.ben)}
    assert not policy.shut(meeting.ann, meeting.cam)


def test_each_of_two_whom_a_campmaker_introduces_says_yes(meeting):
    both = meeting.introduce()
    assert meeting.answer(both, YES, meeting.ann, words="At six") is False
    assert shares(meeting, meeting.ben) == {}
    assert [one.by for one in queries.mine(meeting.person(meeting.ben), meeting.at).waiting] == ["Cam Maker"]
    assert [one.offered for one in queries.mine(meeting.person(meeting.ben), meeting.at).waiting] == [()]  # nor that she said yes
    assert meeting.answer(both, YES)
    assert dict(shares(meeting, meeting.ben)[meeting.ann]) == {"email": "ann@example.org", "other": "At six"}
    assert queries.mine(meeting.person(meeting.cam), meeting.at) == queries.Mine([], [], [], [], [])  # who is told nothing
    with pytest.raises(Invalid):
        meeting.introduce(meeting.cam)
    with pytest.raises(Forbidden), transaction():
        actions.introduce(meeting.person(meeting.ann), meeting.event, meeting.person(meeting.cam), meeting.person(meeting.ben),
                          line="Hello", key="k", at=meeting.at)


def test_the_button_beside_a_name_is_asked_in_one_statement(meeting, statements, world):
    more = [world.person().id for _ in range(20)]
    ann = meeting.person(meeting.ann)

    def how(of=None):
        db.session.expire_all()
        person = meeting.person(of or meeting.ann)
        assert person.id
        with statements() as said:
            found = queries.standing(person, [meeting.ann, meeting.ben, None, *more], meeting.at)
        assert len(said) == 1
        assert all(found[i].how == "ask" for i in more)
        return found[meeting.ben if person.id == meeting.ann else meeting.ann].how

    assert queries.standing(None, [ann.id], meeting.at) == {}
    assert queries.standing(ann, [ann.id], meeting.at)[ann.id].how == "self"
    assert (how(), how(meeting.ben)) == ("ask", "ask")
    asked = meeting.ask()
    assert (how(), how(meeting.ben)) == ("asked", "answer")
    meeting.answer(asked, YES)
    assert (how(), how(meeting.ben)) == ("known", "known")
    meeting.block(meeting.ben, meeting.ann)
    assert (how(), how(meeting.ben)) == ("known", "shut")


def test_lists_take_as_many_statements_for_many_as_for_one(meeting, statements, world):
    def counted():
        ben = meeting.person(meeting.ben)
        assert ben.name
        with statements() as said:
            found = queries.mine(ben, meeting.at)
        return len(said), found

    meeting.ask()
    one, _ = counted()
    for n in range(3):
        somebody = world.holder(meeting.event, email=f"p{n}@example.org").id
        meeting.ask(somebody)
    meeting.answer(meeting.ask(meeting.cam), YES)
    many, found = counted()
    assert (len(found.waiting), len(found.contacts)) == (4, 1)
    assert many == one == 4
