"""Pages of conversations that carry on, and the buttons on a session's page."""

import re

from flask import flash, redirect, render_template, request, url_for

from app.errors import Invalid, require
from app.events.models import PUBLIC as PUBLIC_EVENT
from app.followups import actions, policy, queries
from app.followups.blueprint import blueprint
from app.followups.earlier_routes import form_panel, link_chosen
from app.followups.forms import HostForm, PitchAgainForm
from app.followups.panels import event_panel, pitch_panel, session_panel
from app.followups.queries import Chosen
from app.infra import clock
from app.infra.db import transaction
from app.pitches.actions import Closed
from app.pitches.models import TITLE_LENGTH
from app.web.guard import ATTENDEE, CAMPMAKER, PUBLIC, READER, allow, person
from app.web.templating import absolute_url_for, safe_next

__all__ = ["blueprint", "event_panel", "form_panel", "link_chosen", "pitch_panel", "session_panel"]

SESSION = "/e/<event_slug>/sessions/<int:session_id>/follow-up"
MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#|~]")  # what a title may hold that Markdown would read as more than text


@blueprint.get("/e/<event_slug>/follow-ups")
@allow(READER)
def of_event(event):
    """Conversations of one event: those that look for somebody, or those with a host."""
    listing = queries.of_event(event, Chosen(hosted=_hosted()), _page())
    return render_template("followups/of_event.html", listing=listing,
                           volunteer=policy.rights(person(), event).volunteer)


@blueprint.get("/s/<series_slug>/follow-ups")
@allow(PUBLIC)
def of_series(series):
    """Conversations of those events of the series that the person may find."""
    chosen = Chosen(hosted=_hosted(), event=request.args.get("event") or None, year=_number("year"),
                    topic=request.args.get("topic") or None)
    return render_template("followups/of_series.html", series=series, choices=queries.choices_of(series, person()),
                           listing=queries.of_series(series, person(), chosen, _page()))


@blueprint.post(f"{SESSION}/host")
@allow(ATTENDEE)
def host(event, session_id: int):
    """I'll carry this on."""
    session = queries.session_in(event, session_id)
    with transaction(event):
        actions.offer_to_host(person(), session, at=clock.now())
    return _done("You carry this conversation on.", event, session_id)


@blueprint.post(f"{SESSION}/keep-posted")
@allow(ATTENDEE)
def keep_posted(event, session_id: int):
    """Keep me posted."""
    session = queries.session_in(event, session_id)
    with transaction(event):
        actions.keep_me_posted(person(), session, at=clock.now())
    return _done("You will be kept posted.", event, session_id)


@blueprint.post(f"{SESSION}/ask")
@allow(ATTENDEE)
def ask(event, session_id: int):
    """Somebody should carry this on."""
    session = queries.session_in(event, session_id)
    with transaction(event):
        actions.ask_for_host(person(), session, at=clock.now())
    return _done("This conversation is now listed for somebody to carry it on.", event, session_id)


@blueprint.post(f"{SESSION}/leave")
@allow(ATTENDEE)
def leave(event, session_id: int):
    """Step down as host, or no longer be kept posted."""
    session = queries.session_in(event, session_id)
    with transaction(event):
        actions.leave(person(), session, at=clock.now())
    return _done("You have left this conversation.", event, session_id)


@blueprint.route(f"{SESSION}/hosts", methods=["GET", "POST"])
@allow(CAMPMAKER)
def name_host(event, session_id: int):
    """Name a host on somebody's behalf."""
    session, form = queries.session_in(event, session_id), HostForm()
    if form.validate_on_submit():
        try:
            with transaction(event):
                actions.name_host(person(), session, form.name.data, at=clock.now())
            return _done(f"{form.name.data} is named as host.", event, session_id)
        except Invalid as problem:
            form.refuse(problem)
    return render_template("followups/name_host.html", session=session, form=form), 422 if form.errors else 200


@blueprint.post(f"{SESSION}/hosts/<int:host_id>/remove")
@allow(CAMPMAKER)
def remove_host(event, session_id: int, host_id: int):
    """Take a host off who is only a name."""
    session = queries.session_in(event, session_id)
    with transaction(event):
        actions.remove_host(person(), session, host_id, at=clock.now())
    return _done("The host’s name is taken off.", event, session_id)


@blueprint.post(f"{SESSION}/stop-looking")
@allow(CAMPMAKER)
def stop_looking(event, session_id: int):
    """Take a conversation that nobody is in off the lists."""
    session = queries.session_in(event, session_id)
    with transaction(event):
        actions.stop_looking(person(), session, at=clock.now())
    return _done("This conversation is no longer listed.", event, session_id)


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


def _hosted() -> bool:
    return request.args.get("show") == "hosted"


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 9999 else None


def _page() -> int:
    return _number("page") or 1


def _done(message: str, event, session_id: int):
    """Back to where the button was: the list it stood in, or the session's page."""
    flash(message, "success")
    page = url_for("grid.session_page", event_slug=event.slug, session_id=session_id)
    return redirect(safe_next(request.form.get("next") or page), 303)
