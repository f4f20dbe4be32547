"""The contract of a search engine, held against each: what is found, in what order, and counted how."""

import pytest

from app.search.engine import EVERYTHING, FILTERS, Entry, Query
from app.search.postgres_matching import PostgresMatching
from app.search.whoosh_search import WhooshMatching
from tests.search.engines import entry, found, ids


def test_without_anything_applied_nothing_is_found(engine):
    hits = engine.find(Query("anything"), EVERYTHING)
    assert (hits.total, hits.items, hits.did_you_mean) == (0, (), None)
    assert set(hits.facets) == set(FILTERS)
    assert engine.find(Query(), EVERYTHING).total == 0


@pytest.mark.parametrize(("asked", "said"), [
    ("organisation", "How the organisers organised it"),
    ("organization", "Three organisations"),
    ("communities", "A community of practice"),
    ("cafe", "The café downstairs"),
    ("tŷ", "Ty Gwyn"),
    ("dwr", "Dŵr Cymru"),
    ("peoples", "the people’s panel"),
    ("people's", "peoples"),
    ("dont", "don’t write that down"),
    ("don't", "dont write that down"),
    ("o'brien", "Ms O’Brien said"),
    ("co-design", "codesign"),
    ("codesign", "co-design with residents"),
    ("co design", "co‑design with residents"),
    ("co-design", "co design"),
    ("data-sharing", "sharing of data"),
    ("s1r3", "It was in #ukgc25s1r3 after lunch"),
    ("#ukgc25s1r3", "see #ukgc25s1r3"),
    ("#ukgc25", "see #ukgc25s1r3"),
    ("inclusion", "#DigitalInclusion matters"),
    ("#digitalinclusion", "#DigitalInclusion matters"),
    ("2026", "in March 2026"),
    ("10,000", "10000 people"),
    ("10000", "10,000 people"),
    ("gov.uk", "on GOV.UK today"),
    ("govuk", "on GOV.UK today"),
    ("R&D", "an R&D team"),
    ("user_research", "user research"),
    ("DATA Policy", "Policy, then data"),
    ("gwasanaethau", "Gwasanaethau cyhoeddus"),
    ("mae'r", "Mae’r gwaith yn parhau"),
    ("gwaith", "I’r gwaith"),
    ("日本語", "日本語 の ノート"),
    ("ﬁnance team".replace("ﬁ", "fi"), "finance teams"),
])
def test_words_are_found_as_people_write_them(engine, asked, said):
    wanted, other = entry("First", said), entry("Second", "Nothing of the kind is spoken about")
    engine.apply([wanted, other], [])
    assert found(engine, asked + " ") == [wanted.id]


def test_welsh_words_are_not_taken_for_each_other(engine):
    words = ["cymuned", "cymunedau", "cynghorau", "cyngor", "addysg", "dysgu", "ysgol", "ysgolion", "gwaith", "gweithio"]
    entries = {word: entry(word, event_id=number) for number, word in enumerate(words, 1)}
    engine.apply(entries.values(), [])
    assert {word: found(engine, f"{word} ")[0] for word in words} == {word: one.id for word, one in entries.items()}


def test_all_words_have_to_be_there_if_they_are_anywhere(engine):
    both = [entry("Data", f"policy {n}") for n in range(3)]
    engine.apply([*both, entry("Data", "alone"), entry("Policy", "alone")], [])
    hits = engine.find(Query("data policy "), EVERYTHING)
    assert set(ids(hits)) == {one.id for one in both}
    assert (hits.total, hits.relaxed) == (3, False)


def test_most_of_the_words_are_enough_when_too_few_entries_have_all(engine):
    both, most, one = entry("a", "budget housing transport"), entry("b", "budget housing"), entry("c", "transport")
    engine.apply([one, most, both], [])
    hits = engine.find(Query("budget housing transport "), EVERYTHING)
    assert ids(hits) == [both.id, most.id]
    assert hits.relaxed


def test_a_phrase_keeps_its_words_together_and_in_order(engine):
    phrase, apart, other_way = entry("a", "the public sector today"), entry("b", "public is not the sector"), entry("c", "sector public")
    engine.apply([phrase, apart, other_way] + [entry("d", f"public sectors {n}") for n in range(3)], [])
    hits = engine.find(Query('"public sector"'), EVERYTHING)
    assert (hits.total, hits.relaxed) == (4, False)
    assert {apart.id, other_way.id}.isdisjoint(ids(hits))


def test_stop_words_hold_their_places_in_a_phrase(engine):
    right = [entry("a", f"the state of the art {n}") for n in range(3)]
    engine.apply([*right, entry("b", "the state art"), entry("c", "state of the union and the art")], [])
    assert set(found(engine, "“state of the art”")) == {one.id for one in right}


def test_a_phrase_may_be_in_the_title_but_not_run_on_into_the_text(engine):
    title = [entry("Local government data", str(n)) for n in range(3)]
    engine.apply([*title, entry("Local", "government data"), entry("b", "x", topics=("local", "government data"))], [])
    assert set(found(engine, '"local government"')) == {one.id for one in title}


def test_nothing_found_for_a_phrase_falls_back_to_its_words(engine):
    one = entry("a", "sector that is public")
    engine.apply([one], [])
    hits = engine.find(Query('"public sector"'), EVERYTHING)
    assert (ids(hits), hits.relaxed) == ([one.id], True)


def test_the_last_word_may_be_the_beginning_of_one(engine):
    long, exact, other = entry("Procurement", ""), entry("Procure", ""), entry("Something", "")
    engine.apply([long, exact, other], [])
    assert set(found(engine, "procu")) == {exact.id, long.id}
    assert found(engine, "procurem") == [long.id]
    assert found(engine, "proc ") == []
    assert found(engine, "procure") == [exact.id, long.id]  # what was typed in full comes first


def test_a_beginning_is_matched_by_words_as_written_not_by_their_stems(engine):
    one, other = entry("organisation", ""), entry("organising", "")
    engine.apply([one, other], [])
    assert found(engine, "organisati") == [one.id]


def test_excluded_words_and_phrases_stay_away(engine):
    plain, sheep, cats = entry("Dogs", "bark"), entry("Dogs", "herd sheep"), entry("Dogs", "chase black cats")
    engine.apply([plain, sheep, cats], [])
    assert set(found(engine, "dogs -sheep ")) == {plain.id, cats.id}
    assert set(found(engine, 'dogs -"black cats"')) == {plain.id, sheep.id}
    assert found(engine, 'dogs -sheep -"black cats"') == [plain.id]
    assert set(found(engine, "-sheep")) == {plain.id, cats.id}


def test_stop_words_alone_are_looked_for_in_titles(engine):
    title = entry("What is it for", "")
    engine.apply([title, entry("Other", "what is it for, and why")], [])
    assert found(engine, "it is") == [title.id]


def test_a_slip_of_the_finger_is_mended(engine):
    right = entry("Safeguarding children", "")
    engine.apply([right, entry("Other", "words")], [])
    for asked in ("safegaurding", "safegarding", "saffeguarding", "safeguardinf childrem"):
        assert found(engine, asked + " ") == [right.id], asked
    hits = engine.find(Query("The safegaurding of Children "), EVERYTHING)
    assert hits.did_you_mean == "The safeguarding of Children"


def test_no_suggestion_where_every_word_is_known(engine):
    engine.apply([entry("Form", ""), entry("From here", "")], [])
    assert engine.find(Query("form here "), EVERYTHING).did_you_mean is None


def test_a_word_that_is_written_while_one_asks_for_it_is_no_slip(engine, monkeypatch):
    """Whether a word is known and which are like it are two questions: somebody may have written it in between."""
    engine.apply([entry("Xylophone", ""), entry("Other", "words")], [])
    for matching in (PostgresMatching, WhooshMatching):
        monkeypatch.setattr(matching, "unknown", lambda self, needs: list(needs))
    hits = engine.find(Query("xylophone zymurgy "), EVERYTHING)
    assert (hits.total, hits.did_you_mean) == (1, None)


def test_suggestions_prefer_the_nearest_then_the_most_frequent_word(engine):
    engine.apply([entry("house", str(n)) for n in range(3)] + [entry("mouse", ""), entry("hours", "")], [])
    assert engine.find(Query("houze "), EVERYTHING).did_you_mean == "house"


def test_title_counts_more_than_text_and_rare_words_more_than_common_ones(engine):
    title, text = entry("Housing", "and more"), entry("Other", "and housing")
    engine.apply([text, title], [])
    assert found(engine, "housing ") == [title.id, text.id]
    rare, common = entry("Xylophone", "lessons"), entry("Meeting", "meeting meeting meeting")
    engine.apply([rare, common, *(entry("Meeting", f"about {n}") for n in range(20))], [])
    assert found(engine, "meeting xylophone ")[0] == rare.id


def test_words_close_together_count_more(engine):
    filler = " ".join(f"word{n}" for n in range(60))
    close, scattered = entry("a", f"{filler} budget for street lights {filler}"), entry("b", f"budget {filler} lights {filler} street")
    engine.apply([scattered, close], [])
    assert found(engine, "street lights budget ") == [close.id, scattered.id]


def test_topics_people_and_rooms_are_found(engine):
    one = entry("a", "", topics=("Data ethics",), leaders=("Gavin Freegard",), note_takers=("Sarah Slack",), rooms=("M69",))
    engine.apply([one, entry("b", "")], [])
    for asked in ("ethics", "freegard", "sarah slack", "m69"):
        assert found(engine, asked) == [one.id], asked


def test_a_blank_query_lists_everything_newest_first(engine):
    entries = [entry(f"Number {n}") for n in range(5)]
    engine.apply(entries, [])
    assert found(engine, "  ") == [one.id for one in reversed(entries)]
    assert found(engine, "", limit=2, page=2) == [entries[2].id, entries[1].id]


@pytest.mark.parametrize("asked", ["*:*", "!!!", "🎉", '""', "- -", "&&", "()"])
def test_a_query_without_any_word_finds_nothing(engine, asked):
    engine.apply([entry("Something", "🎉 everything")], [])
    assert engine.find(Query(asked), EVERYTHING).total == 0


def test_filters_keep_what_carries_their_value(engine):
    entries = {
        "kind": entry("Thing", kind="pitch"), "series": entry("Thing", series_id=7), "event": entry("Thing", event_id=9),
        "year": entry("Thing", year=2024), "topic": entry("Thing", topics=("Data", "Policy")), "room": entry("Thing", rooms=("M69",)),
        "leader": entry("Thing", leaders=("Zoë O'Hara", "B")), "note_taker": entry("Thing", note_takers=("C: D",)),
        "looking_for_host": entry("Thing", looking_for_host=True), "state": entry("Thing", state="rested"),
    }
    values = {"kind": "pitch", "series": 7, "event": 9, "year": 2024, "topic": "Policy", "room": "M69", "leader": "Zoë O'Hara",
              "note_taker": "C: D", "looking_for_host": True, "state": "rested"}
    engine.apply(entries.values(), [])
    assert set(values) == set(FILTERS)
    for name, value in values.items():
        assert found(engine, "thing ", **{name: value}) == [entries[name].id], name
        assert found(engine, "", **{name: value}) == [entries[name].id], name
    assert found(engine, "thing ", topic="data") == []
    assert found(engine, "thing ", topic="Data", room="M69") == []
    assert len(found(engine, "thing ", looking_for_host=False)) == len(entries)


def test_facets_count_what_their_filter_would_leave(engine):
    engine.apply([
        entry("Thing", topics=("Data", "Ethics"), year=2024, leaders=("A",)), entry("Thing", topics=("Data",), year=2025, leaders=("B",)),
        entry("Thing", topics=("Ethics",), year=2025, looking_for_host=True), entry("Other", topics=("Data",), year=2023),
    ], [])
    facets = engine.find(Query("thing "), EVERYTHING).facets
    assert facets["topic"] == (("Data", 2), ("Ethics", 2))
    assert facets["year"] == ((2025, 2), (2024, 1))
    assert facets["kind"] == (("session", 3),)
    assert facets["event"] == ((1, 3),)
    assert facets["looking_for_host"] == ((True, 1),)
    assert facets["leader"] == (("A", 1), ("B", 1))
    assert facets["series"] == facets["room"] == facets["note_taker"] == ()
    chosen = engine.find(Query("thing ", topic="Data", year=2025), EVERYTHING)
    assert chosen.total == 1
    assert chosen.facets["topic"] == (("Data", 1), ("Ethics", 1))  # in 2025
    assert chosen.facets["year"] == ((2024, 1), (2025, 1))  # with Data
    assert chosen.facets["leader"] == (("B", 1),)
    nothing = engine.find(Query("thing ", topic="Data", year=1999), EVERYTHING)
    assert (nothing.total, nothing.facets["year"]) == (0, ((2024, 1), (2025, 1)))


def test_facets_give_the_most_frequent_values_only(engine):
    engine.apply([entry("Thing", leaders=(f"Leader {n:02}", "Everybody")) for n in range(40)], [])
    leaders = engine.find(Query("thing "), EVERYTHING).facets["leader"]
    assert (len(leaders), leaders[0], leaders[1]) == (30, ("Everybody", 40), ("Leader 00", 1))


def test_pages_show_every_result_once(engine):
    entries = [entry(f"Thing {n}", "thing " * (n % 7) + "and more") for n in range(230)]
    engine.apply(entries, [])
    for limit in (30, 100):
        pages = [found(engine, "thing more ", page=page, limit=limit) for page in range(1, 230 // limit + 2)]
        assert sorted(one for page in pages for one in page) == sorted(one.id for one in entries)
    assert found(engine, "thing ", page=13) == []


@pytest.mark.parametrize(("page", "limit"), [(0, 20), (-5, 20), (10**30, 20), (1, 0), (1, -1), (1, 10**9)])
def test_pages_nobody_would_ask_for_are_no_error(engine, page, limit):
    engine.apply([entry("Thing")], [])
    hits = engine.find(Query("thing ", page=page, limit=limit), EVERYTHING)
    assert hits.total == 1
    assert len(hits.items) == (page < 2)


def test_an_entry_may_hold_anything(engine):
    odd = Entry(id=900, kind="session", event_id=1, title="\0\ud800 Odd", body="\0 \udfff body 'quoted' \\ back\\slash :* &|!", version=2**40,
                leaders=("\0Nul", "", "x" * 5_000), topics=("'; DROP TABLE", "a\x1fb"))
    engine.apply([odd, entry("", ""), entry("🎉", "…")], [])
    assert found(engine, "odd quoted ") == [900]
    assert ("Nul", 1) in engine.find(Query("odd "), EVERYTHING).facets["leader"]
    assert found(engine, "", topic="'; DROP TABLE") == [900]
    assert engine.reconcile({900: 2**40}) == []


def test_words_far_down_a_very_long_text_are_found(engine):
    long = entry("Long", "filler " * 40_000 + "zebra crossing")
    engine.apply([long, entry("Short", "zebra")], [])
    assert found(engine, "crossing ") == [long.id]


def test_a_text_of_nothing_but_different_words_in_another_script_is_taken(engine):
    letters = [chr(0x4E00 + n) for n in range(20_000)]
    odd = entry("Odd", " ".join(a + b for a, b in zip(letters, letters[7:], strict=False)) * 3)
    engine.apply([odd], [])
    assert found(engine, f"{letters[5]}{letters[12]} ") == [odd.id]
