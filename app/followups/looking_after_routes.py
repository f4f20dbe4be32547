"""The one question to hosts, answered from a mail: no signing in, one tap. Opening the link changes nothing."""

from flask import render_template, request

from app.accounts.models import Person
from app.errors import Invalid, NotFound, require
from app.followups import hosts_actions, policy, queries, states_actions
from app.followups.beginning import moved
from app.followups.blueprint import blueprint
from app.followups.letters_words import address_of, seats_for
from app.followups.looking_after import CAME, CHOICES, GOING, RESTS, STILL
from app.followups.models import OPEN, FollowUp
from app.infra import clock, db
from app.infra.db import transaction
from app.letters import tokens
from app.letters.bounces import mail_arrived
from app.web.guard import PUBLIC, allow

DONE = {GOING: "It goes on. You are not asked again until nothing has happened for six weeks.",
        CAME: "It came to something: its page says so.",
        RESTS: "It rests. Anybody can take it up again."}


@blueprint.route("/mail/still/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def still(token: str):
    """Does it still go on? Whoever has the link is taken for the host it was sent to."""
    host, followup, seats = _asked(token)
    said, problem, done = request.form.get("came_of", ""), None, None
    answer = request.form.get("answer") if request.method == "POST" else request.args.get("answer")
    answer = answer if answer in CHOICES else None
    if request.method == "POST" and answer:
        try:
            with transaction(followup.event):
                host, followup, seats = _asked(token)
                _answered(host, followup, answer, said, seats)
                mail_arrived(host)
            done = DONE[answer]
            host, followup, seats = _asked(token)
        except Invalid as refusal:
            problem = refusal.message
    page = render_template("followups/still.html", followup=followup, answer=answer, choices=CHOICES, done=done, problem=problem,
                           said=said or followup.came_of, back=address_of(followup))
    # It is for one person, and its address holds the link's secret.
    return page, 422 if problem else 200, {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}


def _asked(token: str) -> tuple[Person, FollowUp, frozenset[int]]:
    host, number = tokens.read(token, STILL)
    followup = db.session.get(FollowUp, number)
    if followup is None:
        raise NotFound(queries.NO_CONVERSATION)
    seats = seats_for(host, followup)
    require(policy.can_host(host, followup, seats), hosts_actions.FOR_HOSTS)
    return host, followup, seats


def _answered(host: Person, followup: FollowUp, answer: str, said: str, seats: frozenset[int]) -> None:
    at = clock.now()
    if answer == CAME:
        states_actions.come_to(host, followup, said, followup.came_of, at=at, seats=seats)
    elif answer == RESTS:
        states_actions.rest(host, followup, at=at, seats=seats)
    elif followup.state == OPEN:
        moved(followup, at)
    else:
        states_actions.reopen(host, followup, at=at, seats=seats)
