"""For the keepers of the site: becoming the first, and the mails that were kept instead of sent."""

from flask import current_app, flash, make_response, redirect, render_template, url_for

from app.accounts import actions, cookie, links, passwords
from app.accounts.blueprint import blueprint
from app.accounts.forms import FirstKeeperForm
from app.accounts.models import FIRST_KEEPER
from app.errors import Invalid
from app.infra import clock, db, mail
from app.infra.db import transaction
from app.web.guard import KEEPER, PUBLIC, allow


@blueprint.route("/first/<secret>", methods=["GET", "POST"])
@allow(PUBLIC)
def first_keeper(secret: str):
    """The link printed at the first start: its opener says who they are and looks after the site from then on."""
    if links.look_at(secret, (FIRST_KEEPER,), at=clock.now()) is None:
        raise links.Spent()
    form = FirstKeeperForm()
    if form.validate_on_submit():
        kept = passwords.hash_of(form.password.data) if form.password.data else None
        try:
            with transaction():
                person = actions.become_first_keeper(
                    secret, name=form.name.data, email=form.email.data, password_hash=kept, at=clock.now())
            cookie.enter(person)
            flash(f"Welcome, {person.name}. You look after this site now.", "success")
            return redirect(url_for("events.series_new"), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    response = make_response(render_template("accounts/first_keeper.html", form=form), 422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/outbox")
@allow(KEEPER)
def outbox():
    """Mails kept with MAIL_URL=outbox:, for handing on. Where mail is really sent nobody reads it here, only how it fared."""
    kept = current_app.extensions["settings"].mail_url == "outbox:"
    response = make_response(render_template("accounts/outbox.html", kept=kept, mails=mail.outbox() if kept else [],
                                             counts=None if kept else mail.counts(), refused=[] if kept else mail.refusals()))
    response.headers["Cache-Control"] = "private, no-store"
    return response
