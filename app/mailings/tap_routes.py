"""Where the taps of an evening's mail lead, without signing in: a page on which one tap carries a conversation on, or asks to be
kept posted. Opening it changes nothing, as programs that check mail open links."""

from flask import redirect, render_template, request, url_for

from app.errors import NotFound
from app.followups import actions, policy, queries
from app.followups.models import HOST, POSTED, FollowUp
from app.infra import clock, db
from app.infra.db import transaction
from app.letters import tokens
from app.letters.bounces import mail_arrived
from app.mailings.blueprint import blueprint
from app.mailings.composing import CARRY_ON
from app.web.guard import PUBLIC, allow

PAGE = "/mail/carry-on/<token>"


@blueprint.get(PAGE)
@allow(PUBLIC)
def tap(token: str):
    """The conversation, what the person is in it, and the two buttons; `want` says which comes first."""
    somebody, followup = _asked(token)
    page = render_template(
        "mailings/tap.html", followup=followup, there=followup.event, token=token, called=followup.called,
        hosts=queries.host_names(followup), part=policy.part_of(somebody, followup), somebody=somebody,
        want=POSTED if request.args.get("want") == "posted" else HOST)
    # It is for one person, and its address holds the link's secret.
    return page, {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}


@blueprint.post(PAGE)
@allow(PUBLIC)
def tapped(token: str):
    """Do it: the person of the link carries the conversation on (`part` host), or is kept posted (posted)."""
    _, followup = _asked(token)
    with transaction(followup.event):
        somebody, followup = _asked(token)
        act = actions.keep_me_posted if request.form.get("part") == POSTED else actions.offer_to_host
        act(somebody, followup.source, at=clock.now())
        mail_arrived(somebody)
    return redirect(url_for("mailings.tap", token=token), 303)


def _asked(token: str) -> tuple:
    """The person and the conversation of a link. Raises tokens.Spent for a bad link, NotFound for what they do not see."""
    somebody, followup_id = tokens.read(token, CARRY_ON)
    followup = db.session.get(FollowUp, followup_id)
    if followup is None or not policy.can_read(somebody, followup):
        raise NotFound(queries.NO_CONVERSATION)
    return somebody, followup
