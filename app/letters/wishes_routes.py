""""Your mail": for who is signed in, and without signing in from the links at the end of a mail.

Those links change nothing when they are opened: programs open links. One press of a button does; and the POST that mail programs
send when somebody presses "unsubscribe" there (RFC 8058), which brings no cookie and is let in without a form's token.
"""

from flask import flash, make_response, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import Invalid
from app.infra import clock, db
from app.infra.db import transaction
from app.letters import actions, queries, stopping, tokens, wording
from app.letters.blueprint import blueprint
from app.letters.forms import WishesForm
from app.letters.names import called
from app.web import guard
from app.web.guard import PUBLIC, SIGNED_IN, allow


@blueprint.record_once
def _taken_from_mail_programs(state) -> None:
    for view in (stop, stop_all):
        state.app.extensions["csrf"].exempt(view)


@blueprint.route("/me/mail", methods=["GET", "POST"])
@allow(SIGNED_IN)
def mine():
    """How I want to be written to, and what I stopped."""
    return _wishes(guard.person(), "")


@blueprint.route("/mail/wishes/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def wishes(token: str):
    """The same for whoever has a mail's link."""
    return _private(_wishes(tokens.read(token, "wishes")[0], token))


def _wishes(person: Person, token: str):
    row = queries.wishes_of(person)
    form = WishesForm(obj=row)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change_wishes(person, person, **{name: form[name].data for name in (
                    "how", "time_zone", "quiet_from", "quiet_until", "weekly_day")}, at=clock.now())
            flash("Saved.", "success")
            return redirect(_back(token), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("letters/wishes.html", person=person, row=row, form=form, stopped=queries.stopped_by(person),
                           token=token, active="me"), 422 if form.errors else 200


def _back(token: str) -> str:
    return url_for("letters.wishes", token=token) if token else url_for("letters.mine")


def _asking() -> tuple[Person, str]:
    """Who presses a button of the page: by the mail's link that the page was opened with, or signed in."""
    token = request.form.get("token", "")
    return (tokens.read(token, "wishes")[0] if token else guard.person()), token


@blueprint.post("/me/mail/again")
@allow(PUBLIC)
def again():
    """Get mail again about what was stopped."""
    person, token = _asking()
    about, _, thing_id = request.form.get("what", "").partition("-")
    known = thing_id.isascii() and thing_id.isdigit() and len(thing_id) < 11 and int(thing_id) < 2**31
    with transaction():
        actions.start_again(person, person, about, int(thing_id) if known else 0)
    flash("You get mail about it again.", "success")
    return redirect(_back(token), 303)


@blueprint.post("/me/mail/works")
@allow(PUBLIC)
def works():
    """Say that the address takes mail again."""
    person, token = _asking()
    with transaction():
        actions.address_works(person, person)
    flash("We will write to your address again.", "success")
    return redirect(_back(token), 303)


@blueprint.route("/mail/stop/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def stop(token: str):
    """No more mail about something: one button, or a mail program's POST. And back again. Nothing is left by it."""
    about, _, signed = token.partition(".")
    person, thing_id = tokens.read(signed, f"stop {about}")
    if request.method == "POST":
        with transaction():
            if "again" in request.form:
                actions.start_again(person, person, about, thing_id)
            else:
                actions.stop(person, person, about, thing_id, at=clock.now())
    name, path = called(person, [(about, thing_id)]).get((about, thing_id), ("", ""))
    said = stopping.words_for(about, thing_id, path)
    return _private(render_template("letters/stop.html", said=said, name=name, path=path,
                                    stopped=queries.has_stopped(person, about, thing_id)))


@blueprint.route("/mail/stop-all/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def stop_all(token: str):
    """Get no mail any more: one button, or a mail program's POST."""
    person, _ = tokens.read(token, "stop all")
    if request.method == "POST":
        with transaction():
            actions.stop_all(person, person)
    row = queries.wishes_of(person)
    return _private(render_template("letters/stop.html", said=stopping.ALL, name="", path="", stopped=row.how == "none",
                                    every=True, wishes_url=wording.wishes_link(row)))


def _private(answer):
    response = make_response(answer)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the link's secret
    return response
