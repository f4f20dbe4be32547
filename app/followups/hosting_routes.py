"""What hosts do with a conversation: what it is about, what it came to, resting, handing over; and each with their own offers."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for

from app.errors import Invalid, NotFound, require
from app.followups import hosts_actions, offers_actions, policy, settings_actions, states_actions
from app.followups.asked import conversation_asked
from app.followups.blueprint import blueprint
from app.followups.clashing import Clash
from app.followups.conversation_routes import CONVERSATION
from app.followups.forms import READERS, AboutForm, ChangeOfferForm, OutcomeForm
from app.infra import clock
from app.infra.db import transaction
from app.web.guard import READER, allow, person
from app.web.templating import absolute_url_for

OFFER = f"{CONVERSATION}/offers/<int:offer_id>"


@blueprint.route(f"{CONVERSATION}/about", methods=["GET", "POST"])
@allow(READER)
def about(event, followup_id: int):
    """Its question, goal, end and readers. What somebody else changed meanwhile is shown beside, and nothing typed is lost."""
    followup, seats = conversation_asked(event, followup_id)
    require(policy.can_host(person(), followup, seats), hosts_actions.FOR_HOSTS)
    fields = settings_actions.as_fields(followup)
    form, status, clash = AboutForm(data=fields | {"ends_on": followup.ends_on} | _was(fields)), 200, None
    if form.validate_on_submit():
        try:
            with transaction(event):
                followup, seats = conversation_asked(event, followup_id)
                settings_actions.change(person(), followup, form.wanted, form.was, at=clock.now(), seats=seats)
            return _back(event, followup_id, "Saved.")
        except Invalid as problem:
            form.refuse(problem)
        except Clash as problem:
            status, clash = problem.status, problem
            _begin_anew(form, problem.theirs, problem.fields)
    followup, _ = conversation_asked(event, followup_id)
    page = render_template("followups/about.html", active="followups", followup=followup, form=form, clash=clash,
                           back=_page(event, followup_id), readers=dict(READERS))
    return page, 422 if form.errors else status


@blueprint.route(f"{CONVERSATION}/outcome", methods=["GET", "POST"])
@allow(READER)
def outcome(event, followup_id: int):
    """Say what it came to, or say it better."""
    followup, seats = conversation_asked(event, followup_id)
    require(policy.can_host(person(), followup, seats), hosts_actions.FOR_HOSTS)
    form, status, clash = OutcomeForm(data={"came_of": followup.came_of, "was": followup.came_of}), 200, None
    if form.validate_on_submit():
        try:
            with transaction(event):
                followup, seats = conversation_asked(event, followup_id)
                states_actions.come_to(person(), followup, form.came_of.data, (form.was.data or "").replace("\r\n", "\n"),
                                       at=clock.now(), seats=seats)
            return _back(event, followup_id, "It came to something: that is shown first from now on.")
        except Invalid as problem:
            form.refuse(problem)
        except Clash as problem:
            status, clash, form.was.data = problem.status, problem, problem.theirs["came_of"]
    followup, _ = conversation_asked(event, followup_id)
    page = render_template("followups/outcome.html", active="followups", followup=followup, form=form, clash=clash,
                           back=_page(event, followup_id))
    return page, 422 if form.errors else status


@blueprint.post(f"{CONVERSATION}/rest")
@allow(READER)
def rest(event, followup_id: int):
    """It rests."""
    return _stands(event, followup_id, states_actions.rest, "It rests. Anybody can take it up again.")


@blueprint.post(f"{CONVERSATION}/reopen")
@allow(READER)
def reopen(event, followup_id: int):
    """It goes on after all."""
    return _stands(event, followup_id, states_actions.reopen, "It is open again.")


def _stands(event, followup_id: int, act, said: str):
    with transaction(event):
        followup, seats = conversation_asked(event, followup_id)
        act(person(), followup, at=clock.now(), seats=seats)
    return _back(event, followup_id, said)


@blueprint.post(f"{CONVERSATION}/step-down")
@allow(READER)
def step_down(event, followup_id: int):
    """Host it no longer, and be kept posted."""
    with transaction(event):
        followup, seats = conversation_asked(event, followup_id)
        hosts_actions.step_down(person(), followup, at=clock.now(), seats=seats)
        looking = not followup.hosts
    return _back(event, followup_id, "You stepped down, and are kept posted."
                 + (" It looks for somebody to carry it on again." if looking else ""))


@blueprint.post(f"{CONVERSATION}/hand-over")
@allow(READER)
def hand_over(event, followup_id: int):
    """Ask somebody who is in it (`part`, the id of their part) to host it, or (`back`) ask them no longer."""
    part = request.form.get("part", type=int) or 0
    with transaction(event):
        followup, seats = conversation_asked(event, followup_id)
        if request.form.get("back"):
            hosts_actions.take_back(person(), followup, part, seats=seats)
            said = "They are not asked any more."
        else:
            there = absolute_url_for("followups.conversation", event_slug=event.slug, followup_id=followup.id)
            asked = hosts_actions.hand_over(person(), followup, part, link=there, at=clock.now(), seats=seats)
            said = f"{asked.name} is asked. Until they say yes, nothing changes."
    return _back(event, followup_id, said)


@blueprint.post(f"{CONVERSATION}/answer")
@allow(READER)
def answer(event, followup_id: int):
    """Whoever was asked to host it says `yes` (1) or no (0)."""
    yes = request.form.get("yes") == "1"
    with transaction(event):
        followup, seats = conversation_asked(event, followup_id)
        hosts_actions.answer(person(), followup, yes, at=clock.now(), seats=seats)
    return _back(event, followup_id, "You carry this conversation on." if yes else "Said. You are still kept posted.")


@blueprint.route(OFFER, methods=["GET", "POST"])
@allow(READER)
def change_offer(event, followup_id: int, offer_id: int):
    """Say what one offers or asks for in other words."""
    followup, seats = conversation_asked(event, followup_id)
    offer = offers_actions.offer_in(followup, offer_id)
    require(policy.can_change_offer(person(), offer, seats), offers_actions.NOT_YOURS)
    form = ChangeOfferForm(data={"text": offer.text})
    if form.validate_on_submit():
        try:
            with transaction(event):
                followup, seats = conversation_asked(event, followup_id)
                offers_actions.change(person(), offers_actions.offer_in(followup, offer_id), form.text.data, seats=seats)
            return _back(event, followup_id, "Saved.")
        except Invalid as problem:
            form.refuse(problem)
    page = render_template("followups/offer.html", active="followups", called=followup.called, form=form,
                           back=_page(event, followup_id), asking=offer.kind == "ask", changing=offer)
    return page, 422 if form.errors else 200


@blueprint.post(f"{OFFER}/met")
@allow(READER)
def offer_met(event, followup_id: int, offer_id: int):
    """It was met (`met` 1), or stands again (0)."""
    met = request.form.get("met") == "1"
    with transaction(event):
        followup, seats = conversation_asked(event, followup_id)
        offers_actions.say_met(person(), offers_actions.offer_in(followup, offer_id), met, at=clock.now(), seats=seats)
    return _back(event, followup_id, "Good to hear. It is marked as met." if met else "It stands again.")


@blueprint.post(f"{OFFER}/remove")
@allow(READER)
def offer_remove(event, followup_id: int, offer_id: int):
    """Take it away."""
    with transaction(event):
        followup, seats = conversation_asked(event, followup_id)
        try:
            offer = offers_actions.offer_in(followup, offer_id)
        except NotFound:  # told only to who could have taken it away
            require(policy.can_keep_order(person(), followup, seats), offers_actions.NOT_YOURS)
            raise
        offers_actions.take_away(person(), offer, seats=seats)
    return _back(event, followup_id, "Taken away.")


def _was(fields: dict[str, str]) -> dict[str, str]:
    return {f"was_{name}": text for name, text in fields.items()}


def _begin_anew(form: AboutForm, theirs: dict[str, str], clashing: frozenset[str]) -> None:
    """What is typed stays; what it began from is what is saved now, and what was not typed over is what they made it."""
    for name, text in theirs.items():
        if name not in clashing and form.wanted[name] == form.was[name]:
            form[name].data = (date.fromisoformat(text) if text else None) if name == "ends_on" else text
        form[f"was_{name}"].data = text


def _page(event, followup_id: int) -> str:
    return url_for("followups.conversation", event_slug=event.slug, followup_id=followup_id)


def _back(event, followup_id: int, message: str):
    flash(message, "success")
    return redirect(_page(event, followup_id), 303)
