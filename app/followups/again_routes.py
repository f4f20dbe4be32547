"""Taking a session's conversation on as a pitch at a later event of the series."""

import re

from flask import flash, redirect, render_template, request, url_for

from app.errors import Invalid, require
from app.events.models import PUBLIC as PUBLIC_EVENT
from app.followups import actions, policy, queries
from app.followups.blueprint import blueprint
from app.followups.forms import PitchAgainForm
from app.followups.taps_routes import SESSION
from app.infra import clock
from app.infra.db import transaction
from app.pitches.actions import Closed
from app.pitches.models import TITLE_LENGTH
from app.web.guard import READER, allow, person
from app.web.templating import absolute_url_for

MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#|~]")  # what a title may hold that Markdown would read as more than text


@blueprint.route(f"{SESSION}/pitch-again", methods=["GET", "POST"])
@allow(READER)
def pitch_again(event, session_id: int):
    """Take the conversation on as a pitch at a later event of the series: `at` names it, or it is the next one."""
    session = queries.session_in(event, session_id)
    later = _later(session)
    form = PitchAgainForm(data=_suggestion(session))
    if form.validate_on_submit():
        try:
            with transaction(later):
                pitch_id = actions.pitch_again(person(), session, later, title=form.title.data, about=form.about.data,
                                               topics=form.topic_names, at=clock.now()).id
            flash(f"Pitched at {later.name}.", "success")
            return redirect(url_for("pitches.show", event_slug=later.slug, pitch_id=pitch_id), 303)
        except Invalid as problem:
            form.refuse(problem)
        except Closed as problem:
            form.form_errors.append(problem.message)
    page = render_template("followups/pitch_again.html", session=session, later=later, form=form,
                           carried_on=[one for one in queries.carried_on_from(session, person()) if one[1].id == later.id])
    return page, 422 if form.errors else 200


def _later(session):
    """The later event that the address asks for, or the next one; Forbidden where the person may not take it on."""
    found = queries.later_events(session, person())
    wanted = request.args.get("at")
    later = next((one for one in found if wanted in (None, "", one.slug)), None)
    require(later is not None and policy.can_pitch_again(person(), session, later), actions.ELSEWHERE)
    return later


def _suggestion(session) -> dict:
    """What the form says at first. Of an event that is not open to all nothing is told before the person chooses to."""
    link = absolute_url_for("grid.session_page", event_slug=session.event.slug, session_id=session.id)
    if session.event.visibility != PUBLIC_EVENT:
        return {"about": f"Carries on [a conversation from an earlier event]({link})."}
    title = f"Carrying on: {session.pitch.title}"
    called, where = (MARKDOWN.sub(r"\\\g<0>", name) for name in (session.pitch.title, session.event.name))
    return {"title": title if len(title) <= TITLE_LENGTH else title[:TITLE_LENGTH - 1].rstrip() + "…",
            "about": f"Carries on the conversation from [{called}]({link}) at {where}.",
            "topics": ", ".join(topic.name for topic in session.pitch.topics)}
