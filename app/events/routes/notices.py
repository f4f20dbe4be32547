"""One's notices: the strip on every page, the list, "Got it", and whether they are mailed."""

from flask import flash, g, jsonify, redirect, render_template, request, url_for

from app.events import notices, notices_mail
from app.events.blueprint import blueprint
from app.events.queries import pass_of
from app.infra import clock
from app.infra.db import transaction
from app.web import guard
from app.web.guard import ATTENDEE, allow
from app.web.templating import safe_next

__all__ = ["notices_mail"]  # its job is known as soon as the pages are
MOST_IDS = 500


@blueprint.app_context_processor
def strip_context():
    """`notices_now()` for base.html: the newest that the person has not seen, and whether there are more."""
    def notices_now():
        event, person = g.get("event"), guard.person()
        return notices.unseen_of(person, event) if event is not None else ([], False)

    return {"notices_now": notices_now}


@blueprint.get("/e/<event_slug>/notices")
@allow(ATTENDEE)
def notices_page(event):
    """All of one's notices at the event, newest first."""
    person = guard.person()
    return render_template("events/notices.html", notices=notices.notices_of(person, event), held=pass_of(event, person),
                           email=person.email)


@blueprint.get("/e/<event_slug>/notices/strip")
@allow(ATTENDEE)
def notices_strip(event):
    """What the strip holds now, for pages that are open."""
    return render_template("events/_notices.html", alone=True)


@blueprint.post("/e/<event_slug>/notices/seen")
@allow(ATTENDEE)
def notices_seen(event):
    """Got it."""
    ids = [i for i in request.form.getlist("notice", type=int) if 0 < i < 2**31][:MOST_IDS]
    with transaction():
        notices.got_it(guard.person(), event, ids, at=clock.now())
    if guard.wants_json():
        return jsonify(seen=len(ids))
    return redirect(safe_next(request.form.get("next")), 303)


@blueprint.post("/e/<event_slug>/notices/mail")
@allow(ATTENDEE)
def notices_mail_wish(event):
    """Wish mails of changes, or none any more."""
    wanted = request.form.get("mail") == "1"
    with transaction(event):
        notices.wish_mail(guard.person(), event, wanted)
    flash("Changes that concern you are mailed to you, about a minute after they are made." if wanted else
          "No more mails of changes.", "success")
    return redirect(url_for("events.notices_page", event_slug=event.slug), 303)
