"""Telling the organisers that something is wrong, and the organisers' list of that."""

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.boards.pledges_seats import seats_of
from app.errors import Invalid, NotFound, require
from app.followups import policy as followups_policy
from app.followups.models import Post
from app.infra import clock, db
from app.infra.db import transaction
from app.introductions import policy, queries, reports_actions
from app.introductions.asking_routes import _place, _shown, _way, to_conversation
from app.introductions.blueprint import blueprint
from app.introductions.forms import ReportForm
from app.pitches.queries import LARGEST_ID
from app.web.guard import ORGANISER, SIGNED_IN, allow, person


@blueprint.route("/e/<event_slug>/report", methods=["GET", "POST"])
@allow(SIGNED_IN)
def report(event):
    """Tell the organisers about a person (`person`, with `conversation`), an introduction or a post."""
    require(policy.can_report(person(), event), "This event is for people with a pass to it.")
    about, form = _about(event), ReportForm()
    if form.validate_on_submit():
        try:
            with transaction(event):
                reports_actions.report(person(), event, text=form.text.data, at=clock.now(), **_about(event))
        except Invalid as problem:
            form.refuse(problem)
        else:
            flash("The organisers are told. Nobody else sees it.", "success")
            return redirect(url_for("events.show", event_slug=event.slug), 303)
        about = _about(event)
    page = render_template("introductions/report.html", form=form, called=_called(about), way=_way_to(event, about))
    return page, 422 if form.errors else 200


@blueprint.get("/e/<event_slug>/reports")
@allow(ORGANISER)
def reports(event):
    """What was reported and waits, or (`show=handled`) was looked after."""
    handled = request.args.get("show") == "handled"
    return render_template("introductions/reports.html", handled=handled,
                           reports=queries.reports_of(event, person(), handled=handled))


@blueprint.post("/e/<event_slug>/reports/<int:report_id>/handled")
@allow(ORGANISER)
def handled(event, report_id: int):
    """Say that a report was looked after, or not yet."""
    done = request.form.get("on", "1") == "1"
    with transaction(event):
        reports_actions.look_after(person(), queries.report_in(event, person(), report_id), handled=done, at=clock.now())
    flash("Looked after." if done else "It waits again.", "success")
    return redirect(url_for("introductions.reports", event_slug=event.slug), 303)


def _about(event) -> dict:
    """What the address names, as `report` takes it. Raises NotFound for what is not there or not the reporter's to see."""
    if (number := _number("introduction")) is not None:
        found = queries.introduction_of(person(), number)
        if found.event_id != event.id:
            raise NotFound("There is no such introduction.")
        return {"introduction": found}
    if (number := _number("post")) is not None:
        post = db.session.scalar(select(Post).where(Post.id == number).options(joinedload(Post.followup)))
        if post is None or post.followup.event_id != event.id or post.hidden or not followups_policy.can_read_posts(
                person(), post.followup, seats_of(person(), event)):
            raise NotFound("There is no such post.")
        return {"post": post}
    return {"about": _shown(_number("person") or 0, _place(event, None))}


def _way_to(event, about: dict) -> list[tuple[str, str]]:
    """The crumbs to what a report is about."""
    if "introduction" in about:
        return [("Introductions", url_for("introductions.mine"))]
    if "post" in about:
        return [*_way(policy.Place(event=event)), to_conversation(about["post"].followup)]
    return _way(_place(event, None))


def _called(about: dict) -> str:
    if "post" in about:
        return f"a post by {about['post'].name or 'somebody who has left'}"
    who = about.get("about") or db.session.get(Person, policy.other_of(about["introduction"], person().id))
    return who.name


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    found = int(text[:11]) if text.isascii() and text.isdigit() else 0
    return found if 0 < found <= LARGEST_ID else None
