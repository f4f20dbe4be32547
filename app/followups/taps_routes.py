"""The buttons under a session, an insight, an idea or a pledge: one tap each for who is signed in.

Who is not signed in is led through signing in, back to a page with that one button. None of them needs a form but what one
offers or asks for, which is one short line.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from flask import flash, redirect, render_template, request, url_for

from app.boards.idea_models import Idea, Pledge
from app.boards.ideas_queries import idea_in
from app.boards.ideas_sources import lines_of
from app.boards.insight_models import Insight
from app.boards.pledges_queries import pledge_in
from app.boards.pledges_seats import seats_of
from app.boards.queries import board_read_by, insight_in
from app.errors import Invalid, NotFound, require
from app.followups import actions, offers_actions, policy, queries
from app.followups.blueprint import blueprint
from app.followups.forms import HostForm, OfferForm
from app.followups.models import ASK, FollowUp
from app.followups.posts_count import posts_by
from app.infra import clock
from app.infra.db import transaction
from app.infra.markup.text import cleaned
from app.notes import policy as notes_policy
from app.notes.queries import written_of
from app.web.guard import CAMPMAKER, READER, allow, person
from app.web.templating import safe_next

SESSION = "/e/<event_slug>/sessions/<int:session_id>/follow-up"
SOURCES = (SESSION, "/e/<event_slug>/boards/<int:board_id>/insights/<int:insight_id>/follow-up",
           "/e/<event_slug>/ideas/<int:idea_id>/follow-up", "/e/<event_slug>/pledges/<int:pledge_id>/follow-up")
PAGES = {"idea_id": "boards.idea", "pledge_id": "boards.pledge", "session_id": "grid.session_page",
         "insight_id": "boards.insight"}


@dataclass(frozen=True)
class Tap:
    """One button: what its page is called, what it means, what the button says, and what is said once it is done."""

    heading: str
    means: str
    button: str
    done: str
    act: Callable


TAPS = {
    "host": Tap("Carry this on", "You host the conversation: your name is shown with it, to everybody who can see this event. "
                "How it goes on is up to you, and you can step down whenever you like.", "I’ll carry this on",
                "You carry this conversation on. This is its page.", actions.offer_to_host),
    "keep_posted": Tap("Hear what comes of it", "You are told when something happens in this conversation. Your name is shown to "
                       "its hosts and to campmakers only.", "Keep me posted", "You will be kept posted.", actions.keep_me_posted),
    "ask": Tap("Somebody should carry this on", "The conversation is listed for somebody to carry it on. You are not named.",
               "Somebody should carry this on", "This conversation is now listed for somebody to carry it on.",
               actions.ask_for_host),
}


def of_each_source(path: str, methods: tuple[str, ...] = ("GET", "POST")):
    """Hang a view on the address of each kind of source's conversation; it is given the ids that are there."""
    def hang(view):
        for at in SOURCES:
            blueprint.add_url_rule(at + path, view_func=view, methods=methods)
        return view

    return hang


@of_each_source("/host")
@allow(READER)
def host(event, **of: int):
    """I'll carry this on."""
    return _tap(event, of, "host")


@of_each_source("/keep-posted")
@allow(READER)
def keep_posted(event, **of: int):
    """Keep me posted."""
    return _tap(event, of, "keep_posted")


@of_each_source("/ask")
@allow(READER)
def ask(event, **of: int):
    """Somebody should carry this on."""
    return _tap(event, of, "ask")


@of_each_source("/offer")
@allow(READER)
def offer(event, **of: int):
    """Say what one can offer, or (`kind` ask) what one is looking for."""
    if person() is None:
        return to_sign_in(request.full_path)
    source, seats = source_asked(event, of)
    form = OfferForm(data={"kind": request.args.get("kind", "offer"), "key": str(uuid.uuid4())})
    if form.validate_on_submit():
        try:
            with transaction(event):
                source, seats = source_asked(event, of)
                followup_id = offers_actions.add(person(), source, form.kind.data, form.text.data, key=form.key.data,
                                                 at=clock.now(), seats=seats).followup_id
            return _done("It is said, and you will be kept posted.", event, followup_id)
        except Invalid as problem:
            form.refuse(problem)
    page = render_template("followups/offer.html", active="followups", called=called(source), back=page_of(event, of), form=form,
                           asking=form.kind.data == ASK)
    return page, 422 if form.errors else 200


@of_each_source("/leave")
@allow(READER)
def leave(event, **of: int):
    """Not be in it any longer; who said something in it is asked whether their name stays on that (`names`)."""
    if person() is None:
        return to_sign_in(request.path)
    source, seats = source_asked(event, of)
    require(policy.can_volunteer(person(), source, seats), actions.SIGN_IN)
    followup = queries.followup_of(source)
    if request.method == "GET":
        back = page_of(event, of) if followup is None else url_for(
            "followups.conversation", event_slug=event.slug, followup_id=followup.id)
        return render_template("followups/leave.html", active="followups", back=back, at=request.path,
                               called=followup.called if followup else called(source),
                               posts=posts_by(person(), followup) if followup else 0)
    with transaction(event):
        source, seats = source_asked(event, of)
        actions.leave(person(), source, names=request.form.get("names", "1") != "0", at=clock.now(), seats=seats)
        followup = queries.followup_of(source)
        followup_id = followup.id if followup else None
    return _done("You have left this conversation.", event, followup_id, back=page_of(event, of))


@blueprint.route(f"{SESSION}/line", methods=["GET", "POST"])
@allow(READER)
def line(event, session_id: int):
    """Carry on a line of the session's notes: GET lists them, POST begins from the one that says `line`, as host or kept
    posted (`part`)."""
    if person() is None:
        return to_sign_in(request.path)
    session = queries.session_in(event, session_id)
    if not notes_policy.can_read(person(), session):
        raise NotFound("These notes are not open to everybody yet.")
    if request.method == "GET":
        text = written_of(session).text
        raw = cleaned(text).split("\n")
        return render_template("followups/lines.html", active="followups", session=session, at=request.path,
                               lines=[one for one in lines_of(text) if not raw[one.number - 1].lstrip().startswith("#")],
                               followup=queries.followup_of(session))
    with transaction(event):
        session = queries.session_in(event, session_id)
        part = request.form.get("part", "")
        followup_id = actions.begin_from_line(person(), session, request.form.get("line", ""), part, at=clock.now()).id
    return _done(TAPS["keep_posted" if part == "posted" else "host"].done, event, followup_id)


@of_each_source("/hosts")
@allow(CAMPMAKER)
def name_host(event, **of: int):
    """Name a host on somebody's behalf."""
    (source, seats), form = source_asked(event, of), HostForm()
    if form.validate_on_submit():
        try:
            with transaction(event):
                source, seats = source_asked(event, of)
                actions.name_host(person(), source, form.name.data, at=clock.now(), seats=seats)
            return _done(f"{form.name.data} is named as host.", event, None, back=page_of(event, of))
        except Invalid as problem:
            form.refuse(problem)
    page = render_template("followups/name_host.html", called=called(source), back=page_of(event, of), form=form)
    return page, 422 if form.errors else 200


@of_each_source("/hosts/<int:host_id>/remove", ("POST",))
@allow(CAMPMAKER)
def remove_host(event, host_id: int, **of: int):
    """Take a host off who is only a name."""
    with transaction(event):
        source, seats = source_asked(event, of)
        actions.remove_host(person(), source, host_id, at=clock.now(), seats=seats)
    return _done("The host’s name is taken off.", event, None, back=page_of(event, of))


@of_each_source("/stop-looking", ("POST",))
@allow(CAMPMAKER)
def stop_looking(event, **of: int):
    """Take a conversation that nobody is in off the lists."""
    with transaction(event):
        source, seats = source_asked(event, of)
        actions.stop_looking(person(), source, at=clock.now(), seats=seats)
    return _done("This conversation is no longer listed.", event, None, back=page_of(event, of))


def to_sign_in(path: str):
    """To sign in, and from there back to `path`."""
    return redirect(url_for("accounts.sign_in", next=quote(path.rstrip("?"), safe="/?=&%")), 303)


def source_asked(event, of: dict[str, int]) -> tuple[policy.Source, frozenset[int]]:
    """The session, insight, idea or pledge that the address names, and for a pledge the breakout groups that who asks sits in.

    Raises NotFound for what is not there, and for what they do not see.
    """
    if "insight_id" in of:
        insight = insight_in(board_read_by(person(), event, of["board_id"]), of["insight_id"])
        if not policy.can_see(person(), insight):
            raise NotFound("That note is not shown.")
        return insight, actions.NOBODY
    if "idea_id" in of:
        return idea_in(event, of["idea_id"]), actions.NOBODY
    if "pledge_id" in of:
        seats = seats_of(person(), event)
        return pledge_in(event, person(), of["pledge_id"], seats), seats
    return queries.session_in(event, of["session_id"]), actions.NOBODY


def called(source: policy.Source) -> str:
    """What a conversation's source is called."""
    if isinstance(source, Pledge | Insight):
        return source.text
    return source.name if isinstance(source, Idea) else source.pitch.title


def of_source(followup: FollowUp) -> dict[str, int]:
    """What the addresses of a conversation's buttons name: its source."""
    return source_of(followup.source)


def source_of(source: policy.Source) -> dict[str, int]:
    """The same for a source."""
    if isinstance(source, Insight):
        return {"board_id": source.board_id, "insight_id": source.id}
    return {"pledge_id" if isinstance(source, Pledge) else "idea_id" if isinstance(source, Idea) else "session_id": source.id}


def page_of(event, of: dict[str, int]) -> str:
    """The page of a conversation's source."""
    return url_for(next(PAGES[name] for name in of if name in PAGES), event_slug=event.slug, **of)


def _tap(event, of: dict[str, int], what: str):
    if person() is None:
        return to_sign_in(request.path)
    tap = TAPS[what]
    source, seats = source_asked(event, of)
    if request.method == "GET":
        return render_template("followups/tap.html", active="followups", tap=tap, called=called(source), at=request.path,
                               back=page_of(event, of))
    with transaction(event):
        source, seats = source_asked(event, of)
        followup_id = tap.act(person(), source, at=clock.now(), seats=seats).id
    return _done(tap.done, event, followup_id)


def _done(message: str, event, followup_id: int | None, *, back: str = ""):
    """Back to where the button was, if that says so; else the conversation, or where it could have been."""
    flash(message, "success")
    page = back if followup_id is None else url_for("followups.conversation", event_slug=event.slug, followup_id=followup_id)
    return redirect(safe_next(request.form.get("next") or page), 303)
