"""One's own page."""

from flask import flash, redirect, render_template, request, url_for

from app.accounts import actions, cookie, passwords, policy
from app.accounts.blueprint import blueprint
from app.accounts.forms import AddressForm, NameForm, NewPasswordForm
from app.accounts.routes.sign_in import link_to
from app.errors import Invalid
from app.infra import clock, db
from app.infra.db import transaction
from app.web import guard
from app.web.guard import SIGNED_IN, allow
from app.web.limits import limiter
from app.web.panels import panels_of, tell_rooms

PROVED_FOR = ("accounts.address", "accounts.new_password", "privacy.erase")  # what wants somebody who has just signed in


def acting_person() -> str:
    """What mails that somebody signed in asks for are counted by."""
    return str(guard.person().id) if guard.person() else ""


@blueprint.get("/me")
@allow(SIGNED_IN)
def me():
    """Who I am here, how I sign in, and what other rooms have of me."""
    person = guard.person()
    return render_template("accounts/me.html", person=person, lasting=policy.can_come_back(person),
                           panels=panels_of("person", person, person), active="me")


@blueprint.route("/me/name", methods=["GET", "POST"])
@allow(SIGNED_IN)
def name():
    """Change my name and organisation."""
    person = guard.person()
    form = NameForm(obj=person)
    if form.validate_on_submit():
        with transaction():
            actions.change_name(person, person, name=form.name.data, organisation=form.organisation.data)
            tell_rooms("renamed", person)
        flash("Saved.", "success")
        return redirect(url_for("accounts.me"), 303)
    return render_template("accounts/name.html", form=form, active="me"), 422 if form.errors else 200


@blueprint.route("/me/address", methods=["GET", "POST"])
@limiter.limit("10 per hour", key_func=acting_person, methods=["POST"])
@allow(SIGNED_IN)
def address():
    """Give an address, or another one. Nothing changes until the link sent there is opened."""
    person = guard.person()
    if policy.can_come_back(person) and not cookie.just_entered(clock.now()):
        return _prove_yourself("accounts.address")
    form = AddressForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.ask_to_tie(person, form.email.data, next_path=url_for("accounts.me"), link_to=link_to, at=clock.now())
            flash("We have sent a link to that address. Open it within a day to confirm the address.", "success")
            return redirect(url_for("accounts.me"), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("accounts/address.html", form=form, person=person, active="me"), 422 if form.errors else 200


@blueprint.route("/me/password", methods=["GET", "POST"])
@allow(SIGNED_IN)
def new_password():
    """Set a password or another one, or take it away."""
    person = guard.person()
    if not policy.can_have_password(person):
        flash("Give an e-mail address first: a password goes with one.", "info")
        return redirect(url_for("accounts.address"), 303)
    if not cookie.just_entered(clock.now()):
        return _prove_yourself("accounts.new_password")
    form = NewPasswordForm()
    if request.method == "POST" and ("remove" in request.form or form.validate()):
        kept = None if "remove" in request.form else passwords.hash_of(form.password.data)
        with transaction():
            actions.set_password(person, person, kept)
        cookie.enter(person)
        flash("Your password is gone. Sign in by link from now on." if kept is None else
              "Your password is set. Your other devices are signed out.", "success")
        return redirect(url_for("accounts.me"), 303)
    return render_template("accounts/new_password.html", form=form, person=person, active="me"), 422 if form.errors else 200


def _prove_yourself(endpoint: str):
    """A page whose button sends a sign-in link that leads back: a device left lying about must not change the locks."""
    return render_template("accounts/prove.html", back=endpoint, active="me"), 200 if request.method == "GET" else 403


@blueprint.post("/me/prove")
@limiter.limit("10 per hour", key_func=acting_person)
@allow(SIGNED_IN)
def prove():
    """Send me a link that leads back to what I wanted to change."""
    person = guard.person()
    if policy.can_come_back(person):
        back = request.form.get("back", "")
        wanted = back if back in PROVED_FOR else "accounts.new_password"
        with transaction():
            actions.ask_to_sign_in(person.email, next_path=url_for(wanted), link_to=link_to, at=clock.now())
    return redirect(url_for("accounts.sign_in_sent"), 303)


@blueprint.post("/me/end-sessions")
@allow(SIGNED_IN)
def end_sessions():
    """Sign out everywhere."""
    person = guard.person()
    with transaction():
        actions.end_sessions(person, person)
    cookie.leave()
    flash("You are signed out on every device.", "success")
    return redirect(url_for("accounts.sign_in"), 303)
