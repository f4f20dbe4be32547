"""G1: contact by consent. Random histories of three people and a campmaker, against a model that was written without the code.

The short form runs in the suite, 10,000 histories with --full. After every step, whatever anybody can read of anybody is what the
model says; and whoever was refused reads the same as if nobody had answered.
"""

import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from app.accounts.models import Person
from app.errors import Refused
from app.events.models import Event, Role
from app.infra import clock, db, jobs
from app.infra.db import transaction
from app.infra.mail import Mail
from app.introductions import actions, leaving, policy, queries
from app.introductions.models import Introduction, Sharing, Shut
from app.letters.models import WaitingLetter
from tests.introductions.consent_model import Model

STEPS = 9


class Real:
    """The same steps, done by the code."""

    def __init__(self, event, cam, people, at):
        self.event_id, self.cam, self.people, self.at = event, cam, people, at
        self.asked, self.pairs = [], []

    def person(self, i):
        return db.session.get(Person, i)

    @property
    def event(self):
        return db.session.get(Event, self.event_id)

    def do(self, name, *args):
        """Whether the step was done, and what was said if it was not."""
        try:
            with transaction():
                getattr(self, name)(*args)
        except Refused as problem:
            return False, problem.message
        return True, ""

    def ask(self, x, y, shares):
        made = actions.ask(self.person(x), self.person(y), policy.Place(event=self.event), line="Hello", email="email" in shares,
                           words="By the door" if "other" in shares else "", key=f"{len(self.asked)}", at=self.at)
        self.asked.append(made.id)
        self.pairs.append((x, y))

    def introduce(self, x, y):
        made = actions.introduce(self.person(self.cam), self.event, self.person(x), self.person(y), line="Hello",
                                 key=f"{len(self.asked)}", at=self.at)
        self.asked.append(made.id)
        self.pairs.append((x, y))

    def answer(self, x, n, said, shares):
        actions.answer(self.person(x), db.session.get(Introduction, self.asked[n]), said, email="email" in shares,
                       words="By the door" if "other" in shares else "", at=self.at)

    def withdraw(self, x, n):
        actions.withdraw(self.person(x), db.session.get(Introduction, self.asked[n]), at=self.at)

    def take_back(self, x, y):
        actions.take_back(self.person(x), y, at=self.at)

    def block(self, x, y):
        actions.block(self.person(x), y, at=self.at)

    def lift(self, x, y):
        actions.lift(self.person(x), y)

    def view(self, x, others):
        """Everything that `x` is shown of introductions, without the numbers of rows."""
        somebody = self.person(x)
        mine = queries.mine(somebody, self.at)
        return ([[(one.other.id, one.by, one.line, one.asked_at, one.answer, one.lapsed, one.offered) for one in part]
                 for part in (mine.waiting, mine.later, mine.asked)],
                [(one.other.id, one.have, one.given) for one in mine.contacts], [(one.other_id, one.how) for one in mine.shut],
                {i: one.how for i, one in queries.standing(somebody, others, self.at).items()},
                queries.waiting_for(somebody, self.at), leaving.consent_history(somebody))


@pytest.fixture
def cast(world):
    """The event's id, the campmaker and three people who lead sessions."""
    event = world.event()
    cam = world.holder(event, Role.CAMPMAKER)
    people = [world.holder(event, name=f"Person {n}", email=f"{n}@canary.example") for n in "abc"]
    world.session(event, "Buses", leaders=people)
    return event.id, cam.id, tuple(one.id for one in people)


def afresh(people):
    db.session.rollback()
    with transaction() as session:
        for table in (Sharing, Introduction, Shut, jobs.Job, Mail, WaitingLetter):
            session.execute(delete(table))
        for n, i in zip("abc", people, strict=True):
            session.execute(update(Person).where(Person.id == i).values(email=f"{n}@canary.example"))


def a_step(dice, people, pairs):
    """What happens next, as the names and arguments of both `Model` and `Real`. `pairs`: the two of each introduction so far."""
    asks = len(pairs)
    x, y = dice.sample(people, 2)
    shares = {what for what in ("email", "other") if dice.random() < 0.6}
    names = ["ask"] * 4 + ["introduce", "take_back", "block", "lift"] + (["answer"] * 7 + ["withdraw"] if asks else [])
    name = dice.choice(names)
    if name == "ask":
        return name, x, y, shares or {"other"}
    if name == "answer":
        n = dice.randrange(max(0, asks - 3), asks)
        return name, dice.choice((x, *pairs[n], *pairs[n], *pairs[n])), n, dice.choice(("yes", "yes", "yes", "later", "never")), shares
    return (name, x, dice.randrange(asks)) if name == "withdraw" else (name, x, y)


@pytest.mark.once
def test_who_has_whose_address_is_what_the_model_says(cast, request):
    event, cam, people = cast
    met = seen = written = 0
    for seed in range(10_000 if request.config.getoption("--full") else 8):
        dice = random.Random(seed)
        afresh(people)
        model, real = Model(people), Real(event, cam, people, clock.now())
        done = []
        for _ in range(STEPS):
            step = a_step(dice, people, [tuple(one["said"]) for one in model.asks])
            done.append(step)
            expected = getattr(model, step[0])(*step[1:])
            assert real.do(*step)[0] == expected, (seed, done)
            if dice.random() < 0.15:
                days = dice.choice((0.6, 30, 61))
                model.now, real.at = model.now + days, real.at + timedelta(days=days)
            if dice.random() < 0.1:
                i = dice.choice(people)
                model.addresses[i] = not model.addresses[i]
                with transaction():
                    real.person(i).email = f"{i}@canary.example" if model.addresses[i] else None
            db.session.rollback()
            for taker in people:
                found = {(one.other.id, what): value for one in queries.contacts_of(real.person(taker)) for what, value in one.have}
                for giver in people:
                    if giver != taker:
                        expected = real.person(giver).email if model.sees(taker, giver) else None
                        assert found.get((giver, "email")) == expected, (seed, done)
                        assert ((giver, "other") in found) == ((giver, taker, "other") in model.has), (seed, done)
                        seen += expected is not None
            met += any(set(one["said"].values()) == {"yes"} for one in model.asks)
        exported = "".join(str(leaving.consent_history(real.person(i))) for i in people)
        assert "@canary.example" not in exported, (seed, done)
        if seed % 5 == 0:
            while jobs.work_once():
                pass
            letters = [one.subject + one.body + one.html + str(one.headers) for one in db.session.scalars(select(Mail))]
            written += len(letters)
            assert [one for one in letters if "canary.example" in one or "By the door" in one] == [], (seed, done)
    assert met > 5  # the histories are about something
    assert seen > 5
    assert written > 1


REFUSALS = {"later", "never"}


def close_plainly(real, x, y, back):
    """What a block by `x` takes from `y`, as `x` could have taken it back without blocking anybody."""
    for n, introduction_id in enumerate(real.asked):
        one = db.session.get(Introduction, introduction_id)
        if {one.a_id, one.b_id} == {x, y} and one.withdrawn_at is None and not one.a_answer == one.b_answer == "yes":
            real.do("withdraw", x, n)
    if back:
        real.do("take_back", x, y)


@pytest.mark.once
def test_a_refusal_is_invisible(cast, request):
    """Whatever B refuses A, A reads and is told the same as if B had not answered (or had only taken back what was B's own)."""
    event, cam, people = cast
    a, b, _ = people
    refused = 0
    for seed in range(2_000 if request.config.getoption("--full") else 5):
        dice = random.Random(1_000_000 + seed)
        start = clock.now()
        steps, at_of, outcomes, views, told = [], [], [], [], []
        afresh(people)
        real = Real(event, cam, people, start)
        for _ in range(STEPS + 3):
            step = a_step(dice, people, real.pairs)
            asked = [n for n, pair in enumerate(real.pairs) if set(pair) == {a, b}]
            if asked and dice.random() < 0.35:
                step = dice.choice([("block", b, a), ("answer", b, asked[-1], "never", set()), ("answer", b, asked[-1], "later", set())])
            if step[0] in ("block", "lift") and step[1] == b and step[2] != a:
                continue  # what B refuses others is another matter
            done = real.do(*step)
            steps.append(step)
            at_of.append(real.at)
            outcomes.append(done[0])
            told.append(done if step[1] == a else None)
            db.session.rollback()
            views.append(real.view(a, people))
            refused += step[1] == b and done[0] and (step[0] == "block" or (step[0] == "answer" and step[3] in REFUSALS))
            real.at += timedelta(days=dice.choice((0, 0, 0, 0.5, 40)), minutes=1)
        afresh(people)
        twin = Real(event, cam, people, start)
        for n, (step, at, done) in enumerate(zip(steps, at_of, outcomes, strict=True)):
            twin.at = at
            again = None
            if step[1] != b or step[0] not in ("block", "lift", "answer") or (step[0] == "answer" and step[3] == "yes"):
                again = twin.do(*step) if step[1] != b or done else None
            elif done and step[0] == "block":
                close_plainly(twin, b, a, back=True)
            elif done and step[0] == "answer" and step[3] == "never":
                one = db.session.get(Introduction, twin.asked[step[2]])
                if b in (one.a_id, one.b_id) and not one.a_answer == one.b_answer == "yes":
                    close_plainly(twin, b, one.a_id if one.b_id == b else one.b_id, back=False)
            if step[1] == a:
                assert again == told[n], (seed, steps[:n + 1])
            db.session.rollback()
            assert twin.view(a, people) == views[n], (seed, steps[:n + 1])
    assert refused >= 6
