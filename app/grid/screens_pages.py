"""The screens around the venue (now and next, door signs), what organisers print, and a person's own day."""

from flask import flash, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import Invalid, NotFound
from app.events.models import Event, Room
from app.events.queries import room_in
from app.grid import policy, queries, screens, screens_actions, screens_queries
from app.grid.pages import blueprint
from app.grid.rules_pages import step_free_panel
from app.grid.screens_day import day_of
from app.grid.screens_forms import SayForm
from app.infra import clock, db
from app.infra.db import transaction
from app.pitches import policy as pitches_policy
from app.pitches import queries as pitches
from app.pitches.models import OPEN
from app.web.guard import CAMPMAKER, ORGANISER, READER, allow, person
from app.web.panels import facts_of
from app.web.qr import qr_of
from app.web.sending import tagged
from app.web.templating import absolute_url_for

# ---- now and next --------------------------------------------------------------------------------------------------------


@blueprint.get("/e/<event_slug>/now")
@allow(READER)
def now(event):
    """What is on now and next in every room, for a screen across a hall."""
    return render_template("grid/screens_now.html", **_board(event))


@blueprint.get("/e/<event_slug>/now/fragment")
@allow(READER)
def now_fragment(event):
    """What changes on that page."""
    return tagged(render_template("grid/_screens_now.html", **_board(event)))


def _board(event: Event) -> dict:
    at = clock.now()
    grid = _grid_for_everybody(event, at)
    return {"event": event, "grid": grid, "at": at, "address": _plain(url_for("grid.show", event_slug=event.slug)),
            "board": screens.board_of(event, grid, at, screens_queries.why_empty(event, grid))}


def _grid_for_everybody(event: Event, at):
    return screens_queries.for_everybody(event, queries.grid_of(event, None, at=at, facts=facts_of("cell", event)))


def _plain(path: str) -> str:
    """An address as one types it."""
    return absolute_url_for("events.home").split("://", 1)[-1].rstrip("/") + path


# ---- door signs ----------------------------------------------------------------------------------------------------------


@blueprint.get("/e/<event_slug>/rooms/<int:room_id>/sign")
@allow(READER)
def sign(event, room_id: int):
    """The sign on a room's door: its day, what is on now and next, the way to the notes. Prints on one A4 page."""
    return render_template("grid/screens_sign.html", **_sign(event, room_in(event, room_id)))


@blueprint.get("/e/<event_slug>/rooms/<int:room_id>/sign/fragment")
@allow(READER)
def sign_fragment(event, room_id: int):
    """What changes on that page."""
    return tagged(render_template("grid/_screens_sign.html", **_sign(event, room_in(event, room_id))))


@blueprint.get("/e/<event_slug>/rooms/<int:room_id>/now")
@allow(READER)
def room_now(event, room_id: int):
    """The notes of the session that is on in a room, else of the next: where the code on a printed sign leads all day."""
    at = clock.now()
    made = screens.sign_of(event, _grid_for_everybody(event, at), room_in(event, room_id), at, screens.Empty())
    session_id = _session_of(made)
    if session_id is None:
        return redirect(url_for("grid.sign", event_slug=event.slug, room_id=room_id), 303)
    return redirect(_notes_of(event, session_id), 303)


@blueprint.get("/e/<event_slug>/signs")
@allow(ORGANISER)
def signs(event):
    """Every door sign, each on a page of its own, to print at once."""
    at = clock.now()
    grid = _grid_for_everybody(event, at)
    empty = screens_queries.why_empty(event, grid)
    return render_template("grid/screens_signs.html", active="grid",
                           signs=[_signed(event, grid, room, at, empty) for room in event.rooms], **_signs(event, grid, at))


def _sign(event: Event, room: Room) -> dict:
    at = clock.now()
    grid = _grid_for_everybody(event, at)
    return _signed(event, grid, room, at, screens_queries.why_empty(event, grid)) | _signs(event, grid, at)


def _signs(event: Event, grid, at) -> dict:
    return {"event": event, "grid": grid, "at": at, "address": _plain(url_for("grid.show", event_slug=event.slug))}


def _signed(event: Event, grid, room: Room, at, empty: screens.Empty) -> dict:
    made = screens.sign_of(event, grid, room, at, empty)
    session_id = _session_of(made)
    here = absolute_url_for("grid.room_now", event_slug=event.slug, room_id=room.id)
    notes = absolute_url_for("grid.session_page", event_slug=event.slug, session_id=session_id or 0, _anchor="notes")
    return {"sign": made, "qr_now": qr_of(notes, "QR code that opens the notes of this session") if session_id else "",
            "qr_room": qr_of(here, f"QR code that opens the notes of what is on in {room.name}") if made.entries else ""}


def _session_of(sign: screens.Sign) -> int | None:
    """The session whose notes are wanted at the door."""
    for entry in (sign.now, sign.next):
        if entry is not None and isinstance(entry.holds, screens.Shown):
            return entry.holds.cell.session_id
    return None


def _notes_of(event: Event, session_id: int) -> str:
    return url_for("grid.session_page", event_slug=event.slug, session_id=session_id, _anchor="notes")


# ---- for organisers: all of it in one place --------------------------------------------------------------------------------


@blueprint.route("/e/<event_slug>/screens", methods=["GET", "POST"])
@allow(ORGANISER)
def screens_index(event):
    """Every screen and print there is, and what the screens say."""
    form = SayForm(obj=event)
    if form.validate_on_submit():
        try:
            with transaction(event):
                screens_actions.say(person(), event, message=form.message.data, screen_text=form.screen_text.data)
            flash("Every screen shows it now." if event.message else "Saved. No message is shown now.", "success")
            return redirect(url_for("grid.screens_index", event_slug=event.slug), 303)
        except Invalid as problem:
            db.session.rollback()
            form.refuse(problem)
    return render_template("grid/screens_index.html", active="grid", form=form), 422 if form.errors else 200


CARDS = {"all": "All pitches", "waiting": "Not on the grid yet", "placed": "On the grid"}


@blueprint.get("/e/<event_slug>/cards")
@allow(CAMPMAKER)
def cards(event):
    """The open pitches as cards for a wall, eight to a page, with lines to cut along."""
    which = request.args.get("which", "all")
    which = which if which in CARDS else "all"
    grid = queries.grid_of(event, person())
    codes = {cell.pitch_id: cell.code for cell in reversed(grid.cells)}
    shown = [card for card in pitches.cards_of(event, None) if card.state == OPEN
             and (which == "all" or (card.id in codes) == (which == "placed"))]
    at = absolute_url_for("pitches.show", event_slug=event.slug, pitch_id=0).removesuffix("0")
    return render_template(
        "grid/screens_cards.html", active="pitches", which=which, choices=CARDS, cards=shown, codes=codes,
        qrs={card.id: qr_of(f"{at}{card.id}", f"QR code that opens “{card.title}”") for card in shown})


# ---- one's own day ---------------------------------------------------------------------------------------------------------


@blueprint.get("/e/<event_slug>/my-day")
@allow(READER)
def mine(event):
    """The sessions a person leads or marked, in the order of time, with what changed and where there is nothing yet."""
    return render_template("grid/screens_day.html", active="grid",
                           step_free=step_free_panel(event, person(), page="grid.mine"), **_day(event, person()))


@blueprint.get("/e/<event_slug>/my-day/fragment")
@allow(READER)
def mine_fragment(event):
    """What changes on that page."""
    if person() is None:
        raise NotFound("Sign in to see your day.")
    return tagged(render_template("grid/_screens_day.html", **_day(event, person())))


def _day(event: Event, somebody: Person | None) -> dict:
    at = clock.now()
    if somebody is None:
        return {"event": event, "stops": None}
    grid = queries.grid_of(event, somebody, at=at, facts=facts_of("cell", event))
    lost = screens_queries.cancelled_of(event, somebody)
    return {
        "event": event, "grid": grid, "lost": lost, "can_mark": pitches_policy.can_mark_interest(somebody, event),
        "stops": day_of(event, grid, somebody.id, at, screens_queries.moves_of(event, somebody)),
        "unplaced": screens_queries.unplaced_of(event, somebody, {cell.pitch_id for cell in grid.cells}, lost),
        "session_at": url_for("grid.session_page", event_slug=event.slug, session_id=0).removesuffix("0"),
        "hidden": event.grid_state != "live" and not policy.can_arrange(somebody, event),
    }
