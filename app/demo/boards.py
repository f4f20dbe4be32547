"""The invented camp's breakouts, through the same actions as people use: a session's board that was put into its notes, and a
workshop in stages for the whole event, from stories to ideas, pledges and what becomes of them."""

import random
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from app.accounts.models import Person
from app.boards import (
    device,
    ideas_actions,
    insight_actions,
    marks,
    material_actions,
    moving,
    pledges_actions,
    plenary_actions,
    practices,
    recording,
    seating_actions,
    set_up_actions,
    stages_actions,
    votes,
)
from app.boards.idea_models import KEPT
from app.boards.ideas_sources import Source
from app.boards.insight_models import Insight
from app.boards.models import PROJECT, STORY, Board, BoardStage
from app.boards.seating import EVENLY
from app.demo import breakouts
from app.events.models import Event
from app.followups import actions as followups
from app.grid import queries
from app.infra.db import transaction
from app.pitches.models import Pitch

RECORDED = "Practical support for public sector reformers"
WORKSHOP = "Services around families: an afternoon in stages"
SEATED, TABLES, TEAMS, VOTERS = 48, 6, 5, 12


def held(organiser: Person, event: Event, crowd: list[Person], of: Mapping[str, Pitch], *, at: datetime) -> None:
    """Everything that was written on boards by `at`. `of` are the pitches by title."""
    chance = random.Random(len(breakouts.TABLES))
    _same_prompts(organiser, event, crowd, of[RECORDED], chance, at - timedelta(minutes=80))
    _workshop(organiser, event, crowd, chance, at - timedelta(minutes=60))


def _same_prompts(organiser: Person, event: Event, crowd: list[Person], pitch: Pitch, chance: random.Random, at: datetime) -> None:
    """Six groups, three prompts; one note hidden, two put together; then the board goes into the session's notes."""
    with transaction(event):
        session = queries.session_of(pitch)
        board = set_up_actions.begin(
            organiser, event, session, title="What helps people who change services?", groups=TABLES, called="Table",
            stages=practices.filled_in(practices.PRACTICES[practices.SAME_PROMPTS], ideas=_bazaar(event), example=True), at=at)
        stage = board.stages[0]
        seating_actions.deal_out(organiser, board, stage.seating, [device.seat_mark(one, board.id) for one in crowd[20:20 + SEATED]],
                                 EVENLY)
        written = [_add(chance.choice(crowd), board, stage, words, chance, at, prompt=prompt, group=table)
                   for prompt, table, words in breakouts.TABLES]
        title, starts = breakouts.CASELOADS
        for one in _those(written, starts):  # said at two tables: put side by side before they are put together
            one.group_id, one.group = stage.seating.groups[0].id, stage.seating.groups[0]
        moving.gather(organiser, board, _those(written, starts), title)
        insight_actions.hide(organiser, _those(written, (breakouts.HIDDEN,))[0])
    with transaction(event):
        recording.record(organiser, board, at=at)


def _workshop(organiser: Person, event: Event, crowd: list[Person], chance: random.Random, at: datetime) -> None:
    with transaction(event):
        plans = practices.filled_in(practices.PRACTICES[practices.STAGED], ideas=_bazaar(event))
        board = set_up_actions.begin(
            organiser, event, None, title=WORKSHOP, groups=TEAMS, called="Team", at=at,
            about="Five stories, five kinds of projects, five teams. It belongs to everybody who is here today.",
            stages=[replace(plan) for plan in plans])
        stories, projects, design, together = board.stages
        for title, text, source in breakouts.STORIES:
            material_actions.add(organiser, stories, STORY, material_actions.Said(title=title, text=text, source=source))
        for theme, title, text in breakouts.PROJECTS:
            material_actions.add(organiser, projects, PROJECT, material_actions.Said(theme=theme, title=title, text=text))
        people = [device.seat_mark(one, board.id) for one in crowd[10:10 + SEATED]]
        seating_actions.deal_out(organiser, board, design.seating, people, EVENLY)
        for words, prompt in breakouts.STRUCK:
            _add(chance.choice(crowd), board, stories, words, chance, at, prompt=prompt)
        stages_actions.move_everyone(organiser, board, projects, at=at)
        for project, prompt, words in breakouts.EXAMINED:
            _add(chance.choice(crowd), board, projects, words, chance, at, prompt=prompt, material=projects.material[project].id)
        stages_actions.move_everyone(organiser, board, design, at=at)
        for team, prompt, words in breakouts.DESIGNED:
            _add(chance.choice(crowd), board, design, words, chance, at, prompt=prompt, group=team)
        stages_actions.move_everyone(organiser, board, together, at=at)
        said = [_add(chance.choice(crowd), board, together, words, chance, at, prompt=prompt) for prompt, words, _ in breakouts.TOGETHER]
    with transaction(event):
        stages_actions.open_voting(organiser, together, dots=5, hidden=True)
        _vote(board, together, said, crowd)
        title, starts = breakouts.ONE_PERSON
        moving.gather(organiser, board, _those(said, starts), title)
        stages_actions.close_voting(organiser, together)
        plenary_actions.pick(organiser, board, _those(said, breakouts.ONE_PERSON[1][:1])[0].cluster, plenary_actions.PICK)
        for one in _those(said, breakouts.PICKED):
            plenary_actions.pick(organiser, board, one, plenary_actions.PICK)
    _bazaar_held(organiser, event, crowd, said, at)


def _vote(board: Board, stage: BoardStage, said: list[Insight], crowd: list[Person]) -> None:
    """As many dots as the list says: each voter in turn gives one, until they have none left."""
    voters = [(one, device.voter_mark(one, board.id)) for one in crowd[60:60 + VOTERS]]
    given = 0
    for insight, (_, _, dots) in zip(said, breakouts.TOGETHER, strict=True):
        for number in range(given, given + dots):
            person, mark = voters[number % VOTERS]
            votes.vote(person, insight, dots=1, voter=mark)
        given += dots


def _bazaar_held(organiser: Person, event: Event, crowd: list[Person], said: list[Insight], at: datetime) -> None:
    with transaction(event):
        ideas = []
        for number, (start, name, what, joined) in enumerate(breakouts.IDEAS):
            idea = ideas_actions.put_up(crowd[100 + number], event, Source(_those(said, (start,))[0]), name=name, what=what,
                                        offers=True, at=at)
            for one in crowd[110 + 10 * number:110 + 10 * number + joined]:
                ideas_actions.join(one, idea, at=at)
            ideas.append(idea)
        for number, (of, text, weeks, shown, came_of) in enumerate(breakouts.PLEDGES):
            person = crowd[110 + 10 * of + number % 3]
            pledge = pledges_actions.make(person, event, key=f"demo-{number}", text=text, shown=shown, idea=ideas[of],
                                          by_day=event.starts_on + timedelta(weeks=weeks), at=at)
            if came_of:
                pledges_actions.say_what_came(person, pledge, state=KEPT, came_of=came_of)
        followups.offer_to_host(crowd[100], ideas[0], at=at)
        for one in (organiser, *crowd[110:114]):
            followups.keep_me_posted(one, ideas[0], at=at)
        followups.ask_for_host(crowd[101], ideas[1], at=at)


def _add(person: Person, board: Board, stage: BoardStage, words: str, chance: random.Random, at: datetime, *, prompt: int,
         group: int = 0, material: int | None = None) -> Insight:
    """A sticky of somebody's; `prompt` counts from 0, `group` from 1. Its mark is of a device that nobody has."""
    key = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    return insight_actions.add(
        person, board, key=key, prompt_id=stage.prompts[prompt].id, material_id=material, text=words, at=at,
        group_id=stage.seating.groups[group - 1].id if group else None, mark=marks.of_author(secrets.token_hex(16), key))


def _those(insights: list[Insight], starts: tuple[str, ...]) -> list[Insight]:
    return [one for start in starts for one in insights if one.text.startswith(start)]


def _bazaar(event: Event) -> str:
    return f"/e/{event.slug}/ideas"
