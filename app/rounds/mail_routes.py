"""Where the links in letters of rounds lead, without signing in: a page on which one tap joins, or says whether one met; and one
that shows how to reach whom one meets, as letters hold no address. Opening them changes
nothing, as programs that check mail open links."""

from flask import Response, make_response, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import Invalid, NotFound
from app.infra import clock, db
from app.infra.db import transaction
from app.letters import tokens
from app.letters.bounces import mail_arrived
from app.rounds import actions, policy, queries, words
from app.rounds.blueprint import blueprint
from app.rounds.jobs import ANSWER_LINK, JOINING_LINK, WITH_LINK
from app.rounds.models import MET, NOT_FOR_ME, NOT_MET, Round
from app.web.guard import PUBLIC, allow

JOIN, ANSWER, WITH = "/mail/rounds/join/<token>", "/mail/rounds/met/<token>", "/mail/rounds/with/<token>"


@blueprint.get(JOIN)
@allow(PUBLIC)
def join_page(token: str):
    """What joining means, and the button; or that they are in, and the way out."""
    return _join_page(token)


def _join_page(token: str, problem: Invalid | None = None):
    somebody, found = _asked(token, JOINING_LINK)
    return _private(render_template(
        "rounds/tap_join.html", found=found, token=token, joined=policy.is_in(somebody, found), problem=problem,
        is_open=policy.is_open(found, clock.now()), may=policy.can_be_in(somebody, found.series), somebody=somebody,
        windows=words.windows(found), addresses=words.ADDRESSES), 422 if problem else 200)


@blueprint.post(JOIN)
@allow(PUBLIC)
def join_tap(token: str):
    """Join; or leave (`no`)."""
    _, found = _asked(token, JOINING_LINK)
    try:
        with transaction(found):
            somebody, found = _asked(token, JOINING_LINK)
            if request.form.get("no"):
                actions.leave(somebody, found)
            else:
                actions.join(somebody, found, at=clock.now())
            mail_arrived(somebody)
    except Invalid as problem:
        db.session.rollback()
        return _join_page(token, problem)
    return redirect(url_for("rounds.join_page", token=token), 303)


@blueprint.get(WITH)
@allow(PUBLIC)
def with_page(token: str):
    """Whom they meet and what each of those shares with them at this moment, the question and the times."""
    somebody, found = _asked(token, WITH_LINK)
    return _private(render_template("rounds/with.html", found=found, groups=queries.own(somebody, found).groups,
                                    somebody=somebody, windows=words.windows(found)))


@blueprint.get(ANSWER)
@allow(PUBLIC)
def met_page(token: str):
    """Whom they were put together with, and the three answers; `said` is the one that was tapped in the mail and comes first."""
    somebody, found = _asked(token, ANSWER_LINK)
    said = request.args.get("said", "")
    return _private(render_template(
        "rounds/tap_met.html", found=found, token=token, own=queries.own(somebody, found), somebody=somebody,
        said=said if said in (MET, NOT_MET, NOT_FOR_ME) else "", can_answer=policy.can_answer(somebody, found, clock.now())))


@blueprint.post(ANSWER)
@allow(PUBLIC)
def met_tap(token: str):
    """Say it."""
    _, found = _asked(token, ANSWER_LINK)
    with transaction(found):
        somebody, found = _asked(token, ANSWER_LINK)
        actions.say(somebody, found, request.form.get("said", ""), at=clock.now())
        mail_arrived(somebody)
    return redirect(url_for("rounds.met_page", token=token), 303)


def _private(page: str, status: int = 200) -> Response:
    """What one person sees by a link that nobody else should come by."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the link's secret
    return response


def _asked(token: str, what: str) -> tuple[Person, Round]:
    """The person and the round of a link. Raises tokens.Spent for a bad link, NotFound for a round that was taken away."""
    somebody, round_id = tokens.read(token, what)
    found = db.session.get(Round, round_id)
    if found is None:
        raise NotFound("This round was taken away by its organisers.")
    return somebody, found
