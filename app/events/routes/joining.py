"""Joining an event on the day, and the code on the screen."""

from flask import Response, flash, g, redirect, render_template, request, url_for

from app.accounts import cookie
from app.accounts.routes.sign_in import link_to
from app.errors import Invalid
from app.events import actions, join_codes, queries
from app.events.blueprint import blueprint
from app.events.forms import CodeForm, JoinForm
from app.infra import clock, db
from app.infra.db import transaction
from app.web import guard
from app.web.guard import ORGANISER, PUBLIC, allow
from app.web.limits import limiter
from app.web.qr import qr_answer
from app.web.templating import absolute_url_for

WRONG = "No event has that code. Look at the screen again: it has letters and digits, and spaces do not matter."


def _was_wrong(_response) -> bool:
    return g.get("wrong_code", False)


# Guesses are counted by where they come from, together for typing and for addresses. A whole venue shares one address, so
# the limit is far above what a room full of people mistypes, and far below what guessing one of 85 million takes.
wrong_codes = limiter.shared_limit("200 per 10 minutes", scope="join-code", deduct_when=_was_wrong)


@blueprint.get("/join")
@wrong_codes
@allow(PUBLIC)
def join():
    """Type the code."""
    form = CodeForm(request.args, meta={"csrf": False})
    typed = join_codes.folded(form.code.data or "")
    if "code" not in request.args:
        return render_template("events/join.html", form=form)
    if typed and queries.event_joined_by(typed) is not None:
        return redirect(url_for("events.join_code", code=typed), 303)
    return _wrong(form)


def _wrong(form: CodeForm):
    g.wrong_code = True
    form.validate()
    form.refuse(Invalid(WRONG if (form.code.data or "").strip() else "Type the code that is on the screen.", "code"))
    return render_template("events/join.html", form=form), 422


@blueprint.route("/join/<code>", methods=["GET", "POST"])
@wrong_codes
@limiter.limit("600 per 10 minutes", methods=["POST"])
@allow(PUBLIC)
def join_code(code: str):
    """Say who you are and be in. The address stands in the QR code."""
    event = queries.event_joined_by(join_codes.folded(code))
    if event is None:
        return _wrong(CodeForm(data={"code": code}, meta={"csrf": False}))
    person = guard.person()
    if person is not None and queries.pass_of(event, person) is not None:
        return redirect(url_for("events.show", event_slug=event.slug), 303)
    form = JoinForm()
    if request.method == "POST" and (person is not None or form.validate()):
        try:
            return _join(event, person, form)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    page = render_template("events/join_event.html", form=form, joining=event, code=code)
    return page, 422 if form.errors else 200


def _join(event, person, form: JoinForm) -> Response:
    front = url_for("events.show", event_slug=event.slug)
    with transaction(event):
        holder = actions.join(person, event, name=form.name.data or "", organisation=form.organisation.data or "",
                              email=form.email.data or "", next_path=front, link_to=link_to, at=clock.now())
    said = f"You are in, {holder.name}."
    if person is None:
        cookie.enter(holder)
        said += (" We have sent a link to your address: open it within a day, then you can sign in on any device."
                 if form.email.data else " Your pass is on this device.")
    flash(said, "success")
    return redirect(front, 303)


def _address(event) -> str:
    return absolute_url_for("events.join_code", code=event.join_code)


@blueprint.get("/e/<event_slug>/join.svg")
@allow(ORGANISER)
def join_qr(event):
    """The QR code that opens the join page."""
    response = qr_answer(_address(event))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/e/<event_slug>/poster")
@allow(ORGANISER)
def poster(event):
    """The code as big as the screen, for projecting and printing."""
    return render_template("events/poster.html", code=join_codes.shown(event.join_code),
                           address=absolute_url_for("events.join").split("://", 1)[1])


@blueprint.post("/e/<event_slug>/join-code")
@allow(ORGANISER)
def new_join_code(event):
    """Another code, when the old one went where it should not."""
    with transaction(event):
        actions.new_join_code(guard.person(), event)
    flash("There is a new join code. The old one lets nobody in any more.", "success")
    return redirect(url_for("events.poster", event_slug=event.slug), 303)
