"""Taking a conversation on as a pitch at a later event of the series, from a session's page or the conversation's own."""

import re
from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for

from app.boards.idea_models import PUBLIC_PLEDGE
from app.errors import Invalid, require
from app.events.models import PUBLIC as PUBLIC_EVENT
from app.followups import actions, page_queries, policy, queries
from app.followups.asked import conversation_asked
from app.followups.blueprint import blueprint
from app.followups.forms import PitchAgainForm
from app.followups.models import FollowUp
from app.followups.taps_routes import SESSION
from app.grid.models import Session
from app.infra import clock
from app.infra.db import transaction
from app.pitches.actions import Closed
from app.pitches.models import TITLE_LENGTH
from app.web.guard import READER, allow, person
from app.web.templating import absolute

MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#|~]")  # what a title may hold that Markdown would read as more than text


@blueprint.route(f"{SESSION}/pitch-again", methods=["GET", "POST"])
@allow(READER)
def pitch_again(event, session_id: int):
    """Take a session's conversation on as a pitch at a later event of the series: `at` names it, or it is the next one."""
    session = queries.session_in(event, session_id)
    talk = queries.followup_of(session)
    called = talk.called if talk is not None else session.pitch.title
    return _page(session, called, policy.NO_SEATS, lambda: queries.session_in(event, session_id))


@blueprint.route("/e/<event_slug>/follow-ups/<int:followup_id>/pitch-again", methods=["GET", "POST"])
@allow(READER)
def pitch_conversation_again(event, followup_id: int):
    """The same, of any conversation, from its own page."""
    followup, seats = conversation_asked(event, followup_id)
    return _page(followup, followup.called, seats, lambda: conversation_asked(event, followup_id)[0])


def _page(past: policy.Past, called: str, seats: frozenset[int], again: Callable[[], policy.Past]):
    """The form, filled in, and the pitch that it makes. `again` reads what is taken on inside the transaction."""
    later = _later(past, seats)
    back = url_for("followups.conversation", event_slug=past.event.slug, followup_id=past.id) if isinstance(past, FollowUp) else (
        url_for("grid.session_page", event_slug=past.event.slug, session_id=past.id))
    form = PitchAgainForm(data=_suggestion(past, called, back))
    if form.validate_on_submit():
        try:
            with transaction(later):
                pitch_id = actions.pitch_again(person(), again(), later, title=form.title.data, about=form.about.data,
                                               topics=form.topic_names, at=clock.now(), seats=seats).id
            flash(f"Pitched at {later.name}.", "success")
            return redirect(url_for("pitches.show", event_slug=later.slug, pitch_id=pitch_id), 303)
        except Invalid as problem:
            form.refuse(problem)
        except Closed as problem:
            form.form_errors.append(problem.message)
    taken_on = page_queries.taken_on(past, person()) if isinstance(past, FollowUp) else queries.carried_on_from(past, person())
    page = render_template("followups/pitch_again.html", past=past, called=called, later=later, form=form, back=back,
                           carried_on=[one for one in taken_on if one[1].id == later.id])
    return page, 422 if form.errors else 200


def _later(past: policy.Past, seats: frozenset[int]):
    """The later event that the address asks for, or the next one; Forbidden where the person may not take it on."""
    found = queries.later_events(past, person())
    wanted = request.args.get("at")
    later = next((one for one in found if wanted in (None, "", one.slug)), None)
    require(later is not None and policy.can_pitch_again(person(), past, later, seats), actions.ELSEWHERE)
    return later


def _suggestion(past: policy.Past, called: str, back: str) -> dict:
    """What the form says at first. Of what is not open to all nothing is told before the person chooses to."""
    link = absolute(current_app.extensions["base_url"], back)
    pledge = past.pledge if isinstance(past, FollowUp) else None
    if past.event.visibility != PUBLIC_EVENT or (pledge is not None and pledge.shown != PUBLIC_PLEDGE):
        return {"about": f"Carries on [a conversation from an earlier event]({link})."}
    title, session = f"Carrying on: {' '.join(called.split())}", past if isinstance(past, Session) else past.session
    words, where = (MARKDOWN.sub(r"\\\g<0>", " ".join(name.split())) for name in (called, past.event.name))
    return {"title": title if len(title) <= TITLE_LENGTH else title[:TITLE_LENGTH - 1].rstrip() + "…",
            "about": f"Carries on the conversation from [{words}]({link}) at {where}.",
            "topics": ", ".join(topic.name for topic in session.pitch.topics) if session is not None else ""}
