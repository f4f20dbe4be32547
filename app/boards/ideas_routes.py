"""The Ideas Bazaar's pages: all ideas, one idea, putting one up, and the buttons on them."""

from flask import flash, redirect, render_template, request, url_for

from app.boards import (  # noqa: F401 - the last forgets in ideas what was taken off the record
    ideas_actions,
    ideas_queries,
    ideas_record,
    ideas_sources,
    pledges_queries,
    policy,
)
from app.boards.blueprint import blueprint
from app.boards.idea_models import Idea
from app.boards.ideas_forms import IdeaForm, TriedForm
from app.boards.ideas_queries import NOT_OFFERED, OFFERED, Chosen
from app.boards.ideas_sources import NOWHERE, Source
from app.boards.pledges_seats import seats_of
from app.errors import Invalid, require
from app.events import policy as events_policy
from app.grid.queries import session_in
from app.infra import clock, db
from app.infra.db import transaction
from app.notes import policy as notes_policy
from app.notes.queries import written_of
from app.pitches.queries import LARGEST_ID, topic_keys
from app.web.guard import ATTENDEE, READER, allow, person
from app.web.panels import facts_of, panels_of
from app.web.templating import safe_next

IDEA = "/e/<event_slug>/ideas/<int:idea_id>"


@blueprint.get("/e/<event_slug>/ideas")
@allow(READER)
def ideas(event):
    """The Ideas Bazaar: every idea of the event, to look at, to join, to pledge for."""
    listing = ideas_queries.bazaar(event, person(), chosen(), number("page") or 1)
    return render_template("boards/ideas.html", active="boards", listing=listing, facts=facts_of("idea", event),
                           can_offer=policy.can_offer(person(), event), public_pledges=pledges_queries.public_count(event),
                           here=request.full_path.rstrip("?"))


@blueprint.get(IDEA)
@allow(READER)
def idea(event, idea_id: int):
    """One idea: what to try, who offers it, who joined, pledges, where it came from and what became of it."""
    found = ideas_queries.idea_in(event, idea_id)
    return _page(event, found)


def _page(event, found: Idea, form: TriedForm | None = None, status: int = 200):
    somebody = person()
    form = form or TriedForm(formdata=None, tried=found.tried_at is not None, came_of=found.came_of)
    form.version.data = str(found.version)
    can_offer = policy.can_offer(somebody, event)
    return render_template(
        "boards/idea.html", active="boards", idea=found, source=ideas_sources.seen_by(somebody, found),
        can_offer=can_offer, can_change=policy.can_change_idea(somebody, found),
        joined=somebody is not None and any(one.person_id == somebody.id for one in found.joiners),
        offering=somebody is not None and bool(found.offered_name) and found.offered_by_id == somebody.id,
        pledges=pledges_queries.of_idea(found, somebody, seats_of(somebody, event)),
        topic_keys=topic_keys(event) if found.session is not None else {}, panels=panels_of("idea", found, somebody),
        form=form, can_say_tried=policy.can_say_tried(somebody, found)), status


@blueprint.route("/e/<event_slug>/ideas/new", methods=["GET", "POST"])
@allow(ATTENDEE)
def idea_new(event):
    """Put an idea up: of an insight (`insight`), of a session (`session`) or a line of its notes (`line`), or of nothing."""
    form = IdeaForm()
    source = _source(event, form.said.data or "")
    require(policy.can_offer(person(), event), ideas_actions.JOIN_FIRST)
    there = ideas_sources.made_of(event, source)
    if there is not None:
        return _there_already(event, there)
    if request.method == "GET":
        form.name.data, form.what.data = ideas_sources.suggestion(source)
        form.said.data, form.offers.data = source.line, not source.words
    elif form.validate():
        try:
            with transaction(event):
                made = ideas_actions.put_up(
                    person(), event, _source(event, form.said.data or ""), name=form.name.data, what=form.what.data,
                    offers=form.offers.data, offered_by=form.offered_by.data, at=clock.now())
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
            source = _source(event, form.said.data or "")
        else:
            flash(f"“{made.name}” is at the Ideas Bazaar.", "success")
            return redirect(url_for("boards.idea", event_slug=event.slug, idea_id=made.id), 303)
    nameless = source.unsigned or not notes_policy.names_people(event)
    noted = source.session is not None and not source.words and bool(written_of(source.session).text)
    return render_template("boards/idea_new.html", active="boards", form=form, source=source, nameless=nameless, noted=noted,
                           narrower=ideas_sources.narrower(event, source), can_name=events_policy.can_help(person(), event),
                           ), 422 if form.errors else 200


def _there_already(event, there: Idea):
    flash("That is an idea already." if not there.withdrawn else "That became an idea, which was withdrawn.", "info")
    return redirect(url_for("boards.idea", event_slug=event.slug, idea_id=there.id), 303)


def _source(event, said: str) -> Source:
    """What the address says the idea is made of."""
    if (insight_id := number("insight")) is not None:
        return ideas_sources.of_insight(event, person(), insight_id)
    if (session_id := number("session")) is not None:
        return ideas_sources.of_session(event, person(), session_id, number("line"), said)
    return NOWHERE


@blueprint.get("/e/<event_slug>/ideas/lines")
@allow(ATTENDEE)
def idea_lines(event):
    """The lines of a session's notes (`session`), each to be made an idea with one tap."""
    session = session_in(event, number("session") or 0)
    require(notes_policy.can_read(person(), session), ideas_sources.NO_LINE)
    lines = ideas_sources.lines_of(written_of(session).text)
    return render_template("boards/idea_lines.html", active="boards", session=session, lines=lines,
                           became=ideas_queries.ideas_of_lines(session))


@blueprint.route(f"{IDEA}/edit", methods=["GET", "POST"])
@allow(ATTENDEE)
def idea_edit(event, idea_id: int):
    """Change what an idea says. Saving over somebody else's change shows both and keeps what was typed."""
    found, form = ideas_queries.idea_in(event, idea_id), IdeaForm()
    require(policy.can_change_idea(person(), found), ideas_actions.NOT_YOURS)
    can_name = events_policy.can_help(person(), event)
    status, theirs = 200, None
    if request.method == "GET":
        form.name.data, form.what.data, form.version.data = found.name, found.what, str(found.version)
        form.offered_by.data = found.offered_name
    elif form.validate():
        try:
            with transaction(event):
                ideas_actions.change(person(), ideas_queries.idea_in(event, idea_id), name=form.name.data, what=form.what.data,
                                     offered_by=form.offered_by.data if can_name else None, seen=form.seen)
        except ideas_actions.Changed:
            status, theirs = 409, ideas_queries.idea_in(event, idea_id)
            form.version.data = str(theirs.version)
        except Invalid as problem:
            form.refuse(problem)
        else:
            flash("Saved.", "success")
            return redirect(url_for("boards.idea", event_slug=event.slug, idea_id=idea_id), 303)
    if form.errors:
        status = 422
    return render_template("boards/idea_edit.html", active="boards", form=form, idea=ideas_queries.idea_in(event, idea_id),
                           theirs=theirs, can_name=can_name), status


@blueprint.post(f"{IDEA}/withdraw")
@allow(ATTENDEE)
def idea_withdraw(event, idea_id: int):
    """Take an idea off the lists."""
    with transaction(event):
        ideas_actions.withdraw(person(), ideas_queries.idea_in(event, idea_id))
    return _back("The idea is withdrawn. It can be put up again.", event, idea_id)


@blueprint.post(f"{IDEA}/again")
@allow(ATTENDEE)
def idea_again(event, idea_id: int):
    """Put a withdrawn idea up again."""
    with transaction(event):
        ideas_actions.put_up_again(person(), ideas_queries.idea_in(event, idea_id))
    return _back("The idea is at the Ideas Bazaar again.", event, idea_id)


@blueprint.post(f"{IDEA}/tried")
@allow(ATTENDEE)
def idea_tried(event, idea_id: int):
    """Say that it was tried, and what came of it. After somebody else did, both are shown and nothing is lost."""
    found, form = ideas_queries.idea_in(event, idea_id), TriedForm()
    require(policy.can_say_tried(person(), found), ideas_actions.FOR_JOINERS)
    status = 422
    if form.validate():
        try:
            with transaction(event):
                ideas_actions.say_tried(person(), ideas_queries.idea_in(event, idea_id), tried=form.tried.data,
                                        came_of=form.came_of.data, seen=form.seen, at=clock.now())
            return _back("Saved.", event, idea_id)
        except ideas_actions.Changed as problem:
            status = 409
            form.form_errors.append(problem.message)
        except Invalid as problem:
            form.refuse(problem)
        db.session.rollback()
    return _page(event, ideas_queries.idea_in(event, idea_id), form, status)


@blueprint.post(f"{IDEA}/join")
@allow(ATTENDEE)
def idea_join(event, idea_id: int):
    """I'll try it, too."""
    with transaction(event):
        found = ideas_queries.idea_in(event, idea_id)
        ideas_actions.join(person(), found, at=clock.now())
        name = found.name
    return _back(f"You joined “{name}”.", event, idea_id)


@blueprint.post(f"{IDEA}/leave")
@allow(ATTENDEE)
def idea_leave(event, idea_id: int):
    """No longer have joined it."""
    with transaction(event):
        found = ideas_queries.idea_in(event, idea_id)
        ideas_actions.leave(person(), found)
        name = found.name
    return _back(f"You left “{name}”.", event, idea_id)


@blueprint.post(f"{IDEA}/offer")
@allow(ATTENDEE)
def idea_offer(event, idea_id: int):
    """I offer it."""
    with transaction(event):
        ideas_actions.offer(person(), ideas_queries.idea_in(event, idea_id))
    return _back("You offer this idea. Your name is shown with it.", event, idea_id)


@blueprint.post(f"{IDEA}/offer-back")
@allow(ATTENDEE)
def idea_offer_back(event, idea_id: int):
    """Nobody offers it any longer."""
    with transaction(event):
        ideas_actions.stop_offering(person(), ideas_queries.idea_in(event, idea_id))
    return _back("Nobody offers this idea now.", event, idea_id)


def chosen() -> Chosen:
    """What the address narrows the bazaar to; what makes no sense is as good as nothing."""
    offered = request.args.get("offered", "")
    return Chosen(number("topic"), number("session"), offered if offered in (OFFERED, NOT_OFFERED) else "")


def number(name: str) -> int | None:
    """A number that the address gives; None for none, for what is none, and for one that can name nothing."""
    text = request.args.get(name, "")
    found = int(text[:11]) if text.isascii() and text.isdigit() else 0
    return found if 0 < found <= LARGEST_ID else None


def _back(message: str, event, idea_id: int):
    """Back to where the button was: the bazaar, or the idea's page."""
    flash(message, "success")
    page = url_for("boards.idea", event_slug=event.slug, idea_id=idea_id)
    return redirect(safe_next(request.form.get("next") or page), 303)
