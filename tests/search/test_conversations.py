"""Conversations are found with all that is said in them by whoever may read it; nobody else meets a word, a count or a name (S16)."""

from html import unescape
from itertools import product
from urllib.parse import unquote_plus

import pytest
from sqlalchemy import delete, select, update

from app.boards.idea_models import PRIVATE, PUBLIC_PLEDGE, Pledge
from app.boards.insight_models import HIDDEN
from app.documents.models import Document
from app.events.models import READ_ALL as ALL_NOTES
from app.events.models import READ_ATTENDEES, Event, Pass
from app.followups import offers_actions, posts_actions
from app.followups import policy as followups
from app.followups.models import (
    ASK,
    CAME,
    HOST,
    MET,
    OFFER,
    POSTED,
    READ_ALL,
    READ_PASS,
    READ_PEOPLE,
    RESTED,
    FollowUp,
    FollowUpPerson,
    Offer,
    Post,
)
from app.infra import db
from app.search.models import SearchEntry
from tests.followups.kinds import kinds_of
from tests.search.rooms import changed, keys, work
from tests.search.test_privacy import be
from tests.world import AT

FETCH = {"X-Requested-With": "fetch"}
SAID = ("Zanzibarro", "Quibblewick", "Flummoxia", "Grizzelda", "Wobblethorpe")  # post, note, offer, its person, where to meet


@pytest.fixture
def event(world):
    return world.event(world.series(slug="north"), slug="camp", name="Camp")


@pytest.fixture
def people(world, event):
    """The usual seven, somebody of last year's event, somebody kept posted who holds no pass, and somebody who was."""
    last = world.event(event.series)
    return kinds_of(world, event) | {"last year": world.holder(last), "posted": world.person(name="Paula"), "left": world.person()}


@pytest.fixture
def talk(world, event, people):
    """A conversation of a session with canaries in all that is said in it."""
    session = world.session(event, "Unpaid carers", room=1, slot=1, topics=["Care"])
    document = world.save(Document(text="- Quibblewick marmalade", created_at=AT))
    talk = world.save(FollowUp(event_id=event.id, session_id=session.id, created_at=AT, question="Who cares for marmalade?",
                               goal="A marmalade charter", document_id=document.id, next_step="Meet", next_where="Wobblethorpe House",
                               people=[FollowUpPerson(name="Hanna Host", part=HOST, since=AT, person_id=people["attendee"].id),
                                       FollowUpPerson(name="Paula", part=POSTED, since=AT, person_id=people["posted"].id)]))
    offering = world.holder(event, name="Grizzelda Grey")
    world.save(Post(followup_id=talk.id, name="Ann", text="Marmalade, says **Zanzibarro**", key="one", at=AT),
               Post(followup_id=talk.id, name="Ben", text="Snickerfritz", key="two", hidden=True, at=AT),
               Offer(followup_id=talk.id, person_id=offering.id, kind=OFFER, text="Two days of Flummoxia marmalade", key="one", at=AT),
               Offer(followup_id=talk.id, person_id=offering.id, kind=ASK, text="A jar of Flummoxia", key="two", at=AT),
               Offer(followup_id=talk.id, person_id=offering.id, kind=ASK, text="Mugwumpish", key="three", state=MET, at=AT))
    return talk


def read_by(talk, readers, *, index=True):
    with db.transaction() as session:
        session.get(FollowUp, talk.id).readers = readers
    if index:
        changed("followup", talk.id)


def found(client, typed="", **more) -> str:
    text = client.get("/e/camp/search", query_string={"q": typed, **more}, headers=FETCH).text
    return unquote_plus(unescape(text)).replace(typed, "") if typed else text


def leaked(client) -> list[str]:
    """Canaries that this client meets, however it asks; and, of the words, those that are counted."""
    pages = [found(client, typed, **more) for typed, more in product(
        ("", "marmalade", "marmalad", "carers"), ({}, {"kind": "followup"}, {"kind": "offer"}, {"kind": "ask"}, {"state": "going"}))]
    pages += [client.get(f"{where}?q=marmalade", headers=FETCH).text for where in ("/search", "/s/north/search")]
    met = {word for word in SAID for page in pages if word in page}
    return sorted(met | {word for word in SAID for typed in (word, word[:7], f'"{word}"') if "Nothing found" not in found(client, typed)})


READS = {READ_ALL: {"stranger", "signed in", "attendee", "campmaker", "organiser", "owner", "organiser elsewhere", "last year",
                    "posted", "left"},
         READ_PASS: {"attendee", "campmaker", "organiser", "owner", "last year", "posted"},
         READ_PEOPLE: {"attendee", "posted"}}


@pytest.mark.parametrize("readers", READS)
def test_what_is_said_is_found_by_its_readers_alone(client, people, talk, readers):
    read_by(talk, readers)
    for kind, person in people.items():
        be(client, person)
        for typed in ("charter", "cares", "carers", "Hanna Host"):
            assert ">1 result" in found(client, typed, kind="followup"), (kind, typed)
        assert leaked(client) == (sorted(SAID) if kind in READS[readers] else []), kind
        assert ("People offering" in found(client, "")) == (kind in READS[readers]), kind
        assert not [word for word in ("Snickerfritz", "Mugwumpish", "Paula") if "Nothing found" not in found(client, word)], kind


def test_the_condition_is_the_policy(world, people, talk, event):
    """`search.policy.reads_posts` says in SQL what `followups.policy.can_read_posts` says."""
    for readers in READS:
        read_by(talk, readers, index=False)
        for kind, person in people.items():
            said = db.session.scalar(select(followups.reads_posts(person)).select_from(FollowUp).join(Event, Event.id == FollowUp.event_id))
            assert bool(said) == followups.can_read_posts(person, db.session.get(FollowUp, talk.id)) == (kind in READS[readers]), kind


def test_readers_made_narrower_are_narrower_at_once(client, people, talk):
    """Before the index has heard of it."""
    for before, after in ((READ_ALL, READ_PASS), (READ_ALL, READ_PEOPLE), (READ_PASS, READ_PEOPLE)):
        read_by(talk, before)
        read_by(talk, after, index=False)
        for kind in READS[before] - READS[after]:
            be(client, people[kind])
            for typed in ("marmalade", "Zanzibarro", "Flummoxia"):
                text = found(client, typed)
                assert not [word for word in SAID if word in text], (kind, typed)


def test_a_pass_taken_away_and_leaving_take_what_is_said_away(client, world, people, event, talk):
    read_by(talk, READ_PEOPLE)
    be(client, people["posted"])
    assert leaked(client) == sorted(SAID)
    with db.transaction() as session:
        session.execute(delete(FollowUpPerson).where(FollowUpPerson.person_id == people["posted"].id))
    be(client, people["posted"])
    assert leaked(client) == []
    read_by(talk, READ_PASS)
    be(client, people["campmaker"])
    assert leaked(client) == sorted(SAID)
    with db.transaction() as session:
        session.execute(delete(Pass).where(Pass.person_id == people["campmaker"].id))
    assert leaked(client) == []


def test_what_is_hidden_met_or_taken_away_is_found_no_more(world, talk):
    read_by(talk, READ_ALL)
    assert keys("zanzibarro") == [f"followup:{talk.id}"]
    assert keys("", kind="offer") != []
    with db.transaction() as session:
        session.execute(update(Post).where(Post.key == "one").values(hidden=True))
        session.execute(update(Offer).where(Offer.key == "one").values(state=MET))
        session.execute(delete(Offer).where(Offer.key == "two"))
    changed("followup", talk.id)
    assert keys("zanzibarro") == keys("", kind="offer") == keys("", kind="ask") == []
    assert [row.body for row in db.session.query(SearchEntry) if "Zanzibarro" in row.body or "Flummoxia" in row.body] == []
    with db.transaction() as session:
        session.execute(delete(FollowUp).where(FollowUp.id == talk.id))
    changed("followup", talk.id)
    assert keys("charter") == []


@pytest.mark.once
def test_by_how_it_stands(client, world, event, people, talk):
    looking = world.save(FollowUp(event_id=event.id, session_id=world.session(event, "Bins").id, created_at=AT))
    others = [world.save(FollowUp(event_id=event.id, session_id=world.session(event, title).id, state=state, came_of=came, created_at=AT))
              for title, state, came in (("Buses", CAME, "A timetable"), ("Bikes", RESTED, ""))]
    for one in (looking, *others, talk):
        changed("followup", one.id)
    assert keys("", state="looking") == keys("", kind="followup", looking_for_host=True) == [f"followup:{looking.id}"]
    assert keys("", state="came") == keys("timetable") == [f"followup:{others[0].id}"]
    assert keys("", state="rested") == [f"followup:{others[1].id}"]
    assert "Came to something" in found(client, "", kind="followup")
    assert found(client, "", state="came").count("<li") >= 1
    assert ("Bins" in found(client, "", state="looking"), "Buses" in found(client, "", state="looking")) == (True, False)


@pytest.mark.once
def test_what_began_with_something_that_is_closed(client, world, event, people):
    """An insight of a board that only pass holders read, one that is hidden; a pledge that becomes private."""
    board = world.board(event, "Jam")
    insight, pledge = world.insight(board, "Pumpernikl"), world.save(Pledge(
        event_id=event.id, person_id=people["attendee"].id, key="one", text="I will Bamboozlio", shown=PUBLIC_PLEDGE, created_at=AT))
    talks = [world.save(FollowUp(event_id=event.id, created_at=AT, readers=READ_ALL, **of)) for of in (
        {"insight_id": insight.id}, {"pledge_id": pledge.id})]
    for one in talks:
        world.save(Post(followup_id=one.id, text="Hullabaloom", key="one", at=AT))
        changed("followup", one.id)
    be(client, None)
    assert ">2 results" in found(client, "hullabaloom")
    for readers, index in ((READ_ATTENDEES, False), (READ_ATTENDEES, True)):
        with db.transaction() as session:
            session.get(Event, event.id).notes_readers = readers
            session.get(Pledge, pledge.id).shown = PRIVATE
        if index:
            changed("whole event", event.id)
            assert "Nothing found" in found(client, "hullabaloom")
        assert "Pumpernikl" not in found(client, "hullabaloom")
        assert "Bamboozlio" not in found(client, "hullabaloom")
    be(client, people["attendee"])
    assert ">1 result" in found(client, "hullabaloom")
    with db.transaction() as session:
        session.get(Event, event.id).notes_readers = ALL_NOTES
        session.get(type(insight), insight.id).state = HIDDEN
    changed("insight", insight.id)
    assert "Nothing found" in found(client, "hullabaloom")


@pytest.mark.once
def test_posted_edited_hidden_and_removed(world, event, people):
    """Through the room's own actions: hidden and removed words are not even in the rows once that is done."""
    talk = world.followup(world.session(event, "Buses"), hosts=[people["attendee"]], readers=READ_ALL)
    key = f"followup:{talk.id}"

    def rows() -> str:
        return " ".join(row.body for row in db.session.query(SearchEntry))

    with db.transaction():
        said = posts_actions.post(people["campmaker"], talk, text="All about Pumpernikl", key="a-key-of-it", at=AT)
        offered = offers_actions.add(people["campmaker"], talk.session, OFFER, "A Bamboozlio", key="another-key", at=AT)
    work()
    assert (keys("pumpernikl"), keys("bamboozlio", kind="offer")) == ([key], [f"offer:{offered.id}"])
    with db.transaction():
        posts_actions.edit(people["campmaker"], said, text="All about Snickerfritz", at=AT)
    work()
    assert (keys("pumpernikl"), keys("snickerfritz")) == ([], [key])
    with db.transaction():
        posts_actions.hide(people["attendee"], said)
    assert "Snickerfritz" not in rows()
    with db.transaction():
        posts_actions.hide(people["attendee"], said, hidden=False)
    work()
    assert keys("snickerfritz") == [key]
    with db.transaction():
        posts_actions.remove(people["campmaker"], said)
        offers_actions.take_away(people["campmaker"], offered)
    assert not [word for word in ("Snickerfritz", "Bamboozlio") if word in rows()]
    work()
    assert keys("snickerfritz") == keys("bamboozlio") == []


@pytest.mark.once
def test_found_by_the_name_that_somebody_has_now(client, world, event, people, talk):
    read_by(talk, READ_ALL)
    assert keys("grizzelda", kind="offer") != []
    client.sign_in(db.session.scalar(select(Offer).where(Offer.key == "one")).person)
    assert client.send("/me/name", name="Bamboozlio Grey", organisation="").status_code == 303
    work()
    assert keys("grizzelda") == []
    assert len(keys("bamboozlio")) == 2
