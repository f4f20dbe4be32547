"""What came before, beside the form where a pitch is typed and on a pitch's page; linking the two for good."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import Invalid, NotFound
from app.events.models import Event
from app.followups import actions, queries
from app.followups.blueprint import blueprint
from app.followups.earlier import Earlier, find_earlier
from app.infra.db import transaction
from app.pitches.forms import Draft
from app.pitches.models import Pitch
from app.pitches.queries import pitch_in
from app.web.guard import ATTENDEE, allow, person
from app.web.panels import Panel

NONE, FIELD = "0", "carries_on"


@dataclass(frozen=True)
class Before:
    """What the part of the form shows: sessions found, the one chosen, and whether anything was asked."""

    found: list[Earlier]
    chosen: int | None
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
            session = actions.carry_on(person(), pitch, _session(event, chosen))
    linked = chosen != NONE
    flash(f"“{pitch.title}” carries on from “{session.pitch.title}”." if linked else "It stands for itself again.", "success")
    return redirect(url_for("pitches.show", event_slug=event.slug, pitch_id=pitch_id), 303)


def form_panel(draft: Draft, somebody: Person | None) -> Panel:
    """The part of the form: what came before what is typed, each to choose."""
    return Panel("followups/_before.html", _before(draft, somebody))


def link_chosen(actor: Person, pitch: Pitch, said: Mapping[str, str], at: datetime) -> None:
    """A new pitch carries on the session that was chosen in the form, if one was. Raises Invalid where it cannot."""
    chosen = said.get(FIELD, "")
    if chosen and chosen != NONE:
        try:
            actions.carry_on(actor, pitch, _session(pitch.event, chosen))
        except NotFound:
            raise Invalid("The earlier session you chose to carry on is not there any more. Choose another, or none.") from None


def _before(draft: Draft, somebody: Person | None) -> Before:
    chosen = int(draft.carries_on[:9]) if draft.carries_on.isascii() and draft.carries_on.isdigit() else None
    if not draft.asked:
        return Before([], None, False)
    return Before(find_earlier(draft.event, somebody, draft.title, draft.about, also=chosen or None), chosen or None, True)


def _session(event: Event, text: str):
    """A session of an earlier event of the series, by its id as sent."""
    return queries.past_session(event, int(text[:10]) if text.isascii() and text.isdigit() else 0)
