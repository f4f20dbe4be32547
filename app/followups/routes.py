"""Pages of conversations that carry on, and the buttons on the page of a session, an idea or a pledge."""

import re

from flask import flash, redirect, render_template, request, url_for

from app.boards.idea_models import Idea, Pledge
from app.boards.ideas_queries import idea_in
from app.boards.pledges_queries import pledge_in
from app.boards.pledges_seats import seats_of
from app.errors import Invalid, require
from app.events.models import PUBLIC as PUBLIC_EVENT
from app.followups import actions, policy, queries
from app.followups import posts_routes as _posts  # noqa: F401 - and those of a file each
from app.followups.blueprint import blueprint
from app.followups.conversation_routes import CONVERSATION
from app.followups.earlier_routes import form_panel, link_chosen
from app.followups.forms import HostForm, PitchAgainForm
from app.followups.hearing import pledge_taken_back
from app.followups.panels import (
    event_panel,
    idea_facts,
    idea_panel,
    pitch_panel,
    pledge_gone_panel,
    pledge_panel,
    session_panel,
)
from app.followups.queries import Chosen
from app.infra import clock
from app.infra.db import transaction
from app.pitches.actions import Closed
from app.pitches.models import TITLE_LENGTH
from app.web.guard import ATTENDEE, CAMPMAKER, PUBLIC, READER, allow, person
from app.web.templating import absolute_url_for, safe_next

__all__ = ["CONVERSATION", "blueprint", "event_panel", "form_panel", "idea_facts", "idea_panel", "link_chosen", "pitch_panel",
           "pledge_gone_panel", "pledge_panel", "pledge_taken_back", "session_panel"]

SESSION = "/e/<event_slug>/sessions/<int:session_id>/follow-up"
SOURCES = (SESSION, "/e/<event_slug>/ideas/<int:idea_id>/follow-up", "/e/<event_slug>/pledges/<int:pledge_id>/follow-up")
MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#|~]")  # what a title may hold that Markdown would read as more than text


def of_each_source(path: str, methods: tuple[str, ...] = ("POST",)):
    """Hang a view on the address of a session's, an idea's and a pledge's conversation; it is given the one id that is there."""
    def hang(view):
        for at in SOURCES:
            blueprint.add_url_rule(at + path, view_func=view, methods=methods)
        return view

    return hang


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


@of_each_source("/host")
@allow(ATTENDEE)
def host(event, **of: int):
    """I'll carry this on."""
    with transaction(event):
        source, seats = _asked(event, of)
        actions.offer_to_host(person(), source, at=clock.now(), seats=seats)
    return _done("You carry this conversation on.", event, of)


@of_each_source("/keep-posted")
@allow(ATTENDEE)
def keep_posted(event, **of: int):
    """Keep me posted."""
    with transaction(event):
        source, seats = _asked(event, of)
        actions.keep_me_posted(person(), source, at=clock.now(), seats=seats)
    return _done("You will be kept posted.", event, of)


@of_each_source("/ask")
@allow(ATTENDEE)
def ask(event, **of: int):
    """Somebody should carry this on."""
    with transaction(event):
        source, seats = _asked(event, of)
        actions.ask_for_host(person(), source, at=clock.now(), seats=seats)
    return _done("This conversation is now listed for somebody to carry it on.", event, of)


@of_each_source("/leave")
@allow(ATTENDEE)
def leave(event, **of: int):
    """Step down as host, or no longer be kept posted."""
    with transaction(event):
        source, seats = _asked(event, of)
        actions.leave(person(), source, at=clock.now(), seats=seats)
    return _done("You have left this conversation.", event, of)


@of_each_source("/hosts", ("GET", "POST"))
@allow(CAMPMAKER)
def name_host(event, **of: int):
    """Name a host on somebody's behalf."""
    (source, seats), form = _asked(event, of), HostForm()
    if form.validate_on_submit():
        try:
            with transaction(event):
                source, seats = _asked(event, of)
                actions.name_host(person(), source, form.name.data, at=clock.now(), seats=seats)
            return _done(f"{form.name.data} is named as host.", event, of)
        except Invalid as problem:
            form.refuse(problem)
    called = source.text if isinstance(source, Pledge) else source.name if isinstance(source, Idea) else source.pitch.title
    page = render_template("followups/name_host.html", called=called, back=_page_of(event, of), form=form)
    return page, 422 if form.errors else 200


@of_each_source("/hosts/<int:host_id>/remove")
@allow(CAMPMAKER)
def remove_host(event, host_id: int, **of: int):
    """Take a host off who is only a name."""
    with transaction(event):
        source, seats = _asked(event, of)
        actions.remove_host(person(), source, host_id, at=clock.now(), seats=seats)
    return _done("The host’s name is taken off.", event, of)


@of_each_source("/stop-looking")
@allow(CAMPMAKER)
def stop_looking(event, **of: int):
    """Take a conversation that nobody is in off the lists."""
    with transaction(event):
        source, seats = _asked(event, of)
        actions.stop_looking(person(), source, at=clock.now(), seats=seats)
    return _done("This conversation is no longer listed.", event, of)


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


def _asked(event, of: dict[str, int]) -> tuple[policy.Source, frozenset[int]]:
    """The session, idea or pledge that the address names, and for a pledge the breakout groups that who asks sits in.

    Raises NotFound for what is not there, and for a pledge that they do not see.
    """
    if "idea_id" in of:
        return idea_in(event, of["idea_id"]), actions.NOBODY
    if "pledge_id" in of:
        seats = seats_of(person(), event)
        return pledge_in(event, person(), of["pledge_id"], seats), seats
    return queries.session_in(event, of["session_id"]), actions.NOBODY


def _page_of(event, of: dict[str, int]) -> str:
    """The page on which the conversation is shown."""
    (name,) = of
    return url_for({"idea_id": "boards.idea", "pledge_id": "boards.pledge"}.get(name, "grid.session_page"),
                   event_slug=event.slug, **of)


def _done(message: str, event, of: dict[str, int]):
    """Back to where the button was: the list it stood in, or the page of what the conversation is about."""
    flash(message, "success")
    return redirect(safe_next(request.form.get("next") or _page_of(event, of)), 303)
