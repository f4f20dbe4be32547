"""Ideas: putting them up from insights, lines of notes, sessions and nothing; offering, joining, changing, withdrawing."""

import pytest
from sqlalchemy import select

from app.accounts.merging import merge
from app.boards import ideas_actions as actions
from app.boards import ideas_queries as queries
from app.boards import ideas_sources as sources
from app.boards.idea_models import Idea, IdeaJoiner
from app.boards.ideas_queries import Chosen
from app.boards.insight_models import HIDDEN, REMOVED
from app.documents import actions as documents
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import ATTENDEES_ONLY, CHATHAM_HOUSE, NAMED, READ_ATTENDEES, READ_PUBLISHED, Role
from app.infra import db, findable
from app.infra.jobs import Job
from app.notes.models import PUBLISHED, Note
from app.search import gather
from tests.followups.kinds import kinds_of, those_who
from tests.world import AT

NOTES = """# Bins

- **Idea:** a street each, for a month
- Somebody said *lorries* come late

```
**Idea:** not this
```
"""


@pytest.fixture
def board(world, event):
    return world.board(event, "Buses", groups=["Table 1"])


@pytest.fixture
def insight(world, board):
    return world.insight(board, "Ask the driver", group=board.seatings[0].groups[0])


def noted(session, text=NOTES, **more):
    with db.transaction():
        document = documents.create("", AT)
        db.session.add(Note(session_id=session.id, document_id=document.id, created_at=AT, **more))
        documents.save(document, text, 1, AT)
    return session


def do(action, actor, thing, *more, **named):
    with db.transaction():
        return action(actor, thing, *more, **named)


def put_up(actor, event, source=sources.NOWHERE, name="A street each", **more):
    return do(actions.put_up, actor, event, source, name=name, at=AT, **more)


def told() -> set[tuple[str, int]]:
    return {(job.payload["kind"], job.payload["id"]) for job in db.session.scalars(select(Job).where(Job.kind == findable.JOB))}


# ---- putting up --------------------------------------------------------------------------------------------------------------


def test_an_idea_from_nothing(ada, event):
    idea = put_up(ada, event, name="  A street\teach ", what=" Walk it. ", offers=True)
    assert (idea.name, idea.what, idea.offered_name, idea.offered_by_id) == ("A street each", "Walk it.", "Ada", ada.id)
    assert (idea.insight_id, idea.session_id, idea.line) == (None, None, "")
    assert ("idea", idea.id) in told()


def test_an_insight_becomes_one_idea_and_a_second_promotion_leads_to_the_first(world, ada, event, insight):
    first = put_up(ada, event, sources.of_insight(event, ada, insight.id))
    assert (first.insight_id, first.session_id, first.offered_name) == (insight.id, None, "")
    ben = world.holder(event, name="Ben")
    again = put_up(ben, event, sources.of_insight(event, ben, insight.id), name="Another name", offers=True)
    assert (again.id, again.name, again.offered_name) == (first.id, "A street each", "")
    do(actions.withdraw, ada, again)
    assert put_up(ben, event, sources.of_insight(event, ben, insight.id)).withdrawn


def test_an_insight_of_a_sessions_board_brings_the_session_along(world, ada, event):
    session = world.session(event, "Bins")
    insight = world.insight(world.board(event, session=session), "Ask the driver")
    assert put_up(ada, event, sources.of_insight(event, ada, insight.id)).session_id == session.id


def test_the_same_form_sent_twice_is_one_idea(ada, event):
    first = put_up(ada, event, what="Walk it.")
    assert put_up(ada, event, what="Walk it.").id == first.id
    assert put_up(ada, event, what="Run it.").id != first.id


@pytest.mark.parametrize("state", [HIDDEN, REMOVED])
def test_what_is_hidden_or_removed_is_not_made_an_idea(world, ada, event, board, state):
    insight = world.insight(board, group=0)
    with db.transaction():
        insight.state, insight.text = state, "" if state == REMOVED else "Ask the driver"
    with pytest.raises(NotFound):
        sources.of_insight(event, world.holder(event, Role.ORGANISER), insight.id)


def test_an_insight_of_another_event_is_not_there(world, ada, insight):
    with pytest.raises(NotFound):
        sources.of_insight(world.event(), ada, insight.id)


def test_a_line_of_notes_becomes_an_idea_once(world, ada, event):
    session = noted(world.session(event, "Bins"))
    source = sources.of_session(event, ada, session.id, 3)
    assert (source.line, sources.suggestion(source)) == ("a street each, for a month", ("a street each, for a month", ""))
    first = put_up(ada, event, source)
    assert (first.session_id, first.line) == (session.id, "a street each, for a month")
    again = sources.of_session(event, ada, session.id, 99, "a street each, for a month")  # the notes moved, the words are there
    assert put_up(ada, event, again, name="Another").id == first.id
    assert set(queries.ideas_of_lines(session)) == {"a street each, for a month"}
    assert put_up(ada, event, sources.of_session(event, ada, session.id, 4)).line == "Somebody said lorries come late"


def test_lines_are_words_and_code_is_none(world, event):
    assert [(line.number, line.words, line.kind) for line in sources.lines_of(NOTES)] == [
        (1, "Bins", ""), (3, "a street each, for a month", "idea"), (4, "Somebody said lorries come late", ""),
        (7, "Idea: not this", "")]


@pytest.mark.parametrize(("number", "said"), [(2, ""), (400, ""), (3, "what nobody wrote"), (None, "x")])
def test_a_line_that_is_not_there_is_said_so(world, ada, event, number, said):
    session = noted(world.session(event))
    with pytest.raises(NotFound, match="not in the notes any more"):
        sources.of_session(event, ada, session.id, number, said)


def test_a_long_insight_has_a_short_name():
    words = "Every " + "very " * 40 + "long thought"
    name, what = sources.suggestion(sources.Source(line=words))
    assert len(name) <= 120
    assert name.endswith("very…")
    assert what == words


@pytest.mark.parametrize(("named", "field"), [
    ({"name": " "}, "name"), ({"name": "x" * 121}, "name"), ({"what": "x" * 5_001}, "what"), ({"offered_by": "Jo"}, "offered_by")])
def test_what_cannot_be_shown_is_refused(ada, event, named, field):
    with pytest.raises(Invalid) as refusal:
        put_up(ada, event, **named)
    assert refusal.value.field == field
    assert db.session.scalar(select(Idea.id)) is None


def test_a_campmaker_names_who_offers_it_and_no_address(world, event):
    campmaker = world.holder(event, Role.CAMPMAKER)
    idea = put_up(campmaker, event, offered_by=" Jo  Quill ")
    assert (idea.offered_name, idea.offered_by_id) == ("Jo Quill", campmaker.id)
    with pytest.raises(Invalid, match="a name only"):
        put_up(campmaker, event, name="Another", offered_by="jo@example.org")


# ---- nobody is known by an anonymous note ------------------------------------------------------------------------------------


@pytest.mark.parametrize("attribution", [NAMED, CHATHAM_HOUSE])
def test_who_puts_up_what_nobody_signed_is_not_kept_unless_they_offer_it(world, attribution):
    event = world.event(attribution=attribution)
    board = world.board(event, anonymous=True)
    ada = world.holder(event, name="Ada")
    one, two = world.insight(board, "One", mark="0" * 64), world.insight(board, "Two", mark="1" * 64)
    idea = put_up(ada, event, sources.of_insight(event, ada, one.id))
    assert (idea.offered_by_id, idea.offered_name, idea.created_at) == (None, "", AT.replace(minute=0))
    with pytest.raises(Forbidden):
        do(actions.withdraw, ada, idea)
    offered = put_up(ada, event, sources.of_insight(event, ada, two.id), name="Two", offers=True)
    assert (offered.offered_by_id, offered.offered_name) == (ada.id, "Ada")
    do(actions.stop_offering, ada, offered)
    assert db.session.get(Idea, offered.id).offered_by_id is None


def test_under_the_chatham_house_rule_a_line_of_notes_is_nobodys(world):
    event = world.event(attribution=CHATHAM_HOUSE)
    ada = world.holder(event)
    session = noted(world.session(event))
    assert put_up(ada, event, sources.of_session(event, ada, session.id, 3)).offered_by_id is None


def test_the_author_of_an_insight_is_nowhere_in_the_idea(client, world, event):
    """Not even signed: who offers is only who says so."""
    author = world.holder(event, name="Agatha Author")
    insight = world.insight(world.board(event), "Ask the driver", by_id=author.id)
    ben = world.holder(event, name="Ben")
    idea = put_up(ben, event, sources.of_insight(event, ben, insight.id))
    for path in (f"/e/{event.slug}/ideas", f"/e/{event.slug}/ideas/{idea.id}", f"/e/{event.slug}/ideas/screen", f"/e/{event.slug}/learned"):
        assert "Agatha" not in client.get(path).text


# ---- offering, joining, changing ---------------------------------------------------------------------------------------------


def test_one_person_offers_it_and_then_may_change_it(world, ada, event):
    idea = put_up(ada, event)
    ben, cy = world.holder(event, name="Ben"), world.holder(event, name="Cy")
    do(actions.offer, ben, idea)
    do(actions.offer, ben, idea)
    assert (idea.offered_name, idea.offered_by_id) == ("Ben", ben.id)
    with pytest.raises(Conflict, match="Ben offers this idea already"):
        do(actions.offer, cy, idea)
    do(actions.change, ben, idea, name="Two streets", what="", seen=idea.version)
    do(actions.stop_offering, ben, idea)
    assert (idea.name, idea.offered_name) == ("Two streets", "")
    do(actions.offer, cy, idea)
    assert idea.offered_name == "Cy"


def test_joining_and_leaving_with_one_tap_each(world, ada, event):
    idea = put_up(ada, event)
    ben = world.holder(event)
    for _ in range(2):
        do(actions.join, ben, idea, at=AT)
    assert [(one.idea_id, one.person_id) for one in db.session.scalars(select(IdeaJoiner))] == [(idea.id, ben.id)]
    for _ in range(2):
        do(actions.leave, ben, idea)
    assert db.session.scalar(select(IdeaJoiner.idea_id)) is None


def test_a_withdrawn_idea_is_not_joined_or_offered_and_loses_nothing(world, ada, event):
    idea, ben = put_up(ada, event), world.holder(event)
    do(actions.join, ben, idea, at=AT)
    do(actions.withdraw, ada, idea)
    for action, more in ((actions.join, {"at": AT}), (actions.offer, {})):
        with pytest.raises(Conflict, match="withdrawn"):
            do(action, world.holder(event), idea, **more)
    assert queries.bazaar(event, ada, Chosen()).all == 0
    do(actions.put_up_again, ada, idea)
    assert [card.joined for card in queries.bazaar(event, ada, Chosen()).cards] == [1]


def test_changing_what_somebody_else_changed_meanwhile_is_a_conflict(ada, event):
    idea = put_up(ada, event)
    seen = idea.version
    do(actions.change, ada, idea, name="Two streets", what="", seen=seen)
    with pytest.raises(actions.Changed):
        do(actions.change, ada, idea, name="Three", what="", seen=seen)
    assert idea.name == "Two streets"


def test_who_may_do_what(world, event):
    people = kinds_of(world, event)
    idea = put_up(world.holder(event, name="Offerer"), event)

    def may(action, **more):
        def tried(person):
            try:
                with db.transaction():
                    action(person, idea, **more)
                    raise InterruptedError
            except Forbidden:
                return False
            except InterruptedError:
                return True
        return those_who(people, tried)

    assert may(actions.join, at=AT) == may(actions.leave) == may(actions.offer) == "--++++-"
    assert may(actions.change, name="x", what="", seen=1) == may(actions.withdraw) == may(actions.put_up_again) == "---+++-"
    assert may(actions.stop_offering) == "---+++-"


@pytest.mark.parametrize("person", [None, "signed in"])
def test_nobody_without_a_pass_puts_one_up(world, event, person):
    with pytest.raises(Forbidden, match="join it first"):
        put_up(person and world.person(), event)


def test_two_accounts_of_one_person_become_one_joiner(world, ada, event):
    idea, also, only = put_up(ada, event), world.holder(event), put_up(ada, event, name="Another")
    for person, one in ((ada, idea), (also, idea), (also, only)):
        do(actions.join, person, one, at=AT)
    do(actions.offer, also, only)
    with db.transaction():
        merge(also, into=ada)
    joined = {(one.idea_id, one.person_id) for one in db.session.scalars(select(IdeaJoiner))}
    assert joined == {(idea.id, ada.id), (only.id, ada.id)}
    assert db.session.get(Idea, only.id).offered_by_id == ada.id


# ---- what a reader sees of where it came from ----------------------------------------------------------------------------------


def seen(event, person, idea):
    found = sources.seen_by(person, queries.idea_in(event, idea.id))
    return (found.insight is not None, found.session is not None, found.line)


@pytest.mark.parametrize(("readers", "state", "stranger"), [
    (READ_ATTENDEES, "draft", False), (READ_PUBLISHED, "draft", False), (READ_PUBLISHED, PUBLISHED, True)])
def test_the_source_is_shown_to_who_may_read_it(world, readers, state, stranger):
    event = world.event(attribution=NAMED, notes_readers=readers)
    ada = world.holder(event)
    session = noted(world.session(event, "Bins"), state=state)
    insight = world.insight(world.board(event, "Buses", session=session), "Ask the driver")
    one = put_up(ada, event, sources.of_insight(event, ada, insight.id))
    two = put_up(ada, event, sources.of_session(event, ada, session.id, 3), name="Two")
    assert seen(event, ada, one) == (True, True, "")
    assert seen(event, ada, two) == (False, True, "a street each, for a month")
    assert seen(event, None, one) == (stranger, True, "")
    assert seen(event, None, two) == (False, True, "a street each, for a month" if stranger else "")
    assert [(card.board, card.insight_id) for card in queries.bazaar(event, None, Chosen()).cards][0] == (
        ("Buses", insight.id) if stranger else ("", None))


def test_a_hidden_insight_is_not_shown_with_its_idea(world, ada, event, insight):
    idea = put_up(ada, event, sources.of_insight(event, ada, insight.id))
    with db.transaction():
        insight.state = HIDDEN
    assert seen(event, ada, idea) == (False, False, "")
    assert queries.bazaar(event, ada, Chosen()).cards[0].board == ""


def test_an_event_for_attendees_only_shows_nothing_of_the_source(world):
    event = world.event(visibility=ATTENDEES_ONLY, attribution=NAMED)
    ada = world.holder(event)
    insight = world.insight(world.board(event), "Ask the driver")
    idea = put_up(ada, event, sources.of_insight(event, ada, insight.id))
    assert sources.seen_by(None, queries.idea_in(event, idea.id)) == sources.NOWHERE


# ---- the bazaar ----------------------------------------------------------------------------------------------------------------


def test_the_bazaar_is_narrowed(world, ada, event):
    waste = world.session(event, "Bins", topics=["Waste"])
    bikes = world.session(event, "Bikes", topics=["Roads"])
    one = put_up(ada, event, sources.Source(session=waste), name="One", offers=True)
    two = put_up(ada, event, sources.Source(session=bikes), name="Two")
    three = put_up(ada, event, name="Three")
    topics = {topic.name: topic.id for topic in waste.pitch.topics + bikes.pitch.topics}

    def names(**chosen):
        return [card.name for card in queries.bazaar(event, ada, Chosen(**chosen)).cards]

    assert names() == ["One", "Two", "Three"]
    assert names(topic=topics["Waste"]) == names(session=waste.id) == names(offered="yes") == ["One"]
    assert names(offered="no") == ["Two", "Three"]
    assert names(topic=topics["Roads"], offered="yes") == []
    listing = queries.bazaar(event, ada, Chosen(offered="yes"))
    assert (listing.total, listing.all) == (1, 3)
    assert [name for _, name in listing.topics] == ["Roads", "Waste"]
    assert [title for _, title in listing.sessions] == ["Bikes", "Bins"]
    assert {one.id, two.id, three.id} == {card.id for card in queries.bazaar(event, None, Chosen()).cards}
    with pytest.raises(NotFound):
        queries.bazaar(event, ada, Chosen(), 2)


def test_the_bazaar_takes_as_many_statements_however_many_ideas(world, ada, event, statements):
    def count() -> int:
        db.session.rollback()
        with statements() as said:
            queries.bazaar(event, ada, Chosen())
        return len(said)

    def add(n):
        session = world.session(event, topics=[f"T {n}"])
        insight = world.insight(world.board(event, session=session), f"Said {n}")
        do(actions.join, ada, put_up(ada, event, sources.of_insight(event, ada, insight.id), name=f"Idea {n}"), at=AT)

    add(0)
    count()
    at_one = count()
    for n in range(1, 7):
        add(n)
    assert count() == at_one


def test_who_joined_is_not_found_by_strangers(world, ada, event):
    """Their names are for people with a pass, and search is for everybody."""
    idea = put_up(ada, event, offers=True)
    do(actions.join, world.holder(event, name="Quentin Quiet"), idea, at=AT)
    [row] = gather.rows([f"idea:{idea.id}"]).values()
    assert "Offered by Ada" in row.body
    assert "Quentin" not in f"{row}"
