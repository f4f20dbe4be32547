"""The pages of 25/10, as a browser without scripts uses them."""

import pytest

from app.events.models import Role
from app.infra import db
from app.pitches.scoring_forms import said_of
from app.pitches.scoring_models import Score, ScoringRound
from tests.pages import parsed, text_of
from tests.world import AT


@pytest.fixture
def event(world):
    return world.event(slug="camp")


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER)


@pytest.fixture
def round_(world, event):
    return world.save(ScoringRound(event_id=event.id, opened_at=AT))


def page(response):
    return text_of(parsed(response.text)[0])


def test_a_round_from_opening_to_the_totals(client, world, event, organiser):
    attendee = world.holder(event)
    world.pitch(event, "Bins", about="Why **nineteen** formats?")
    client.sign_in(attendee)
    assert "No round of scoring is open" in page(client.get("/e/camp/scoring"))
    client.sign_in(organiser)
    assert client.send("/e/camp/scoring/round", to="new").status_code == 303
    client.sign_in(attendee)
    assert "Give me a card" in page(client.get("/e/camp/scoring"))
    assert client.get("/e/camp/scoring/results").status_code == 403
    client.send("/e/camp/scoring")
    said = page(client.get("/e/camp/scoring"))
    assert "Bins" in said
    assert "Why nineteen formats?" in said
    card = db.session.query(Score).one()
    client.send("/e/camp/scoring", pitch=card.pitch_id, score="4")
    said = page(client.get("/e/camp/scoring"))
    assert "You gave 4 to “Bins”." in said
    assert "You have scored all there is for you" in said
    assert "at least 6 people; 1 person has scored" in said
    assert "1 of 5 scores" in page(client.get("/e/camp/scoring/fragment"))
    client.sign_in(organiser)
    assert "1 of 5 scores: 4, that would be about 20" in page(client.get("/e/camp/scoring/results"))
    client.send("/e/camp/scoring/round", to="closed")
    client.sign_out()
    assert "about 20" in page(client.get("/e/camp/scoring/results"))
    client.sign_in(attendee)
    refused = client.send("/e/camp/scoring", pitch=card.pitch_id, score="5")
    assert refused.status_code == 409


@pytest.mark.parametrize("fields", [{"pitch": "x"}, {"pitch": "1", "score": "9"}, {"pitch": "99999999999", "score": "1"}, {"score": "3"},
                                    {"pitch": "1"}, {"pitch": "1", "score": "zebra"}])
def test_odd_scores_are_refused_politely(client, world, event, round_, fields):
    world.pitch(event, "Bins")
    assert client.sign_in(world.holder(event)).send("/e/camp/scoring", **fields).status_code in (303, 404)
    assert db.session.query(Score).filter(Score.score.is_not(None)).count() == 0


def test_paper_cards_have_numbers_and_an_example(client, world, event, organiser):
    elsewhere = world.pitch(world.event(), "Elsewhere")
    world.pitch(event, "Gone", state="withdrawn")
    world.pitch(event, "Bins", about="Why", leaders=["Ann"])
    said = client.sign_in(organiser).get("/e/camp/scoring/cards?blank=2")
    tree, _ = parsed(said.text)
    cards = [text_of(li) for ol in tree.iter("ol") if ol.get("class") == "papercards" for li in ol.iter("li")]
    assert len(cards) == 4
    assert "Example" in cards[0]
    assert "Boxes for scores: 45335Total 20" in cards[0]
    assert "card 2BinsAnnWhy" in cards[1]
    assert elsewhere.title not in said.text


def test_paper_scores_are_typed_in_and_what_is_odd_is_said(client, world, event, organiser, round_):
    world.pitch(event, "Bins")
    client.sign_in(organiser)

    def type_in(card, scores):
        answer = client.send("/e/camp/scoring/paper", card=card, scores=scores)
        return answer.status_code, page(answer if answer.status_code != 303 else client.get("/e/camp/scoring/paper"))

    assert "Card 1, “Bins”: 4 5 3 3 5, which makes 20." in type_in("1", "4 5 3 3 5")[1]
    status, said = type_in("#1", "4,5,3,3")
    assert (status, "4 of 5 scores, 1 is missing: 15, which would be about 19." in said, "It had 4 5 3 3 5 before." in said) == (303, True, True)
    assert "6 scores, 1 more than there should be: 25, which would be about 21." in type_in("1", "453355")[1]
    for card, scores, wanted in (("1", "4 7", "7 is not a score"), ("1", "4 x", "“x” is not a score"), ("9", "4", "no card 9"),
                                 ("", "4", "Give the number"), ("x", "4", "not the number of a card"), ("1", "1" * 11, "11 scores"),
                                 ("9" * 12, "4", "no card"), ("1", "٣", "is not a score")):
        status, said = type_in(card, scores)
        assert (status, wanted in said) == (422, True), (card, scores)
    assert "“Bins”: 5 5 5 5 5, which makes 25." in type_in("1 5 5 5 5 5", "")[1]
    status, said = type_in("1", "")
    assert (status, "Type its scores" in said) == (422, True)
    assert "has no scores from paper now. It had 5 5 5 5 5." in type_in("1", "none")[1]


def test_what_is_said_of_a_card_counts_right():
    assert said_of("A", (1, 1, 1), ())[1] == "“A”: 1 1 1. That is 3 of 5 scores, 2 are missing: 3, which would be about 5. " \
        "Look at the card again; if it says so, leave it."


def test_the_list_of_pitches_in_the_order_of_totals(client, world, event, organiser, round_):
    low, high, none = (world.pitch(event, title) for title in ("Low", "High", "None"))
    world.save(*[Score(round_id=round_.id, pitch_id=p.id, score=n, dealt_at=AT, scored_at=AT) for p, n in ((low, 2), (high, 4))])
    client.sign_in(world.holder(event))
    assert "Totals" not in page(client.get("/e/camp/pitches?by=score"))
    client.sign_in(organiser).send("/e/camp/scoring/round", to="closed")
    client.sign_out()
    titles = [text_of(h) for h in parsed(client.get("/e/camp/pitches?by=score").text)[0].iter("h2") if h.find("a") is not None]
    assert titles == ["High", "Low", "None"]
    best = client.get("/e/camp/pitches?by=score&top=1")
    assert [text_of(h) for h in parsed(best.text)[0].iter("h2") if h.find("a") is not None] == ["High"]
    assert "about 20 of 25" in page(best)
