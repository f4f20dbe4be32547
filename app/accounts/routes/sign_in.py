"""Signing in and out."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for

from app.accounts import actions, addresses, cookie, links, policy, queries
from app.accounts.blueprint import blueprint
from app.accounts.forms import PasswordForm, SignInForm, TieForm, UseLinkForm
from app.accounts.models import TIE_ADDRESS, Link, Person
from app.errors import Invalid
from app.infra import clock, db
from app.infra.db import transaction
from app.web import guard
from app.web.guard import PUBLIC, allow
from app.web.limits import limiter
from app.web.panels import tell_rooms
from app.web.templating import absolute_url_for, safe_next


def link_to(secret: str) -> str:
    """The full address of a sign-in or confirmation link, for a mail."""
    return absolute_url_for("accounts.link", secret=secret)


def address_typed() -> str:
    """What tries of a password are counted by: the address, however it was written."""
    return addresses.folded(request.form.get("email", ""))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("900 per 10 minutes", methods=["POST"])
@allow(PUBLIC)
def sign_in():
    """Have a link sent to an address."""
    person = guard.person()
    if person is not None and policy.can_come_back(person):
        return redirect(safe_next(request.values.get("next")), 303)
    form = SignInForm(data={"next": request.args.get("next", "")})
    if form.validate_on_submit():
        with transaction():
            actions.ask_to_sign_in(form.email.data, next_path=safe_next(form.next.data), link_to=link_to, at=clock.now())
        return redirect(url_for("accounts.sign_in_sent"), 303)
    return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200


@blueprint.get("/sign-in/sent")
@allow(PUBLIC)
def sign_in_sent():
    """The same page for every address."""
    return render_template("accounts/sign_in_sent.html")


@blueprint.route("/sign-in/password", methods=["GET", "POST"])
@limiter.limit("10 per 15 minutes", key_func=address_typed, methods=["POST"])
@limiter.limit("600 per 10 minutes", methods=["POST"])
@allow(PUBLIC)
def password():
    """Sign in with an address and a password."""
    form = PasswordForm(data={"next": request.args.get("next", "")})
    if form.validate_on_submit():
        person = queries.person_with(form.email.data, form.password.data)
        if person is not None:
            cookie.enter(person)
            return redirect(safe_next(form.next.data), 303)
        form.refuse(Invalid("That address and password do not belong together. Try again, or have a link sent.", "password"))
    return render_template("accounts/password.html", form=form), 422 if form.errors else 200


@blueprint.route("/sign-in/<secret>", methods=["GET", "POST"])
@allow(PUBLIC)
def link(secret: str):
    """A link from a mail. Looking at it changes nothing, since mail scanners do; the button uses it."""
    found = links.look_at(secret, (*links.SIGNS_IN, TIE_ADDRESS), at=clock.now())
    if found is None:
        raise links.Spent()
    response = make_response((_tie if found.purpose == TIE_ADDRESS else _sign_in_by)(found, secret))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _sign_in_by(found: Link, secret: str):
    here, known = guard.person(), queries.person_called(found.email)
    bring = here if here is not None and not policy.can_come_back(here) else None
    form = UseLinkForm(data={"bring": True} if request.method == "GET" else None)
    if form.validate_on_submit():
        try:
            with transaction():
                person, next_path = actions.use_sign_in_link(
                    secret, name=form.name.data, organisation=form.organisation.data,
                    bring=bring if form.bring.data else None, at=clock.now())
                tell_rooms("mail arrived", person)
            return _welcome(person, next_path)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    page = render_template("accounts/link.html", form=form, email=found.email, known=known, bring=bring)
    return page, 422 if form.errors else 200


def _tie(found: Link, secret: str):
    here, asker = guard.person(), db.session.get(Person, found.person_id)
    form = TieForm()
    if form.validate_on_submit():
        had_one = asker is not None and asker.email is not None
        with transaction():
            person, next_path = actions.use_tie_link(here, secret, stay=form.stay.data, at=clock.now())
            tell_rooms("mail arrived", person)
            if had_one:
                tell_rooms("address changed", person)
        return _welcome(person, next_path, f"{person.email} is confirmed: sign in with it on any device.")
    return render_template("accounts/tie.html", form=form, email=found.email, asker=asker, here=here,
                           account=queries.person_called(found.email))


def _welcome(person: Person, next_path: str, said: str = "") -> Response:
    cookie.enter(person)
    flash(said or f"You are signed in as {person.name}.", "success")
    return redirect(safe_next(next_path), 303)


@blueprint.post("/sign-out")
@allow(PUBLIC)
def sign_out():
    """Leave this device. Whose pass lives only here is asked first."""
    person = guard.person()
    if person is not None and not policy.can_come_back(person) and "sure" not in request.form:
        return render_template("accounts/sign_out.html")
    cookie.leave()
    flash("You are signed out.", "success")
    return redirect(url_for("events.home"), 303)
