"""Who holds a pass to an event, and who is what."""

from flask import flash, redirect, render_template, request, url_for

from app.accounts.routes.sign_in import link_to
from app.errors import Invalid
from app.events import actions, queries
from app.events.blueprint import blueprint
from app.events.forms import InviteForm, RoleForm
from app.events.models import Role
from app.events.passes import ROLE_WORDS
from app.infra import clock, db
from app.infra.db import transaction
from app.web import guard
from app.web.guard import ORGANISER, allow
from app.web.limits import limiter
from app.web.templating import safe_next


@blueprint.get("/e/<event_slug>/people")
@allow(ORGANISER)
def people(event):
    """Everybody with a pass, a page at a time."""
    wanted = request.args.get("role", type=int)
    role = Role(wanted) if wanted in (Role.ATTENDEE, Role.CAMPMAKER, Role.ORGANISER) else None
    called = request.args.get("q", "")[:100].replace("\0", "").strip()
    found = queries.holders_of(event, called=called, role=role, page=request.args.get("page", 1, type=int))
    return render_template("events/people.html", found=found, counts=queries.role_counts(event), words=ROLE_WORDS, role=role,
                           called=called, Role=Role, owners=queries.owners_of(event.series))


@blueprint.route("/e/<event_slug>/people/invite", methods=["GET", "POST"])
@limiter.limit("300 per hour", key_func=lambda: str(guard.person().id if guard.person() else ""), methods=["POST"])
@allow(ORGANISER)
def invite(event):
    """Give somebody a pass by their address."""
    form = InviteForm()
    if form.validate_on_submit():
        try:
            with transaction(event):
                person = actions.invite(
                    guard.person(), event, email=form.email.data, name=form.name.data, role=Role(form.role.data), link_to=link_to,
                    next_path=url_for("events.show", event_slug=event.slug), at=clock.now())
            flash(f"{person.name} is {ROLE_WORDS[Role(form.role.data)]} now. We have sent them a link to sign in.", "success")
            return redirect(url_for("events.people", event_slug=event.slug), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("events/invite.html", form=form), 422 if form.errors else 200


@blueprint.route("/e/<event_slug>/people/<int:pass_id>", methods=["GET", "POST"])
@allow(ORGANISER)
def holder(event, pass_id: int):
    """One pass: change the role."""
    held = queries.pass_in(event, pass_id)
    form = RoleForm(data={"role": int(held.role)})
    if form.validate_on_submit():
        with transaction(event):
            actions.change_role(guard.person(), event, held, Role(form.role.data))
        flash(f"{held.person.name} is {ROLE_WORDS[Role(held.role)]} now.", "success")
        return redirect(_back(event, form.next.data), 303)
    return render_template("events/holder.html", form=form, held=held, words=ROLE_WORDS), 422 if form.errors else 200


@blueprint.post("/e/<event_slug>/people/<int:pass_id>/remove")
@allow(ORGANISER)
def remove_holder(event, pass_id: int):
    """Take a pass away."""
    held = queries.pass_in(event, pass_id)
    name = held.person.name
    with transaction(event):
        actions.take_pass_away(guard.person(), event, held)
    flash(f"{name} has no pass any more. What they did stays.", "success")
    return redirect(url_for("events.people", event_slug=event.slug), 303)


def _back(event, path: str | None) -> str:
    """To the page of the list one came from; an organiser who gave that up goes to the front page."""
    front = url_for("events.people", event_slug=event.slug)
    return path if path and safe_next(path).startswith(front) else front
