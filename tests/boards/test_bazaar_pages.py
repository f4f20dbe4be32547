"""The bazaar's pages as people use them: by single taps, on a phone, on a screen; and what other pages show of ideas."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.boards import bazaar_screen, ideas_actions
from app.boards.idea_models import Idea
from app.boards.ideas_sources import NOWHERE, Source
from app.events.models import NAMED, READ_ATTENDEES, Role
from app.infra import clock, db
from tests.boards.test_ideas import noted
from tests.pages import parsed, text_of
from tests.world import AT

pytestmark = pytest.mark.once  # what these pages ask and write is tried on each database by the tests of queries and actions


def put_up(actor, event, name, source=NOWHERE, **more):
    with db.transaction():
        return ideas_actions.put_up(actor, event, source, name=name, at=AT, **more)


def page(client, path, status=200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return text_of(parsed(response.text)[0])


def test_an_idea_from_an_insights_page_to_its_own(client, world, ada, event):
    session = world.session(event, "Bins", topics=["Waste"])
    insight = world.insight(world.board(event, "Buses", session=session), "Ask the driver, every week")
    path = f"/e/{event.slug}/boards/{insight.board_id}/insights/{insight.id}"
    client.sign_in(ada)
    assert f"/e/{event.slug}/ideas/new?insight={insight.id}" in client.get(path).text
    form = client.get(f"/e/{event.slug}/ideas/new?insight={insight.id}").text
    assert 'value="Ask the driver, every week"' in form
    made = client.send(f"/e/{event.slug}/ideas/new?insight={insight.id}", name="Ask the driver", what="Every **week**", offers="y")
    assert made.status_code == 303
    said = page(client, made.location)
    assert "Offered by Ada" in said
    assert "Ask the driver, every week" in said
    assert "Session: Bins" in said
    assert "It became the idea Ask the driver" in page(client, path)
    again = client.get(f"/e/{event.slug}/ideas/new?insight={insight.id}")
    assert (again.status_code, again.location) == (303, made.location)
    assert client.send(f"/e/{event.slug}/ideas/new?insight={insight.id}", name="Twice").location == made.location
    client.sign_out()
    assert "It became the idea Ask the driver" in page(client, path)
    said = page(client, f"/e/{event.slug}/ideas")
    assert "Offered by Ada" in said
    assert "From Bins, Buses" in said
    assert "Join it" not in said


def test_the_lines_of_notes_that_are_ideas(client, world, ada, event):
    session = noted(world.session(event, "Bins"))
    notes = f"/e/{event.slug}/sessions/{session.id}/notes"
    client.sign_in(ada)
    said = client.get(notes).text
    assert f"/e/{event.slug}/ideas/new?session={session.id}&amp;line=3" in said
    lines = client.get(f"/e/{event.slug}/ideas/lines?session={session.id}").text
    assert f"session={session.id}&amp;line=4" in lines
    form = client.get(f"/e/{event.slug}/ideas/new?session={session.id}&line=3").text
    assert 'name="said" type="hidden" value="a street each, for a month"' in form
    made = client.send(f"/e/{event.slug}/ideas/new?session={session.id}&line=3", name="A street each", said="a street each, for a month")
    assert "Became the idea A street each" in page(client, notes)
    assert "Is an idea: A street each" in page(client, f"/e/{event.slug}/ideas/lines?session={session.id}")
    assert "a street each, for a month" in page(client, made.location)
    assert "A street each" in page(client, f"/e/{event.slug}/sessions/{session.id}")
    assert client.get(f"/e/{event.slug}/ideas/new?session={session.id}&line=3").location == made.location
    client.sign_out()
    assert "Became the idea A street each" in page(client, notes)


def test_notes_that_are_not_for_everybody_are_not_shown_by_their_ideas(client, world):
    event = world.event(attribution=NAMED, notes_readers=READ_ATTENDEES)
    ada, session = world.holder(event), noted(world.session(event, "Bins"))
    client.sign_in(ada)
    assert "Not everybody who can see this event can read where this comes from" in client.get(
        f"/e/{event.slug}/ideas/new?session={session.id}&line=3").text
    at = client.send(f"/e/{event.slug}/ideas/new?session={session.id}&line=3", name="A street each", said="a street each, for a month").location
    client.sign_out()
    for path in (at, f"/e/{event.slug}/ideas", f"/e/{event.slug}/sessions/{session.id}", f"/e/{event.slug}"):
        said = client.get(path).text
        assert "A street each" in said, path
        assert "for a month" not in said, path
    stranger = world.holder(world.event())
    client.sign_in(stranger)
    assert client.get(f"/e/{event.slug}/ideas/new?session={session.id}&line=3").status_code == 403


def test_joining_offering_and_leaving_by_single_taps(client, world, ada, event):
    idea = put_up(ada, event, "A street each")
    ben = world.holder(event, name="Ben Okri")
    client.sign_in(ben)
    tree, _ = parsed(client.get(f"/e/{event.slug}/ideas?offered=no").text)
    form = next(f for f in tree.iter("form") if (f.get("action") or "").endswith(f"/ideas/{idea.id}/join"))
    back = next(i.get("value") for i in form.iter("input") if i.get("name") == "next")
    assert back == f"/e/{event.slug}/ideas?offered=no#idea-{idea.id}"
    assert client.send(form.get("action"), next=back).location == back
    said = page(client, f"/e/{event.slug}/ideas")
    assert "1 joined" in said
    assert "Joined" in said
    at = f"/e/{event.slug}/ideas/{idea.id}"
    assert "Ben Okri" in page(client, at)
    client.send(f"{at}/offer")
    assert "Offered by Ben Okri" in page(client, at)
    client.send(f"{at}/offer-back")
    client.send(f"{at}/leave")
    assert "Nobody yet." in page(client, at)
    assert client.post(f"{at}/join").status_code == 400  # forged


def test_who_joined_is_for_people_with_a_pass(client, world, ada, event):
    idea = put_up(ada, event, "A street each")
    with db.transaction():
        ideas_actions.join(ada, idea, at=AT)
    at = f"/e/{event.slug}/ideas/{idea.id}"
    assert "Ada" not in page(client, at)
    assert "1 joined" in page(client, at)
    client.sign_in(world.holder(event))
    assert "Ada" in page(client, at)


def test_what_was_typed_is_kept_when_it_cannot_be_put_up(client, ada, event):
    client.sign_in(ada)
    answer = client.send(f"/e/{event.slug}/ideas/new", name="", what="Words kept")
    assert answer.status_code == 422
    assert "Give the idea a name." in answer.text
    assert "Words kept" in answer.text
    assert "<title>Error: " in answer.text
    assert db.session.scalar(select(Idea.id)) is None


def test_saving_over_somebody_elses_change_shows_both(client, world, ada, event):
    idea = put_up(ada, event, "A street each")
    organiser = world.holder(event, Role.ORGANISER)
    client.sign_in(organiser)
    at = f"/e/{event.slug}/ideas/{idea.id}/edit"
    assert "A street each" in client.get(at).text
    with db.transaction():
        ideas_actions.change(ada, idea, name="Two streets", what="", seen=1)
    answer = client.send(at, name="My streets", what="", offered_by="Jo", version="1")
    assert answer.status_code == 409
    assert "Two streets" in answer.text
    assert "My streets" in answer.text
    assert client.send(at, name="My streets", what="", offered_by="Jo", version="2").status_code == 303
    assert "Offered by Jo" in page(client, at.removesuffix("/edit"))
    client.sign_in(world.holder(event))
    assert client.get(at).status_code == 403


def test_a_withdrawn_idea_is_on_no_list_and_can_come_back(client, ada, event):
    idea = put_up(ada, event, "A street each")
    at = f"/e/{event.slug}/ideas/{idea.id}"
    client.sign_in(ada)
    client.send(f"{at}/withdraw")
    assert "This idea was withdrawn" in page(client, at)
    assert "No ideas yet" in page(client, f"/e/{event.slug}/ideas")
    client.send(f"{at}/again")
    assert "A street each" in page(client, f"/e/{event.slug}/ideas")


@pytest.mark.parametrize("path", ["ideas/new?insight=99", "ideas/new?session=99", "ideas/lines?session=99", "ideas/lines", "ideas/99",
                                  f"ideas/{10**12}", "ideas/99/edit", "ideas?page=2", "pledges/99", f"pledges/{10**12}", "pledges/new?idea=99"])
def test_what_is_not_there(client, ada, event, path):
    client.sign_in(ada)
    assert client.get(f"/e/{event.slug}/{path}").status_code == 404


def test_what_makes_no_sense_in_an_address_is_as_good_as_nothing(client, ada, event):
    put_up(ada, event, "A street each")
    assert "A street each" in page(client, f"/e/{event.slug}/ideas?topic=x&session=-1&offered=maybe&page=0")


# ---- on a screen ---------------------------------------------------------------------------------------------------------------


def test_pages_turn_the_same_for_whoever_looks(monkeypatch, client, ada, event):
    for number in range(1, 7):
        put_up(ada, event, f"Idea {number}")
    first, until = bazaar_screen.page_at(datetime(2027, 1, 23, 12, 0, 0, tzinfo=UTC), 2)
    assert until == datetime(2027, 1, 23, 12, 0, 15, tzinfo=UTC)
    assert bazaar_screen.page_at(until, 2)[0] != first
    path = f"/e/{event.slug}/ideas/screen"
    seen = []
    for seconds in (0, 15):
        monkeypatch.setattr(clock, "now", lambda seconds=seconds: datetime(2027, 1, 23, 12, 0, seconds, tzinfo=UTC))
        said = client.get(path).text
        assert 'data-until="2027-01-23T12:00:' in said
        seen.append({n for n in range(1, 7) if f">Idea {n}<" in said})
    assert sorted(map(sorted, seen)) == [[1, 2, 3, 4], [5, 6]]
    stays = client.get(f"{path}?page=2").text
    assert "data-until" not in stays
    assert "Turn by itself" in stays
    assert f"/e/{event.slug}/ideas/screen/fragment?page=2" in stays
    assert "Idea 6" in client.get(f"{path}?page=99").text
    assert "<html" not in client.get(f"{path}/fragment").text
    assert "QR code that opens the Ideas Bazaar" in client.get(f"{path}/fragment").text


def test_the_event_page_leads_to_the_bazaar(client, ada, event):
    assert "The Ideas Bazaar" not in page(client, f"/e/{event.slug}")
    put_up(ada, event, "A street each")
    assert "A street each" in page(client, f"/e/{event.slug}")
    assert "The Ideas Bazaar" in page(client, f"/e/{event.slug}")


def test_the_lists_are_linked_from_the_boards(client, event):
    links = client.get(f"/e/{event.slug}/boards").text
    assert f'href="/e/{event.slug}/ideas"' in links
    assert f'href="/e/{event.slug}/learned"' in links


def test_a_session_shows_its_ideas(client, world, ada, event):
    session = world.session(event, "Bins")
    put_up(ada, event, "A street each", Source(session=session))
    path = f"/e/{event.slug}/sessions/{session.id}"
    assert "A street each" in page(client, path)
    assert "Put up an idea" not in page(client, path)
    client.sign_in(ada)
    assert f"/e/{event.slug}/ideas/new?session={session.id}" in client.get(path).text
