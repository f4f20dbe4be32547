"""The address of the WebSocket that notes are written over together (docs/notes-socket.md)."""

from urllib.parse import urlsplit

from flask import current_app, request
from flask import session as cookie

from app.accounts.models import Person
from app.documents.models import UPDATE_BYTES
from app.errors import NotFound
from app.grid.models import Session
from app.infra import clock, db
from app.notes.blueprint import blueprint
from app.notes.live import admit
from app.notes.live_watch import Admitted, SignedOut, join
from app.web.crowding import crowd
from app.web.guard import PUBLIC, allow, person
from app.web.upgrade import check_handshake, upgrade

MOST_BYTES = UPDATE_BYTES + 1024  # a message: an update and what stands around it


@blueprint.get("/ws/notes/<int:session_id>")
@allow(PUBLIC)
def together(session_id: int):
    """Write a session's note together, or read along: y-protocols over a WebSocket."""
    somebody, who = newcomer()
    session = db.session.get(Session, session_id) if session_id < 2**31 else None
    if session is None:
        raise NotFound("There is no such session.")
    return connected(admit(somebody, session, clock.now()), who)


def newcomer() -> tuple[Person | None, tuple]:
    """Who asks to be connected, and as whom they are counted. Raises what a handshake is refused with."""
    settings = current_app.extensions["settings"]
    base = urlsplit(settings.base_url)
    ours = {f"{base.scheme}://{base.netloc}"}
    if settings.development:
        ours.add(request.host_url.rstrip("/"))  # localhost for 127.0.0.1, another port
    check_handshake(origins=ours)
    shown = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"])
    somebody = person()
    who = ("person", somebody.id) if somebody else ("address", request.remote_addr)
    crowd.knock(who)
    if somebody is None and shown and (not cookie or "_user_id" in cookie):
        raise SignedOut("Your session has ended. Sign in again; what you typed is kept on this device.")
    return somebody, who


def connected(admitted: Admitted, who: tuple):
    """The answer that makes a WebSocket of this request, on which `admitted` joins."""
    return upgrade(lambda socket: join(socket, admitted), most=MOST_BYTES, who=who)
