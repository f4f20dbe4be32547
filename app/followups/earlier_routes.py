"""What came before, beside the form where a pitch is typed and on a pitch's page; linking the two for good."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import Invalid, NotFound
from app.events.models import Event
from app.followups import actions, policy, queries
from app.followups.blueprint import blueprint
from app.followups.earlier import CONVERSATION, Earlier, find_earlier, to_carry_on
from app.followups.letters_words import seats_for
from app.grid.models import Session
from app.infra import clock
from app.infra.db import transaction
from app.pitches.forms import Draft
from app.pitches.models import Pitch
from app.pitches.queries import pitch_in
from app.web.guard import ATTENDEE, allow, person
from app.web.panels import Panel

NONE, FIELD = "0", "carries_on"
CHOICE = re.compile(rf"{CONVERSATION}?\d{{1,9}}", re.ASCII)


@dataclass(frozen=True)
class Before:
    """What the part of the form shows: what was found by what is typed, what may be carried on whatever is typed, what is chosen
    (`Earlier.value`), and whether anything was asked."""

    found: list[Earlier]
    offered: list[Earlier]
    chosen: str
    asked: bool


@blueprint.post("/e/<event_slug>/pitches/before")
@allow(ATTENDEE)
def before(event):
    """What came before, for what is typed so far (`title`, `about`); `carries_on` stays chosen. Part of a page."""
    said = request.form
    part = _before(Draft(event, said.get("title", ""), said.get("about", ""), said.get(FIELD, ""), asked=True), person())
    return render_template("followups/_before.html", panel=part), {"Cache-Control": "no-store"}


@blueprint.post("/e/<event_slug>/pitches/<int:pitch_id>/carry-on")
@allow(ATTENDEE)
def carry_on(event, pitch_id: int):
    """Link the pitch with the past session (`carries_on`) whose conversation it carries on; 0 takes the link away."""
    chosen = request.form.get(FIELD, "")
    with transaction(event):
        pitch = pitch_in(event, pitch_id)
        if chosen == NONE:
            actions.let_go(person(), pitch)
        else:
            past, seats = _past(event, chosen)
            actions.carry_on(person(), pitch, past, at=clock.now(), seats=seats)
            called = past.pitch.title if isinstance(past, Session) else past.called
    linked = chosen != NONE
    flash(f"“{pitch.title}” carries on from “{called}”." if linked else "It stands for itself again.", "success")
    return redirect(url_for("pitches.show", event_slug=event.slug, pitch_id=pitch_id), 303)


def form_panel(draft: Draft, somebody: Person | None) -> Panel:
    """The part of the form: what came before what is typed, each to choose."""
    return Panel("followups/_before.html", _before(draft, somebody))


def link_chosen(actor: Person, pitch: Pitch, said: Mapping[str, str], at: datetime) -> None:
    """A new pitch carries on the session that was chosen in the form, if one was. Raises Invalid where it cannot."""
    chosen = said.get(FIELD, "")
    if chosen and chosen != NONE:
        try:
            past, seats = _past(pitch.event, chosen)
            actions.carry_on(actor, pitch, past, at=at, seats=seats)
        except NotFound:
            raise Invalid("The earlier one you chose to carry on is not there any more. Choose another, or none.") from None


def _before(draft: Draft, somebody: Person | None) -> Before:
    chosen = draft.carries_on if CHOICE.fullmatch(draft.carries_on) and draft.carries_on != NONE else ""
    found = find_earlier(draft.event, somebody, draft.title, draft.about, also=chosen) if draft.asked else []
    values = {one.value for one in found}
    offered = [one for one in to_carry_on(draft.event, somebody) if one.value not in values]
    return Before(found, offered, chosen, draft.asked)


def _past(event: Event, text: str) -> tuple[policy.Past, frozenset[int]]:
    """What is chosen, of an earlier event of the series, as sent; and the groups that who asks sits in, for a pledge's. Raises
    NotFound for what is not there."""
    number = int(text.removeprefix(CONVERSATION)) if CHOICE.fullmatch(text) else 0
    if not text.startswith(CONVERSATION):
        return queries.past_session(event, number), policy.NO_SEATS
    followup = queries.past_conversation(event, number)
    return followup, seats_for(person(), followup)
