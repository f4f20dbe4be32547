"""A conversation's page: who sees it and what of it, where it comes from, kept up to date, from every kind of source."""

from datetime import date

import pytest

from app.boards import policy as boards_policy
from app.boards.idea_models import PRIVATE, PUBLIC_PLEDGE, Idea, Pledge
from app.boards.insight_models import HIDDEN, REMOVED
from app.errors import NotFound
from app.events.models import ATTENDEES_ONLY, PUBLIC, READ_ATTENDEES, UNLISTED, Pass, Role
from app.followups import actions, lists_queries, policy, queries, versions
from app.followups.lists_queries import Chosen
from app.followups.models import HOST, POSTED, READ_ALL, READ_PASS, READ_PEOPLE, CarriedOn, FollowUpPerson, Offer
from app.followups.page_queries import chain_of
from app.infra import db, live
from app.notes import actions as notes
from app.notes import off_record
from tests.followups.kinds import KINDS, kinds_of, those_who
from tests.pages import parsed, text_of
from tests.world import AT


@pytest.fixture
def session(world):
    return world.session(world.event(), "Bins and what they tell us", topics=["Waste"])


def at(followup, tail="") -> str:
    return f"/e/{followup.event.slug}/follow-ups/{followup.id}{tail}"


def said(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.text[:300]
    return text_of(parsed(response.text)[0])


def idea_of(world, event, **more) -> Idea:
    return world.save(Idea(event_id=event.id, name="A street each", created_at=AT, **more))


def pledge_of(world, event, **more) -> Pledge:
    return world.save(Pledge(**({"event_id": event.id, "person_id": world.person().id, "key": "k", "text": "By March",
                                 "shown": PUBLIC_PLEDGE, "created_at": AT} | more)))


# Somebody in it, and its host, hold no pass anywhere; "gone" held one, and is still in it; "elsewhere" holds one to a sister event.
@pytest.mark.parametrize(("readers", "reads", "others"), [
    (READ_ALL, "+++++++", "+++++"), (READ_PASS, "--++++-", "++++-"), (READ_PEOPLE, "-------", "+++--")])
def test_who_reads_its_posts(world, session, readers, reads, others):
    event = session.event
    people = kinds_of(world, event)
    host, posted, nobody, gone = world.person(), world.person(), world.person(), world.holder(event)
    sister = world.holder(world.event(event.series))
    followup = world.followup(session, hosts=[host], posted=[posted, gone], readers=readers)
    with db.transaction():
        db.session.delete(world.pass_of(event, gone))
    assert those_who(people, lambda p: policy.can_read_posts(p, followup)) == reads
    marks = "".join("+" if policy.can_read_posts(p, followup) else "-" for p in (host, posted, gone, sister, nobody))
    assert marks == others
    for person in (*people.values(), host, posted, gone, sister, nobody):
        may = policy.may(person, followup)
        assert may.read_posts == policy.can_read_posts(person, followup)
        assert may.post == policy.can_post(person, followup) == (person is not None and may.read_posts)
        assert may.host == policy.can_host(person, followup)
        assert may.see_people == policy.can_see_people(person, followup)
        assert may.take_part == policy.can_volunteer(person, session)


def test_who_hosts_and_who_writes_the_note(world, session):
    people = kinds_of(world, session.event)
    host, posted = world.person(), world.person()
    followup = world.followup(session, hosts=[host, "Only a name"], posted=[posted])
    assert those_who(people, lambda p: policy.can_host(p, followup)) == "---+++-"
    assert those_who(people, lambda p: policy.can_write_note(p, followup)) == "-------"
    assert (policy.can_host(host, followup), policy.can_host(posted, followup)) == (True, False)
    assert (policy.can_write_note(host, followup), policy.can_write_note(posted, followup)) == (True, True)
    assert not policy.can_see_people(host, followup), "anybody who is signed in may host, so names need a pass to the series"
    world.save(Pass(event_id=world.event(session.event.series).id, person_id=host.id, role=Role.ATTENDEE, joined_at=AT))
    assert policy.can_see_people(host, followup)


@pytest.mark.parametrize(("visibility", "sees"), [(PUBLIC, "+++++++"), (UNLISTED, "+++++++"), (ATTENDEES_ONLY, "--++++-")])
def test_who_sees_it_is_who_reads_the_event(world, visibility, sees):
    event = world.event(visibility=visibility)
    people, gone = kinds_of(world, event), world.person()
    followup = world.followup(world.session(event), hosts=[gone])
    assert those_who(people, lambda p: policy.can_read(p, followup)) == sees
    assert those_who(people, lambda p: policy.can_volunteer(p, followup.session)) == "-" + sees[1:]
    closed = visibility == ATTENDEES_ONLY
    for may in (policy.can_read, policy.can_read_posts, policy.can_post, policy.can_host, policy.can_write_note):
        assert may(gone, followup) is not closed, "who lost their pass, or was taken off, is in it and sees nothing of it"
    assert policy.can_leave(gone, followup)


@pytest.mark.parametrize(("state", "sees"), [("shown", "--++++-"), (HIDDEN, "---+++-"), (REMOVED, "--++++-")])
def test_that_of_an_insight_is_seen_by_who_reads_its_board(world, state, sees):
    event = world.event(notes_readers=READ_ATTENDEES)
    people = kinds_of(world, event)
    insight = world.insight(world.board(event), "Ask the driver")
    followup = world.followup(insight)
    with db.transaction():
        insight.state, insight.text = state, "" if state == REMOVED else insight.text
    assert those_who(people, lambda p: policy.can_read(p, followup)) == sees
    assert those_who(people, lambda p: boards_policy.can_read(p, insight.board)) == "--++++-"
    for kind in KINDS:
        listed = bool(lists_queries.of_event(event, people[kind], Chosen()).items)
        assert listed == (sees[KINDS.index(kind)] == "+" and state != HIDDEN), kind


@pytest.mark.parametrize("source", ["session", "insight", "idea", "pledge"])
def test_every_source_has_a_conversation_with_a_page(client, world, session, source):
    event = session.event
    insight = world.insight(world.board(event, "Buses", session=session), "Ask the driver")
    idea = idea_of(world, event, session_id=session.id, line="Every street has a driver")
    thing = {"session": session, "insight": insight, "idea": idea, "pledge": pledge_of(world, event, idea_id=idea.id)}[source]
    path = {"session": f"sessions/{session.id}", "insight": f"boards/{insight.board_id}/insights/{insight.id}",
            "idea": f"ideas/{idea.id}", "pledge": f"pledges/{thing.id}"}[source]
    client.sign_in(world.person(name="Ada"))
    response = client.send(f"/e/{event.slug}/{path}/follow-up/host")
    followup = queries.followup_of(thing)
    assert (response.status_code, response.location) == (303, at(followup))
    page = said(client, response.location)
    assert "You carry this conversation on." in page
    assert "You host this" in page
    assert "Bins and what they tell us" in page, "the session that it came from"
    assert "Going on" in said(client, f"/e/{event.slug}/{path}")
    assert client.get(at(followup, "/live")).status_code == 200
    with pytest.raises(NotFound):
        queries.conversation(world.event(), followup.id, None)


def test_a_private_pledges_conversation_is_nobody_elses(client, world, session):
    ada, ben = world.person(), world.person()
    pledge = pledge_of(world, session.event, person_id=ada.id, shown=PRIVATE)
    followup = world.followup(pledge, hosts=[ada], posted=[ben])
    for person in (None, ben, world.holder(session.event, Role.ORGANISER)):
        client.sign_out()
        if person:
            client.sign_in(person)
        for tail in ("", "/live", "/stream", "/about"):
            assert client.get(at(followup, tail)).status_code == 404
    client.sign_in(ada)
    assert "By March" in said(client, at(followup))


def test_the_chain_shows_only_what_somebody_may_find(world, session):
    series, event = session.event.series, session.event
    later = world.event(series, day=date(2028, 1, 22), visibility=ATTENDEES_ONLY)
    pitch = world.pitch(later, "Bins again")
    followup = world.followup(session, line="Letters are for lawyers")
    world.save(CarriedOn(followup_id=followup.id, pitch_id=pitch.id))
    with db.transaction():
        session.event.notes_readers = READ_ATTENDEES
    stranger, holder, both = chain_of(followup, None), chain_of(followup, world.holder(event)), chain_of(followup, world.owner(series))
    assert (stranger.pitch, stranger.session, stranger.line, stranger.later) == (session.pitch, session, "", [])
    assert (holder.line, holder.later) == ("Letters are for lawyers", [])
    assert (both.line, [one.title for one, *_ in both.later]) == ("Letters are for lawyers", ["Bins again"])
    assert [one.title for one, *_ in queries.carried_on_from(session, world.owner(series))] == ["Bins again"]
    insight = world.insight(world.board(event, session=session), "Ask the driver")
    of_insight = world.followup(insight)
    assert chain_of(of_insight, None).insight is None
    assert chain_of(of_insight, world.holder(event)).insight is insight


def test_the_end_is_said_honestly_and_forces_nothing(client, world, session):
    followup = world.followup(session, hosts=["Ada"], ends_on=date(2020, 3, 1), goal="A form")
    page = said(client, at(followup))
    assert "It was to end on Sunday 1 March 2020. It goes on" in page
    assert "Going on" in page


def test_what_it_came_to_is_said_first_and_where_it_began(client, world, session):
    followup = world.followup(session, hosts=["Ada"], state="came", state_at=AT, came_of="A form in **Welsh**.")
    for path in (at(followup), f"/e/{session.event.slug}/sessions/{session.id}", f"/e/{session.event.slug}/follow-ups"):
        page = said(client, path)
        assert "Came to something" in page
        assert "A form in Welsh." in page


def test_the_number_of_statements_does_not_grow(client, world, session, statements):
    """Of the conversation's page, of the session's, of the event's list and of one's own list."""
    helper = world.holder(session.event, Role.CAMPMAKER)
    followup = world.followup(session, hosts=[world.person()], posted=[helper], line="A line")
    later = world.event(session.event.series, day=date(2028, 1, 22))
    client.sign_in(helper)

    def more() -> None:
        ada = world.person()
        world.save(CarriedOn(followup_id=followup.id, pitch_id=world.pitch(later).id),
                   FollowUpPerson(followup_id=followup.id, person_id=ada.id, name="Ada", part=POSTED, since=AT),
                   Offer(followup_id=followup.id, person_id=ada.id, kind="offer", text="A day", key="k", at=AT))
        insight = world.insight(world.board(session.event, session=world.session(session.event)))
        for source in (world.session(session.event, topics=["Waste"]), insight, idea_of(world, session.event),
                       pledge_of(world, session.event)):
            world.followup(source, posted=[helper], offers=[(helper, "A day")])

    def counts() -> list[int]:
        found = []
        for path in (at(followup), f"/e/{session.event.slug}/sessions/{session.id}", f"/e/{session.event.slug}/follow-ups",
                     "/follow-ups"):
            client.get(path)
            with statements() as asked:
                assert client.get(path).status_code == 200
            found.append(len(asked))
        return found

    more()
    at_first = counts()
    for _ in range(3):
        more()
    assert counts() == at_first


def test_from_a_line_of_the_notes(client, world, session):
    taker = world.holder(session.event)
    with db.transaction():
        notes.save(taker, session, text="# Bins\n\n- Letters are for *lawyers*\n- Ask the driver", base_revision=0, at=AT)
    ada, path = world.person(name="Ada"), f"/e/{session.event.slug}/sessions/{session.id}/follow-up/line"
    client.sign_in(ada)
    assert "Letters are for lawyers" in said(client, path)
    assert "Carry on one line of these notes" in said(client, f"/e/{session.event.slug}/sessions/{session.id}/notes")
    assert client.send(path, line="Never said", part="host").status_code == 404
    followup_page = client.send(path, line="Letters are for lawyers", part="host").location
    assert "Letters are for lawyers" in said(client, followup_page)
    client.send(path, line="Ask the driver", part="posted")
    followup = queries.followup_of(session)
    assert (followup.line, policy.part_of(ada, followup)) == ("Letters are for lawyers", HOST), "the first line stays quoted"
    with db.transaction():
        followup.question = "Why letters are for lawyers"
        off_record.take_off(taker, session, passage="Letters are for *lawyers*", at=AT)
    assert (queries.followup_of(session).line, queries.followup_of(session).question) == ("", "Why")


def test_open_pages_are_nudged(world, session):
    followup, ada = world.followup(session), world.person()
    with live.relay.listen(versions.topic(followup.id)) as inbox:
        with db.transaction():
            actions.offer_to_host(ada, db.session.merge(session), at=AT)
        assert inbox.get(1) == (f"followup:{followup.id}", queries.followup_of(session).version)
