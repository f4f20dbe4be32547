"""Somebody who asks (Ann), somebody who is asked and leads a session (Ben), and what a job does."""

import itertools
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.events.models import Event, Role
from app.infra import clock, db, jobs
from app.infra.db import transaction
from app.introductions import actions, policy
from app.introductions.models import Introduction

KEYS = itertools.count(1)


class Meeting:
    """An event with Ann and Ben, and both sides of an introduction in one call each. People are named by ids, read anew each time."""

    def __init__(self, world):
        self.world, self.event_id = world, world.event().id
        self.ann = world.holder(self.event, name="Ann Asker", email="ann@example.org").id
        self.ben = world.holder(self.event, name="Ben Bus", email="ben@example.org").id
        self.cam = world.holder(self.event, Role.CAMPMAKER, name="Cam Maker", email="cam@example.org").id
        world.session(self.event, "Buses", leaders=[self.person(self.ben)])
        world.session(self.event, "Trains", leaders=[self.person(self.ann)])
        self.at = clock.now()

    @property
    def event(self):
        return db.session.get(Event, self.event_id)

    def person(self, person_id):
        return db.session.get(Person, person_id)

    def place(self):
        return policy.Place(event=self.event)

    def ask(self, one=None, other=None, *, line="Buses are fun", email=True, words="", key=None):
        """Ann asks Ben, or `one` the `other`; the id of the introduction."""
        with transaction():
            return actions.ask(self.person(one or self.ann), self.person(other or self.ben), self.place(), line=line, email=email,
                               words=words, key=key or str(next(KEYS)), at=self.at).id

    def introduce(self, one=None, other=None):
        """Cam introduces Ann and Ben to each other."""
        with transaction():
            return actions.introduce(self.person(self.cam), self.event, self.person(one or self.ann), self.person(other or self.ben),
                                     line="You both like buses", key=str(next(KEYS)), at=self.at).id

    def answer(self, introduction_id, said, who=None, *, email=True, words=""):
        """Ben answers, or `who`."""
        with transaction():
            return actions.answer(self.person(who or self.ben), db.session.get(Introduction, introduction_id), said, email=email,
                                  words=words, at=self.at)

    def block(self, who, other):
        with transaction():
            actions.block(self.person(who), other, at=self.at)

    def later(self, **time):
        """Time goes by."""
        self.at += timedelta(**time)

    def work(self):
        """Do the jobs that are due now."""
        while jobs.work_once():
            pass


@pytest.fixture
def meeting(world) -> Meeting:
    return Meeting(world)
