"""Pledges: making one, one's own and those one may see, what came of it, taking it back."""

from flask import flash, redirect, render_template, request, url_for

from app.boards import ideas_queries, pledges_actions, pledges_queries, policy
from app.boards.blueprint import blueprint
from app.boards.idea_models import Pledge
from app.boards.ideas_forms import CameOfForm, PledgeForm
from app.boards.ideas_routes import number
from app.boards.pledges_seats import own_groups, seats_of
from app.errors import Invalid, require
from app.infra import clock, db
from app.infra.db import transaction
from app.web.guard import ATTENDEE, READER, allow, person
from app.web.panels import panels_of, tell_rooms

PLEDGE = "/e/<event_slug>/pledges/<int:pledge_id>"


@blueprint.get("/e/<event_slug>/pledges")
@allow(READER)
def pledges(event):
    """One's own pledges, and those of others that one may see."""
    listing = pledges_queries.pledges_of(event, person(), seats_of(person(), event), number("page") or 1)
    return render_template("boards/pledges.html", active="boards", listing=listing, can_offer=policy.can_offer(person(), event))


@blueprint.route("/e/<event_slug>/pledges/new", methods=["GET", "POST"])
@allow(ATTENDEE)
def pledge_new(event):
    """Make a pledge, for an idea (`idea`) or for oneself."""
    idea = ideas_queries.idea_in(event, number("idea")) if number("idea") else None
    groups = own_groups(person(), event)
    form = PledgeForm(idea, groups)
    if form.validate_on_submit():
        try:
            seats = frozenset(group.id for group in groups)
            with transaction(event):
                idea = ideas_queries.idea_in(event, number("idea")) if number("idea") else None
                made = pledges_actions.make(
                    person(), event, key=form.key.data or "", text=form.text.data, by_day=form.by_day.data, shown=form.audience,
                    idea=idea, group=form.group, seats=seats, at=clock.now())
            flash("Your pledge is kept.", "success")
            return redirect(url_for("boards.pledge", event_slug=event.slug, pledge_id=made.id), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
            idea = ideas_queries.idea_in(event, number("idea")) if number("idea") else None
    return render_template("boards/pledge_new.html", active="boards", form=form, idea=idea, pledge=None), (
        422 if form.errors else 200)


@blueprint.get(PLEDGE)
@allow(READER)
def pledge(event, pledge_id: int):
    """One pledge, to whoever may read it; to its person with what they can do about it."""
    return _page(event, _found(event, pledge_id))


def _page(event, found: Pledge, form: CameOfForm | None = None):
    form = form or CameOfForm(state=found.state, came_of=found.came_of)
    return render_template("boards/pledge.html", active="boards", pledge=found, form=form,
                           own=policy.can_change_pledge(person(), found), panels=panels_of("pledge", found, person()),
                           ), 422 if form.errors else 200


@blueprint.route(f"{PLEDGE}/edit", methods=["GET", "POST"])
@allow(READER)
def pledge_edit(event, pledge_id: int):
    """Change one's own pledge, and who sees it."""
    found = _own(event, pledge_id)
    groups = own_groups(person(), event)
    if found.group is not None and found.group.id not in {group.id for group in groups}:
        groups.append(found.group)  # of a group that was sat in on another board by now
    form = PledgeForm(found.idea, groups)
    if request.method == "GET":
        form.show(found)
    elif form.validate():
        try:
            with transaction(event):
                pledges_actions.edit(person(), _own(event, pledge_id), text=form.text.data, by_day=form.by_day.data,
                                     shown=form.audience, group=form.group, seats=frozenset(group.id for group in groups))
            flash("Saved.", "success")
            return redirect(url_for("boards.pledge", event_slug=event.slug, pledge_id=pledge_id), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
            found = _own(event, pledge_id)
    return render_template("boards/pledge_new.html", active="boards", form=form, idea=found.idea, pledge=found), (
        422 if form.errors else 200)


@blueprint.post(f"{PLEDGE}/came-of")
@allow(READER)
def pledge_came_of(event, pledge_id: int):
    """Say whether it was kept, and what came of it."""
    found, form = _own(event, pledge_id), CameOfForm()
    if form.validate():
        try:
            with transaction(event):
                pledges_actions.say_what_came(person(), _own(event, pledge_id), state=form.state.data or "",
                                              came_of=form.came_of.data)
            flash("Saved.", "success")
            return redirect(url_for("boards.pledge", event_slug=event.slug, pledge_id=pledge_id), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
            found = _own(event, pledge_id)
    return _page(event, found, form)


@blueprint.route(f"{PLEDGE}/take-back", methods=["GET", "POST"])
@allow(READER)
def pledge_take_back(event, pledge_id: int):
    """Ask whether to take it back, saying what goes with it; then do."""
    found = _own(event, pledge_id)
    if request.method == "GET":
        return render_template("boards/pledge_take_back.html", active="boards", pledge=found,
                               panels=panels_of("pledge taken back", found, person()))
    with transaction(event):
        found = _own(event, pledge_id)
        tell_rooms("pledge taken back", found)
        pledges_actions.take_back(person(), found)
    flash("Your pledge is taken back. Nothing of it is kept.", "success")
    return redirect(url_for("boards.pledges", event_slug=event.slug), 303)


def _found(event, pledge_id: int) -> Pledge:
    return pledges_queries.pledge_in(event, person(), pledge_id, seats_of(person(), event))


def _own(event, pledge_id: int) -> Pledge:
    found = _found(event, pledge_id)
    require(policy.can_change_pledge(person(), found), pledges_actions.NOT_YOURS)
    return found
