"""One's own: all that is known of me as a file, and being erased."""

from flask import Response, current_app, flash, redirect, render_template, request, url_for

from app.accounts import cookie
from app.accounts import policy as accounts_policy
from app.accounts.models import Person
from app.errors import Conflict
from app.infra import clock, db
from app.infra.db import transaction
from app.privacy import actions, export, queries
from app.privacy.blueprint import blueprint
from app.privacy.forms import EraseForm
from app.web import kept
from app.web.guard import SIGNED_IN, allow, person
from app.web.limits import limiter
from app.web.panels import Panel


def acting_person() -> str:
    """What exports are counted by."""
    return str(person().id) if person() else ""


@blueprint.get("/account/export")
@limiter.limit("20 per hour", key_func=acting_person)
@allow(SIGNED_IN)
def take_out():
    """All that is known of me, as a zip with JSON and CSV."""
    somebody, at = person(), clock.now()
    made = export.packed(export.of_person(somebody, somebody, at), at)
    return Response(made, mimetype="application/zip", headers={
        "Content-Disposition": f'attachment; filename="folkmoot-{at:%Y-%m-%d}.zip"', "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox"})


@blueprint.route("/account/erase", methods=["GET", "POST"])
@allow(SIGNED_IN)
def erase():
    """What being erased means, and the button for it. Whoever can sign in again must have done so just now."""
    somebody = person()
    blocked = queries.in_the_way(somebody)
    proved = not accounts_policy.can_come_back(somebody) or cookie.just_entered(clock.now())
    form = EraseForm()
    if request.method == "POST" and not proved:
        return _page(form, blocked, proved), 403
    if not blocked.sentences and form.validate_on_submit():
        try:
            with transaction():
                actions.erase(somebody, posts=form.posts.data, secret=current_app.secret_key, at=clock.now())
        except Conflict:  # somebody else left meanwhile, so that there is something to hand over now
            db.session.rollback()
            return _page(form, queries.in_the_way(person()), proved), 409
        kept.forget()  # pages that were made with their name
        cookie.leave()
        flash("You are erased here. Nothing of yours is left but what you wrote into shared notes, without your name.", "success")
        return redirect(url_for("events.home"), 303)
    return _page(form, blocked, proved), 409 if request.method == "POST" and blocked.sentences else 422 if form.errors else 200


def _page(form: EraseForm, blocked: queries.InTheWay, proved: bool) -> str:
    return render_template("privacy/erase.html", form=form, blocked=blocked, proved=proved, active="me")


def person_panel(_somebody: Person, _viewer: Person | None = None) -> Panel:
    """On somebody's own page: taking out what is known of them, and being erased."""
    return Panel("privacy/_person_panel.html")
