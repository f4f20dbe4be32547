"""Who has the whole database, and not the site's key, knows no more of who wrote, voted or sat where than by guessing (G3)."""

import hashlib
import hmac
import random
from datetime import datetime

import pytest
from sqlalchemy import select

from app.boards.insight_models import Insight, Vote
from app.boards.models import Member
from app.events.models import CHATHAM_HOUSE
from app.infra import db, jobs
from tests.boards.doing import key

PEOPLE = 50
BY_CHANCE = 8  # of 50 guesses one is right on average, and more than this once in a hundred thousand times


def rows() -> dict[str, set[tuple]]:
    """All there is, table by table."""
    db.session.rollback()
    return {table.name: {tuple(repr(value) if isinstance(value, (list, dict)) else value for value in row)
                         for row in db.session.execute(select(table))} for table in db.Base.metadata.sorted_tables}


@pytest.fixture
def room(world, client):
    """Fifty people have sat down, written a note and given a dot, in orders that have nothing to do with each other."""
    chance = random.Random(3)
    event = world.event(attribution=CHATHAM_HOUSE)
    board = world.board(event, "Buses", groups=5, stage={"voting": "open", "dots": 1})
    people = [world.holder(event, name=f"Person number {n}", email=f"p{n}@example.org") for n in range(PEOPLE)]
    prompt, groups = board.stages[0].prompts[0].id, [group.id for group in board.stages[0].seating.groups]
    known = [(person.id, person.name, person.email, person.session_key, person.get_id()) for person in people]
    cookies = [type("Cookie", (), {"get_id": lambda self, value=person.get_id(): value})() for person in people]
    at, board_id = f"/e/{event.slug}/boards/{board.id}", board.id
    before, wrote, gave, sat = rows(), {}, {}, {}

    def everybody(act) -> None:
        for number in chance.sample(range(PEOPLE), PEOPLE):
            client.sign_out().sign_in(cookies[number])
            act(number)

    def sit(number: int) -> None:
        sat[number] = chance.choice(groups)
        assert client.send(f"{at}/join", group=sat[number]).status_code == 303

    def write(number: int) -> None:
        answer = client.send(f"{at}/insights", json=True, key=key(), text=f"Thought {chance.random()}", prompt=prompt, group=sat[number])
        wrote[number] = answer.json["id"]

    def give(number: int) -> None:
        gave[number] = chance.choice(sorted(wrote.values()))
        assert client.send(f"{at}/insights/{gave[number]}/vote", json=True, dots="1").status_code == 200

    for act in (sit, write, give):
        everybody(act)
    jobs.work_until_idle()
    after = rows()
    return {"new": {name: after[name] - before[name] for name in after if after[name] - before[name]}, "people": known, "wrote": wrote,
            "gave": gave, "sat": sat, "board": board_id}


@pytest.mark.once
def test_who_has_the_database_knows_nobody(room):
    nothing_that_is_stored_says_who_or_when(room)
    guesses_are_as_good_as_chance(room)
    no_key_that_is_stored_makes_the_marks_again(room)


def nothing_that_is_stored_says_who_or_when(room):
    new = room["new"]
    assert {"insight", "insight_vote", "board_member"} <= new.keys()
    texts = {str(value) for _id, *said in room["people"] for value in said}
    to_people = {table.name: [i for i, column in enumerate(table.columns) if any(
        key.column.table.name in ("person", "pass") for key in column.foreign_keys)] for table in db.Base.metadata.sorted_tables}
    for name, some in new.items():
        for row in some:
            assert all(row[i] is None for i in to_people[name]), f"{name} names a person"
            assert not any(isinstance(value, str) and any(text in value for text in texts) for value in row), f"{name} says who"
            fine = [value for value in row if isinstance(value, datetime) and (value.minute, value.second, value.microsecond) != (0, 0, 0)]
            assert not (fine and name in ("insight", "insight_vote", "board_member", "insight_text", "board_change", "search_entry")), f"{name} says when"
    assert len(set(db.session.scalars(select(Insight.mark)))) == PEOPLE, "two notes have nothing in common"
    marks = [set(db.session.scalars(select(column))) for column in (Insight.mark, Vote.voter, Member.mark)]
    assert not marks[0] & marks[1]
    assert not marks[1] & marks[2]
    assert not marks[0] & marks[2]


def guesses_are_as_good_as_chance(room):
    """Orders that the database gives of people, against those it gives of what they wrote, of dots and of seats."""
    db.session.rollback()
    people = {"as they came": [one[0] for one in room["people"]], "by name": [one[0] for one in sorted(room["people"], key=lambda p: p[1])],
              "by session key": [one[0] for one in sorted(room["people"], key=lambda p: p[3])]}
    number_of = {one[0]: number for number, one in enumerate(room["people"])}
    insights = db.session.scalars(select(Insight.id).order_by(Insight.id)).all()
    by_mark = db.session.scalars(select(Insight.id).order_by(Insight.mark)).all()
    dots = [row.insight_id for row in db.session.execute(select(Vote.insight_id).order_by(Vote.voter))]
    seats = [row.group_id for row in db.session.execute(select(Member.group_id).order_by(Member.mark))]
    seats_as_stored = list(db.session.scalars(select(Member.group_id)))
    for known in people.values():
        for true, guesses in ((room["wrote"], insights), (room["wrote"], insights[::-1]), (room["wrote"], by_mark), (room["gave"], dots)):
            assert sum(true[number_of[person]] == guess for person, guess in zip(known, guesses, strict=True)) <= BY_CHANCE
        for guesses in (seats, seats_as_stored):  # of five groups: one in five
            assert sum(room["sat"][number_of[person]] == guess for person, guess in zip(known, guesses, strict=True)) <= 24


def no_key_that_is_stored_makes_the_marks_again(room):
    """Every text of the database is tried as the key of seats, dots and notes."""
    db.session.rollback()
    keys = {value for some in rows().values() for row in some for value in row if isinstance(value, str) and 0 < len(value) <= 100}
    marks = {*db.session.scalars(select(Insight.mark)), *db.session.scalars(select(Vote.voter)), *db.session.scalars(select(Member.mark))}
    said = [f"board:{purpose}:{room['board']}:{person}" for purpose in ("seat", "voter") for person, *_ in room["people"]]
    said += [f"insight:{made}" for made in db.session.scalars(select(Insight.key))]
    assert len(keys) > 100
    assert not any(hmac.new(tried.encode(), words.encode(), hashlib.sha256).hexdigest() in marks for tried in keys for words in said)
