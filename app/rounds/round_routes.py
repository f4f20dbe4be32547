"""The rounds of a series: all of them, one, opening, changing, cancelling; joining and leaving; saying whether one met."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for

from app.errors import Invalid, require
from app.events.models import Series
from app.infra import clock, db
from app.infra.db import transaction
from app.rounds import actions, policy, queries, words
from app.rounds.blueprint import blueprint
from app.rounds.forms import RoundForm
from app.rounds.models import JOINING, Round
from app.web.guard import OWNER, SIGNED_IN, allow, person

ROUNDS = "/s/<series_slug>/rounds"
ONE = f"{ROUNDS}/<int:round_id>"


@blueprint.get(ROUNDS)
@allow(SIGNED_IN)
def of_series(series):
    """The rounds of a series, which of them one joined, and whether one is invited to the next."""
    somebody = person()
    may = policy.can_be_in(somebody, series)
    found = queries.rounds_of(series) if may else []
    wish = queries.wish_of(somebody, series)
    return render_template(
        "rounds/list.html", series=series, may=may, runs=policy.can_run(somebody, series), wish=wish,
        open=[one for one in found if one.state == JOINING], over=[one for one in found if one.state != JOINING],
        joined=queries.joined_by(somebody, series), reached=queries.gets_mail(somebody, series))


@blueprint.route(f"{ROUNDS}/new", methods=["GET", "POST"])
@allow(OWNER)
def new(series):
    """Open a round; everything is filled in."""
    zone, at = queries.zone_of(series), clock.now()
    form = RoundForm.fresh(len(queries.rounds_of(series)), zone, at)
    if form.validate_on_submit():
        try:
            with transaction(series):
                made = actions.open_round(person(), series, time_zone=zone, at=at, **form.said(zone))
            flash("The round is open. Who joined an earlier one, or asked to be told, gets a letter.", "success")
            return _to(series, made.id)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("rounds/form.html", series=series, form=form, zone=zone, found=None), 422 if form.errors else 200


@blueprint.get(ONE)
@allow(SIGNED_IN)
def show(series, round_id: int):
    """A round: how it works and joining; whom one meets; for owners, numbers."""
    return _page(series, round_id)


def _page(series: Series, round_id: int, problem: Invalid | None = None):
    found, somebody, at = queries.round_in(series, round_id), person(), clock.now()
    require(policy.can_see(somebody, found), actions.NOT_HERE)
    runs = policy.can_run(somebody, series)
    return render_template(
        "rounds/show.html", series=series, found=found, own=queries.own(somebody, found), runs=runs, problem=problem,
        numbers=queries.numbers_of(found) if runs else None, fewest=queries.FEWEST, windows=words.windows(found),
        addresses=words.ADDRESSES, is_open=policy.is_open(found, at), may=policy.can_be_in(somebody, series),
        can_answer=policy.can_answer(somebody, found, at), reached=queries.gets_mail(somebody, series),
        wish=queries.wish_of(somebody, series), address=somebody.email), 422 if problem else 200


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
@allow(OWNER)
def edit(series, round_id: int):
    """Change a round that can still be joined."""
    found = queries.round_in(series, round_id)
    form = RoundForm.of(found)
    if form.validate_on_submit():
        try:
            with transaction(found):
                found = queries.round_in(series, round_id)
                actions.edit(person(), found, at=clock.now(), **form.said(found.time_zone))
            flash("Saved.", "success")
            return _to(series, round_id)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("rounds/form.html", series=series, form=form, zone=found.time_zone, found=found), (
        422 if form.errors else 200)


@blueprint.route(f"{ONE}/cancel", methods=["GET", "POST"])
@allow(OWNER)
def cancel(series, round_id: int):
    """Ask whether to take it away, saying who is told; then do."""
    found = queries.round_in(series, round_id)
    if request.method == "GET":
        return render_template("rounds/cancel.html", series=series, found=found, numbers=queries.numbers_of(found))
    with transaction(found):
        actions.cancel(person(), queries.round_in(series, round_id), at=clock.now())
    flash("The round is taken away. Who had joined it is told.", "success")
    return redirect(url_for("rounds.of_series", series_slug=series.slug), 303)


@blueprint.post(f"{ONE}/join")
@allow(SIGNED_IN)
def join(series, round_id: int):
    """Be in it: one tap."""
    return _done(series, round_id, lambda found: actions.join(person(), found, at=clock.now()),
                 "You are in. We write to you when people are put together.")


@blueprint.post(f"{ONE}/leave")
@allow(SIGNED_IN)
def leave(series, round_id: int):
    """Be in it no more."""
    found = queries.round_in(series, round_id)
    with transaction(found):
        actions.leave(person(), queries.round_in(series, round_id))
    flash("You are not in this round.", "success")
    return _to(series, round_id) if policy.can_see(person(), _again(found)) else redirect(
        url_for("rounds.of_series", series_slug=series.slug), 303)


@blueprint.post(f"{ONE}/met")
@allow(SIGNED_IN)
def met(series, round_id: int):
    """Say whether one met."""
    return _done(series, round_id, lambda found: actions.say(person(), found, request.form.get("said", ""), at=clock.now()),
                 "Thank you. Organisers see how many met, never who said what.")


def _done(series: Series, round_id: int, act: Callable[[Round], None], said: str):
    """The round's page after `act`, with what was `said`; or with what was refused."""
    found = queries.round_in(series, round_id)
    try:
        with transaction(found):
            act(queries.round_in(series, round_id))
    except Invalid as problem:
        db.session.rollback()
        return _page(series, round_id, problem)
    flash(said, "success")
    return _to(series, round_id)


@blueprint.post(f"{ROUNDS}/invite-me")
@allow(SIGNED_IN)
def invite_me(series):
    """Be told of the next round, or not any more (`no`)."""
    no = bool(request.form.get("no"))
    with transaction(series):
        if no:
            actions.invite_me_no_more(person(), series, at=clock.now())
        else:
            actions.invite_me(person(), series, at=clock.now())
    flash("You are not invited to rounds any more." if no else "We write to you when a round opens.", "success")
    return redirect(url_for("rounds.of_series", series_slug=series.slug), 303)


def _again(found: Round) -> Round:
    return db.session.get(Round, found.id)


def _to(series: Series, round_id: int):
    return redirect(url_for("rounds.show", series_slug=series.slug, round_id=round_id), 303)
