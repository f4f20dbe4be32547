"""Organisers' pages: what was written and waits, a draft from a ready-made one, trying it, sending and stopping it."""

from flask import flash, redirect, render_template, request, url_for

from app.errors import Conflict, Invalid, NotFound
from app.infra import clock, db
from app.infra.db import transaction
from app.letters import actions as letters
from app.letters import wording
from app.letters.models import EVENT
from app.mailings import actions, composing, queries
from app.mailings.blueprint import blueprint
from app.mailings.drafts import READY, ready
from app.mailings.forms import TO, MailingForm, SendForm, seen
from app.mailings.gathering import Gathered, gather
from app.mailings.models import DRAFT, EVENING, STOPPED, Mailing
from app.web.guard import ORGANISER, allow, person

MAILINGS = "/e/<event_slug>/mailings"
ONE = f"{MAILINGS}/<int:mailing_id>"
SHOWN_SESSIONS = 100  # to choose from, for trying a text


@blueprint.get(MAILINGS)
@allow(ORGANISER)
def listing(event):
    """What was written to attendees, what waits and what is a draft, with numbers; and the ready-made drafts."""
    return render_template("mailings/list.html", sent=queries.mailings_of(event), drafts=READY, to=TO)


@blueprint.route(f"{MAILINGS}/new", methods=["GET", "POST"])
@allow(ORGANISER)
def new(event):
    """A draft, begun from the ready-made one for `kind`."""
    kind = request.args.get("kind", "")
    if kind not in READY:
        raise NotFound("There is no such draft.")
    form = MailingForm()
    if request.method == "GET":
        form.subject.data, form.body.data = ready(event, kind)
        form.recipients.data = READY[kind].recipients
    elif form.validate():
        try:
            with transaction(event):
                mailing = actions.draft(person(), event, kind=kind, at=clock.now(), **_said(form))
            return _to(event, mailing.id)
        except Invalid as problem:
            form.refuse(problem)
    return render_template("mailings/edit.html", form=form, kind=kind, drafts=READY, mailing=None), 422 if form.errors else 200


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
@allow(ORGANISER)
def edit(event, mailing_id: int):
    """Change a draft. Saving over another organiser's change is refused, and keeps what was typed."""
    mailing, form, status = queries.mailing_in(event, mailing_id), MailingForm(), 422
    if request.method == "GET":
        form.recipients.data, form.subject.data, form.body.data = mailing.recipients, mailing.subject, mailing.body
        form.version.data = str(mailing.version)
    elif form.validate():
        try:
            with transaction(event):
                actions.change(person(), queries.mailing_in(event, mailing_id), seen=seen(form), **_said(form))
            return _to(event, mailing_id)
        except Invalid as problem:
            form.refuse(problem)
        except Conflict as problem:
            form.form_errors.append(problem.message)
            status = 409
        db.session.rollback()
        mailing = queries.mailing_in(event, mailing_id)
    page = render_template("mailings/edit.html", form=form, kind=mailing.kind, drafts=READY, mailing=mailing)
    return page, status if form.errors else 200


@blueprint.get(ONE)
@allow(ORGANISER)
def show(event, mailing_id: int):
    """A mailing as it will come: for oneself, or for somebody who led the session `as`; when it goes out, and numbers."""
    return _page(event, mailing_id)


def _page(event, mailing_id: int, form: SendForm | None = None, status: int = 200):
    mailing = queries.mailing_in(event, mailing_id)
    form = form or SendForm(formdata=None)
    form.version.data = str(mailing.version)
    gathered = gather(event) if mailing.kind == EVENING else None
    chosen = _number("as")
    body, name = _tried(mailing, gathered, chosen)
    return render_template(
        "mailings/show.html", mailing=mailing, form=form, numbers=queries.numbers_of(mailing), drafts=READY, to=TO,
        reach=queries.reach(event, mailing.recipients), html=wording.html_of(body), plain=wording.plain(body), name=name,
        can_change=mailing.state in (DRAFT, STOPPED) and not mailing.written, chosen=chosen,
        sessions=[held for held in gathered.sessions.values() if held.noted][:SHOWN_SESSIONS] if gathered else []), status


@blueprint.post(f"{ONE}/send")
@allow(ORGANISER)
def send(event, mailing_id: int):
    """Send it now, or at the day and time given by the event's clock."""
    form, status = SendForm(), 422
    if form.validate():
        try:
            when = form.when(event.time_zone)
            with transaction(event):
                actions.send(person(), queries.mailing_in(event, mailing_id), when=when, seen=seen(form), at=clock.now())
            flash("It waits until then." if when else "It is being written now.", "success")
            return _to(event, mailing_id)
        except ValueError:
            pass  # said at the field
        except Invalid as problem:
            form.refuse(problem)
        except Conflict as problem:
            form.form_errors.append(problem.message)
            status = 409
        db.session.rollback()
    return _page(event, mailing_id, form, status)


@blueprint.post(f"{ONE}/stop")
@allow(ORGANISER)
def stop(event, mailing_id: int):
    """Stop what waits."""
    with transaction(event):
        actions.stop(person(), queries.mailing_in(event, mailing_id))
    flash("It is stopped. Nobody else is written to.", "success")
    return _to(event, mailing_id)


@blueprint.post(f"{ONE}/remove")
@allow(ORGANISER)
def remove(event, mailing_id: int):
    """Throw a draft away."""
    with transaction(event):
        actions.remove(person(), queries.mailing_in(event, mailing_id))
    flash("The draft is gone.", "success")
    return redirect(url_for("mailings.listing", event_slug=event.slug), 303)


@blueprint.post(f"{ONE}/test")
@allow(ORGANISER)
def test(event, mailing_id: int):
    """Send it to oneself, as it will come: once a minute."""
    with transaction(event):
        sent = _send_test(queries.mailing_in(event, mailing_id))
    if sent:
        flash("A test is on its way to you.", "success")
    else:
        flash("No test was sent: you had one a minute ago, or you have no address here, or you stopped this mail.", "info")
    return _to(event, mailing_id)


def _send_test(mailing: Mailing) -> bool:
    actor, at = person(), clock.now()
    actions.may_try(actor, mailing)
    gathered = gather(mailing.event) if mailing.kind == EVENING else None
    body, _ = _tried(mailing, gathered, None)
    return letters.write(
        actor, kind=queries.KIND, about=(EVENT, mailing.event_id), subject=f"Test: {mailing.subject}", body=body, at=at,
        key=f"test:{mailing.id}:{actor.id}:{at:%Y%m%d%H%M}", time_zone=mailing.event.time_zone, urgent=True,
        from_name=mailing.event.name)


def _tried(mailing: Mailing, gathered: Gathered | None, session_id: int | None) -> tuple[str, str]:
    """The text as it comes to who looks at it, or to somebody who led a session; and what they are called in it.

    Never as somebody real sees it: what people marked and pledged is theirs.
    """
    taps = composing.plain_taps(mailing.event)
    if session_id is not None and gathered is not None:
        return composing.composed(mailing, "Sam Example", gathered.of_somebody(session_id), taps), "Sam Example"
    yours = gathered.of(person().id) if gathered is not None else None
    return composing.composed(mailing, person().name, yours, taps), person().name


def _said(form: MailingForm) -> dict[str, str]:
    return {"recipients": form.recipients.data or "", "subject": form.subject.data, "body": form.body.data}


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text[:9]) if text.isascii() and text.isdigit() else None


def _to(event, mailing_id: int):
    return redirect(url_for("mailings.show", event_slug=event.slug, mailing_id=mailing_id), 303)
