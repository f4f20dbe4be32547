"""What is next in a conversation: on its page, to change it, and its date for calendars."""

from datetime import date, time

from flask import Response, flash, redirect, render_template, request, url_for

from app.errors import Invalid, NotFound, require
from app.events.models import Event
from app.followups import dates_actions, policy
from app.followups import dates_letters as _letters  # noqa: F401 - its jobs are registered
from app.followups.asked import conversation_asked
from app.followups.blueprint import blueprint
from app.followups.clashing import Clash
from app.followups.conversation_routes import CONVERSATION
from app.followups.dates_calendar import Date, calendar_file
from app.followups.dates_facts import date_of, own_dates_of, when
from app.followups.dates_forms import NextForm
from app.followups.letters_words import readers_in
from app.followups.models import OPEN
from app.followups.parts import DATE, Seen, part
from app.infra import clock
from app.infra.db import transaction
from app.letters import queries as letters_queries
from app.letters import tokens, wishes
from app.letters.models import CONVERSATION as ABOUT
from app.web import sending
from app.web.guard import PUBLIC, READER, SIGNED_IN, allow, person
from app.web.kept import body_of
from app.web.panels import Panel
from app.web.templating import absolute_url_for

OWN, OWN_DAYS = "own dates", 3650  # a calendar is subscribed to for years
NO_DATE = "This conversation has no date just now."
NOT_SHOWN = "The dates of this conversation are for who reads its posts."


@part(DATE)
def date_part(seen: Seen) -> Panel | None:
    """What is next, for who reads the conversation."""
    followup, may = seen.followup, seen.may
    if not may.read_posts or not (followup.next_step or followup.next_at or (may.host and followup.state == OPEN)):
        return None
    found = date_of(followup)
    return Panel("followups/_date.html", {
        "followup": followup, "event": followup.event, "date": found, "when": when(found) if found else "",
        "over": found is not None and found.ends_at <= clock.now(), "in_it": may.part is not None,
        "may_change": may.host and followup.state == OPEN})


@blueprint.route(f"{CONVERSATION}/next-step", methods=["GET", "POST"])
@allow(READER)
def next_step(event, followup_id: int):
    """Say what is next, and when."""
    followup, seats = conversation_asked(event, followup_id)
    require(policy.can_host(person(), followup, seats), dates_actions.FOR_HOSTS)
    fields = dates_actions.as_fields(followup)
    form, status, clash = NextForm(data=_typed(fields)), 200, None
    if form.validate_on_submit():
        try:
            with transaction(event):
                followup, seats = conversation_asked(event, followup_id)
                changed = dates_actions.set_next(person(), followup, form.wanted, form.was, at=clock.now(), seats=seats)
                dated = followup.next_at is not None
            flash(_said(changed, dated), "success")
            return _to_page(event, followup_id)
        except Clash as problem:
            status, clash = problem.status, problem
            form.begin_from(problem.theirs)
        except Invalid as problem:
            form.refuse(problem)
    followup, seats = conversation_asked(event, followup_id)
    told = letters_queries.reached(readers_in(followup), ABOUT, followup.id)
    page = render_template("followups/next_step.html", active="followups", followup=followup, form=form, clash=clash,
                           count=len(told), back=_page_of(event, followup_id))
    return page, 422 if form.errors else status


@blueprint.post(f"{CONVERSATION}/next-step/take-away")
@allow(READER)
def take_next_step_away(event, followup_id: int):
    """There is no next step any more: calendars are told so."""
    with transaction(event):
        followup, seats = conversation_asked(event, followup_id)
        dates_actions.take_away(person(), followup, at=clock.now(), seats=seats)
    flash("The next step is taken away. Who had it in their calendar is told.", "success")
    return _to_page(event, followup_id)


@blueprint.get(f"{CONVERSATION}/date.ics")
@allow(READER)
def date_ics(event, followup_id: int) -> Response:
    """The date for a calendar: to keep, or to follow where everybody may read the conversation."""
    followup, seats = conversation_asked(event, followup_id)
    require(policy.can_read_posts(person(), followup, seats), NOT_SHOWN)
    found = date_of(followup)
    if found is None:
        raise NotFound(NO_DATE)
    return _calendar([found], found.title, f"{event.slug}-conversation-{followup.id}.ics", person() is None)


@blueprint.route("/follow-ups/calendar", methods=["GET", "POST"])
@allow(SIGNED_IN)
def own_calendar():
    """The address of somebody's own calendar of the dates of their conversations."""
    if request.method == "POST":
        with transaction():
            wishes.of(person())
        return redirect(url_for(".own_calendar"), 303)
    row = wishes.known(person())
    address = absolute_url_for(".own_dates_ics", token=tokens.signed(row, OWN, 0, OWN_DAYS)) if row else None
    coming = [(one, when(one)) for one in own_dates_of(person(), clock.now()) if one.ends_at > clock.now()]
    return render_template("followups/own_calendar.html", address=address, dates=coming)


@blueprint.get("/follow-ups/calendar/<token>.ics")
@allow(PUBLIC)
def own_dates_ics(token: str) -> Response:
    """The dates of somebody's conversations: whoever has the link is taken for its owner."""
    owner, _ = tokens.read(token, OWN)
    response = _calendar(own_dates_of(owner, clock.now()), "My conversations", "conversations.ics", False)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _calendar(dates: list[Date], name: str, file: str, everybody: bool) -> Response:
    response = sending.sent(body_of(calendar_file(dates, name=name)), "text/calendar", everybody=everybody)
    if response.status_code == 200:
        response.headers["Content-Disposition"] = f'inline; filename="{file}"'
    return response


def _typed(fields: dict[str, str]) -> dict:
    return {"step": fields["step"], "where": fields["where"], "day": date.fromisoformat(fields["day"]) if fields["day"] else None,
            "time": time.fromisoformat(fields["time"]) if fields["time"] else None,
            "minutes": int(fields["minutes"]) if fields["minutes"] else None} | {f"was_{k}": v for k, v in fields.items()}


def _said(changed: bool, dated: bool) -> str:
    if not changed:
        return "Nothing was changed."
    return "Saved. Who is in the conversation gets the date by e-mail, for their calendar." if dated else "Saved."


def _page_of(event: Event, followup_id: int) -> str:
    return url_for("followups.conversation", event_slug=event.slug, followup_id=followup_id)


def _to_page(event: Event, followup_id: int):
    return redirect(_page_of(event, followup_id), 303)
