"""Asking to be introduced, and shutting somebody out, from wherever their name is shown; introducing two others."""

from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app.accounts.models import Person
from app.boards.pledges_seats import seats_of
from app.errors import Conflict, Invalid, NotFound, require
from app.events import policy as events_policy
from app.events.models import Event, Role, Series
from app.followups.models import HOST, FollowUp, Offer
from app.infra import clock, db
from app.infra.db import transaction
from app.introductions import actions, policy, queries
from app.introductions.blueprint import blueprint
from app.introductions.forms import AskForm, IntroduceForm
from app.introductions.people_queries import people_to_introduce
from app.pitches.queries import LARGEST_ID
from app.web.guard import CAMPMAKER, SIGNED_IN, allow, person
from app.web.panels import Panel

LABELS = {queries.ASK: "Introduce us", queries.ASKED: "You asked", queries.ANSWER: "Answer", queries.KNOWN: "Introduced",
          queries.OWN_SHUT: "Blocked by you"}
SENT = "Asked. Nobody is told what they answer unless it is yes."
EVENT_PEOPLE, SERIES_PEOPLE = "/e/<event_slug>/people/<int:person_id>", "/s/<series_slug>/people/<int:person_id>"


@blueprint.route(f"{SERIES_PEOPLE}/introduce", methods=["GET", "POST"])
@blueprint.route(f"{EVENT_PEOPLE}/introduce", methods=["GET", "POST"])
@allow(SIGNED_IN)
def ask(person_id: int, event=None, series=None):
    """Introduce us: one line, and what I share once they say yes."""
    place = _place(event, series)
    other = _shown(person_id, place)
    form = AskForm()
    if form.validate_on_submit():
        try:
            with transaction():
                other = _shown(person_id, place)
                actions.ask(person(), other, place, line=form.line.data, email=form.email.data and person().email is not None,
                            words=form.words.data, key=form.key.data[:36], at=clock.now())
        except Invalid as problem:
            form.refuse(problem)
        except Conflict as problem:
            flash(problem.message, "warn")
            return redirect(url_for("introductions.mine"), 303)
        else:
            flash(SENT, "success")
            return redirect(url_for("introductions.mine"), 303)
    other = _shown(person_id, place)
    how = queries.standing(person(), [other.id], clock.now())[other.id]
    page = render_template("introductions/ask.html", form=form, other=other, series=series, how=how, way=_way(place),
                           conversation=place.followup_id)
    return page, 422 if form.errors else 200


@blueprint.post(f"{SERIES_PEOPLE}/block", endpoint="block_person")
@blueprint.post(f"{EVENT_PEOPLE}/block", endpoint="block_person")
@allow(SIGNED_IN)
def block_person(person_id: int, event=None, series=None):
    """Shut somebody out whose name is shown there."""
    place = _place(event, series)
    with transaction():
        actions.block(person(), _shown(person_id, place).id, at=clock.now())
    flash("Blocked. They are not told.", "success")
    return redirect(url_for("introductions.mine"), 303)


@blueprint.route("/e/<event_slug>/introduce", methods=["GET", "POST"])
@allow(CAMPMAKER)
def introduce(event):
    """A campmaker introduces two people of the event to each other; each is asked."""
    people = people_to_introduce(event, person())
    form = IntroduceForm(people)
    if form.validate_on_submit():
        chosen = {one.id: one for one in people}
        first, second = (chosen.get(one.data) for one in (form.first, form.second))
        try:
            if first is None or second is None:
                raise Invalid("Choose two people.", "first" if first is None else "second")
            with transaction(event):
                actions.introduce(person(), event, db.session.merge(first, load=True), db.session.merge(second, load=True),
                                  line=form.line.data, key=form.key.data[:36], at=clock.now())
        except Invalid as problem:
            form.refuse(problem)
        except Conflict as problem:
            form.form_errors.append(problem.message)
        else:
            flash("Sent. Each of them decides, and you are not told how.", "success")
            return redirect(url_for("introductions.introduce", event_slug=event.slug), 303)
    return render_template("introductions/introduce.html", form=form, people=people), 422 if form.errors else 200


def _place(event, series) -> policy.Place:
    """Where the address says that the name is shown."""
    if event is None:
        return policy.Place(series=series)
    require(policy.can_report(person(), event), "This event is for people with a pass to it.")
    text = request.args.get("conversation", "")
    if not (text.isascii() and text.isdigit() and len(text) < 11 and 0 < int(text) <= LARGEST_ID):
        return policy.Place(event=event)
    return policy.Place(event=event, followup_id=int(text), seats=seats_of(person(), event))


def _way(place: policy.Place) -> list[tuple[str, str]]:
    """The crumbs to where the name is shown. Whoever looks has been found to see it there (`_shown`)."""
    if place.event is None:
        slug = place.series.slug
        return [(place.series.name, url_for("events.series_show", series_slug=slug)),
                ("People worth meeting", url_for("introductions.worth", series_slug=slug))]
    way = [(place.event.name, url_for("events.show", event_slug=place.event.slug))]
    followup = db.session.get(FollowUp, place.followup_id) if place.followup_id is not None else None
    return way if followup is None else [*way, to_conversation(followup)]


def to_conversation(followup: FollowUp) -> tuple[str, str]:
    """The crumb to a conversation, for who sees it."""
    called = followup.called if len(followup.called) <= 60 else f"{followup.called[:59].rstrip()}…"
    return called, url_for("followups.conversation", event_slug=followup.event.slug, followup_id=followup.id)


def _shown(person_id: int, place: policy.Place) -> Person:
    """Whom the address names. Raises NotFound for nobody, and for somebody whose name is not shown there."""
    other = db.session.get(Person, person_id) if person_id <= LARGEST_ID else None
    if other is None or not policy.can_ask(person(), other.id, place):
        raise NotFound(policy.NOT_SHOWN)
    return other


def asks_among(person_ids: Iterable[int | None]) -> dict[int, queries.Standing]:
    """For templates: which button “Introduce us” is for who looks, beside each of these (1 statement; none for a stranger)."""
    return queries.standing(person(), person_ids, clock.now())


def conversation_people(followup: FollowUp, somebody: Person | None) -> Panel:
    """The button beside each name in a conversation, as (label, address) by person (2 statements; none for a stranger). The page
    shows only those names that who looks may read."""
    links = {}
    if somebody is not None:
        offering = db.session.scalars(select(Offer.person_id).where(Offer.followup_id == followup.id))
        ids = {*offering, *(one.person_id for one in followup.people if one.part == HOST)}
        for person_id, found in queries.standing(somebody, ids, clock.now()).items():
            if found.how != queries.SELF:
                links[person_id] = LABELS[found.how], _where(followup, person_id, found)
    return Panel("", {"links": links})


def _where(followup: FollowUp, person_id: int, found: queries.Standing) -> str:
    if found.how == queries.ASK:
        return url_for("introductions.ask", event_slug=followup.event.slug, person_id=person_id, conversation=followup.id)
    if found.how == queries.ANSWER:
        return url_for("introductions.answer", introduction_id=found.introduction_id)
    return url_for("introductions.mine")


def event_panel(event: Event, somebody: Person | None) -> Panel | None:
    """For campmakers: introducing two people; for organisers what was reported; for all people worth meeting (1)."""
    role = events_policy.role(somebody, event)
    if role < Role.ATTENDEE:
        return None
    return Panel("introductions/_event_panel.html", {"event": event, "role": role}, aside=True)


def series_panel(series: Series, somebody: Person | None) -> Panel | None:
    """The way to people worth meeting, for who may want to meet some."""
    if not policy.can_meet(somebody, series):
        return None
    return Panel("introductions/_series_panel.html", {"series": series}, aside=True)
