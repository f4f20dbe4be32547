"""Who may do what on a board, as a table."""

import pytest

from app.boards import policy
from app.boards.insight_models import REMOVED
from app.boards.models import CLOSED, Facilitator
from app.events.models import (
    ATTENDEES_ONLY,
    CHATHAM_HOUSE,
    READ_ALL,
    READ_ATTENDEES,
    READ_PUBLISHED,
    Role,
)
from app.infra.db import transaction

KINDS = ("stranger", "attendee", "author", "facilitator", "leader", "campmaker", "organiser")


@pytest.fixture
def cast(world):
    """A board of a session, and one of each kind of people."""
    event = world.event(attribution="named", notes_readers=READ_ALL)
    leader = world.holder(event)
    session = world.session(event, "Buses", leaders=(leader,))
    board = world.board(event, session=session)
    people = {"stranger": world.person(), "attendee": world.holder(event), "author": world.holder(event),
              "facilitator": world.holder(event), "leader": leader, "campmaker": world.holder(event, Role.CAMPMAKER),
              "organiser": world.holder(event, Role.ORGANISER)}
    world.save(Facilitator(board_id=board.id, person_id=people["facilitator"].id))
    return event, board, people, world.insight(board, "Said.", by=people["author"])


TABLE = [  # what, while it is open, once it is closed: of stranger, attendee, author, facilitator, leader, campmaker, organiser
    (policy.can_read, "+++++++", "+++++++"),
    (policy.can_write, "-++++++", "-------"),
    (policy.can_facilitate, "---++++", "---++++"),
]


@pytest.mark.parametrize(("may", "when_open", "when_closed"), TABLE, ids=lambda value: getattr(value, "__name__", ""))
def test_boards(cast, may, when_open, when_closed):
    _, board, people, _ = cast
    assert "".join("-+"[may(people[kind], board)] for kind in KINDS) == when_open
    assert may(None, board) is (when_open[0] == "+")
    with transaction():
        board.state = CLOSED
    assert "".join("-+"[may(people[kind], board)] for kind in KINDS) == when_closed


def test_insights(cast):
    _, board, people, insight = cast
    def edits() -> str:
        return "".join("-+"[policy.can_edit(people[kind], insight, None)] for kind in KINDS)

    def removes() -> str:
        return "".join("-+"[policy.can_remove(people[kind], insight)] for kind in KINDS)

    assert (edits(), removes()) == ("--+++++", "-++++++")
    with transaction():
        board.state = CLOSED
    assert (edits(), removes()) == ("---++++", "-++++++")
    with transaction():
        insight.state, insight.text = REMOVED, ""
    assert (edits(), removes()) == ("-------", "-------")


def test_a_mark_opens_only_what_it_was_made_for(cast, world):
    _, board, people, _ = cast
    insight = world.insight(board, "Said.", mark="m" * 64)
    for mark, wrote in (("m" * 64, True), ("n" * 64, False), (None, False)):
        assert policy.wrote(people["attendee"], insight, mark) is wrote
        assert policy.can_edit(people["attendee"], insight, mark) is wrote
    unsigned = world.insight(board, "Imported.")
    assert not policy.wrote(people["attendee"], unsigned, None)
    assert not policy.wrote(None, unsigned, None)


@pytest.mark.parametrize(("readers", "visibility", "state", "stranger"), [
    (READ_ALL, "public", "open", True), (READ_PUBLISHED, "public", "open", False), (READ_PUBLISHED, "public", "closed", True),
    (READ_ATTENDEES, "public", "closed", False), (READ_ALL, ATTENDEES_ONLY, "closed", False)])
def test_who_reads_a_board_of_the_event(world, readers, visibility, state, stranger):
    event = world.event(notes_readers=readers, visibility=visibility)
    board = world.board(event, state=state)
    assert policy.can_read(world.holder(event), board)
    assert policy.can_read(None, board) is stranger
    assert policy.rights(None, board).read is stranger


def test_where_nobody_is_stored(world):
    assert policy.anonymous(world.board(world.event(attribution=CHATHAM_HOUSE)))
    named = world.event(attribution="named")
    assert not policy.anonymous(world.board(named))
    assert policy.anonymous(world.board(named, anonymous=True))


def test_who_sets_boards_up(cast, world):
    event, board, people, _ = cast
    assert [kind for kind in KINDS if policy.can_create(people[kind], event, None)] == ["campmaker", "organiser"]
    assert [kind for kind in KINDS if policy.can_create(people[kind], event, board.session)] == ["leader", "campmaker", "organiser"]
