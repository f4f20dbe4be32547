"""The pages of search."""

from datetime import date

import pytest

from app.events.models import Role
from app.infra import db, findable
from tests.pages import parsed
from tests.search.rooms import changed, followup, note, work


def words(element) -> str:
    """All the text inside, with a space between elements."""
    return " ".join(" ".join(element.itertext()).split())


def page(client, path: str):
    response = client.get(path)
    assert response.status_code == 200, response.text
    return parsed(response.text)[0]


def said(client, path: str) -> str:
    """What the results say."""
    return words(next(e for e in page(client, path).iter("div") if e.get("id") == "results"))


def hits(client, path: str) -> list[tuple[str, str]]:
    """Heading and address of each result."""
    return [(words(link), link.get("href")) for item in page(client, path).iter("li") if item.get("class") == "result"
            for link in item.iter("a")]


@pytest.fixture
def camp(world):
    """Two events of a series, indexed, with one of everything in the newer."""
    series = world.series("GovCamp North", "north")
    old = world.event(series, day=date(2026, 1, 24), name="GovCamp North 2026", slug="north-2026")
    new = world.event(series, day=date(2027, 1, 23), name="GovCamp North 2027", slug="north-2027", venue="Penguin House")
    world.session(old, "Penguins last year")
    session = world.session(new, "Bins", room=2, slot=1, leaders=["Leila Haddad"], topics=["Waste"])
    note(world, session, "They said that **penguins** empty the bins", note_takers=["Sarah Slack"])
    followup(world, session)
    world.pitch(new, "Feeding penguins", topics=["Antarctica"])
    for event in (old, new):
        changed("whole event", event.id)
    return new


def test_each_kind_is_found_and_leads_to_its_page(client, camp):
    found = dict(hits(client, "/search?q=penguin"))
    assert found == {"Penguins last year": "/e/north-2026/sessions/1", "Bins": "/e/north-2027/sessions/2",
                     "Feeding penguins": "/e/north-2027/pitches/3", "GovCamp North 2027": "/e/north-2027"}
    assert ("Bins", "/e/north-2027/follow-ups/1") in hits(client, "/search?q=bins&kind=followup")
    for address in found.values():
        assert client.get(address).status_code == 200


def test_what_is_said_of_a_result(client, camp):
    text = said(client, "/search?q=penguins&kind=session&year=2027")
    assert "1 result " in text
    assert "GovCamp North 2027 Seacole Led by Leila Haddad Notes by Sarah Slack Waste" in text
    tree = page(client, "/search?q=penguins&kind=session&year=2027")
    assert [words(mark) for mark in tree.iter("mark")] == ["penguins"]


def test_filters_are_links_with_counts_and_can_be_taken_off(client, camp):
    tree = page(client, "/search?q=penguins")
    links = {words(a): a.get("href") for a in tree.iter("a")}
    assert links["Sessions 2"] == "/search?q=penguins&kind=session"
    assert links["2026"] == "/search?q=penguins&year=2026"
    assert links["Waste"] == "/search?q=penguins&topic=Waste"
    narrowed = links["Waste"]
    assert [title for title, _ in hits(client, narrowed)] == ["Bins"]
    off = {words(a): a.get("href") for a in page(client, narrowed).iter("a")}
    assert off["Take off Topic: Waste ×"] == "/search?q=penguins"


def test_the_form_keeps_the_filters(client, camp):
    tree = page(client, "/search?q=penguins&topic=Waste&kind=session")
    form = next(f for f in tree.iter("form") if f.get("role") == "search")
    assert (form.get("method"), form.get("action")) == ("get", "/search")
    assert {i.get("name"): i.get("value") for i in form.iter("input")} == {"q": "penguins", "kind": "session", "topic": "Waste"}


def test_within_a_series_and_an_event(client, world, camp):
    world.save(other := world.pitch(world.event(), "Penguins elsewhere"))
    changed("pitch", other.id)
    assert len(hits(client, "/search?q=penguins")) == 5
    assert len(hits(client, "/s/north/search?q=penguins")) == 4
    assert len(hits(client, "/e/north-2027/search?q=penguins")) == 3
    assert len(hits(client, "/e/north-2027/search?q=penguins&event=north-2026&series=other")) == 3
    for heading in ("by-event", "by-series"):
        assert heading not in client.get("/e/north-2027/search?q=penguins").text
    assert "by-event" in client.get("/s/north/search?q=penguins").text


def test_our_script_gets_the_results_part_alone(client, camp):
    response = client.get("/search?q=penguins", headers={"X-Requested-With": "fetch"})
    assert response.status_code == 200
    assert "<html" not in response.text
    assert "data-announce>4 results" in response.text
    assert response.headers["Cache-Control"] == "no-store"
    whole = client.get("/search?q=penguins")
    assert response.text.strip() in whole.text
    assert "X-Requested-With" in whole.headers["Vary"]


def test_did_you_mean(client, camp):
    tree = page(client, "/search?q=pengiuns")
    link = next(a for a in tree.iter("a") if words(a) == "penguins")
    assert link.get("href") == "/search?q=penguins"


def test_pages_of_results(client, world):
    event = world.event()
    for n in range(45):
        world.pitch(event, f"Bins {n}")
    changed("whole event", event.id)
    seen = [title for n in (1, 2, 3) for title, _ in hits(client, f"/search?q=bins&page={n}")]
    assert len(seen) == len(set(seen)) == 45
    links = {words(a): a.get("href") for a in page(client, "/search?q=bins&page=2").iter("a")}
    assert links["Previous page"] == "/search?q=bins"
    assert links["Next page"] == "/search?q=bins&page=3"
    assert "There is no such page" in said(client, "/search?q=bins&page=9")


def test_without_words_the_newest_come_first(client, camp):
    text = said(client, "/search")
    assert "6 results" in text
    assert "Newest first." in text


def test_empty_answers_say_what_to_do(client, camp):
    assert "Try fewer or other words" in said(client, "/search?q=zzzzqqqq")
    assert "Search everywhere" in said(client, "/e/north-2027/search?q=zzzzqqqq")
    assert "Search without filters" in said(client, "/search?q=penguins&leader=Nobody")
    assert "Nothing found" in said(client, "/search?q=%3F%3F%3F")


def test_where_nothing_is_public_the_page_says_so(client):
    assert "Nothing to find yet" in said(client, "/search")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "\0", "%", "\ud7ff", "🐧" * 500,
                                  '"' * 999, "-" * 999, "a " * 500, "OR AND NOT (", "s1r2", "#gcn2"])
def test_nothing_that_can_be_typed_breaks_the_page(client, camp, text):
    for name in ("q", "topic", "leader", "event", "year", "kind", "page"):
        response = client.get("/search", query_string={"q": "penguins", name: text})
        assert response.status_code == 200
        tree, _ = parsed(response.text)
        assert not [e for e in tree.iter() if isinstance(e.tag, str) and any(a.startswith("on") for a in e.keys())]
        assert not list(tree.iter("img"))


def test_peoples_markup_is_shown_as_text(client, world):
    event = world.event()
    session = world.session(event, "<b>Bins</b> & <script>x</script>")
    note(world, session, "<img src=x onerror=alert(1)> bins `<script>`")
    changed("session", session.id)
    tree = page(client, "/search?q=bins")
    assert hits(client, "/search?q=bins")[0][0] == "<b> Bins </b> & <script>x</script>"
    assert not list(tree.iter("img"))


def test_a_code_of_the_grid_is_found(client, camp):
    assert hits(client, "/search?q=s1r2")[0][0] == "Bins"
    assert hits(client, f"/search?q=%23{camp.hashtag}s1r2")[0][0] == "Bins"


def test_a_change_of_title_never_leads_to_the_old_words(client, world, camp):
    with db.transaction():
        camp.name = "Icecamp"
        findable.changed("whole event", camp.id)
    work()
    assert "Icecamp" in said(client, "/search?q=bins")
    assert "North 2027" not in said(client, "/search?q=bins")


def test_the_number_of_statements_does_not_grow(client, world, statements):
    series = world.series()
    paths = ["/search?q=bins", f"/s/{series.slug}/search?q=bins", f"/e/event-{2}/search?q=bins", "/search"]

    def add(n: int):
        event = world.event(series, slug=f"event-{n}")
        session = world.session(event, f"Bins {n}", room=1, slot=1, topics=["Waste"], leaders=[f"Leader {n}"])
        note(world, session, "Words about bins", note_takers=["Ben"])
        followup(world, session)
        world.pitch(event, "More bins")
        changed("whole event", event.id)

    def counts() -> list[int]:
        found = []
        for path in paths:
            with statements() as said:
                assert client.get(path).status_code == 200
            found.append(len(said))
        return found

    add(2)
    client.sign_in(world.person())
    counts()  # an engine may ask its server once what it can do
    at_one = counts()
    for n in range(3, 9):
        add(n)
    assert counts() == at_one
    assert max(at_one) <= 15  # those of PostgreSQL's engine, of an event's notices and of what one reads of conversations among them


def test_a_role_changes_nothing_about_what_is_found_in_public(client, world, camp):
    for role in (None, *Role):
        client.sign_out()
        if role:
            client.sign_in(world.holder(camp, role))
        assert len(hits(client, "/search?q=penguins")) == 4
