"""Folkmoot: `create_app` puts the engine room, the front hall and the rooms together. No room imports this."""

import logging
import re
from datetime import timedelta

from flask import Flask, url_for
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from app import cli, config
from app.accounts import routes as accounts
from app.boards import routes as boards
from app.events import policy as events_policy
from app.events import queries as events_queries
from app.events import routes as events
from app.events.models import Event, Role
from app.exchange import routes as exchange
from app.followups import routes as followups
from app.grid import kept_grid, sight
from app.grid import pages as grid_pages
from app.grid import routes as grid
from app.infra import db, files, live, mail
from app.introductions import routes as introductions
from app.letters import desk
from app.letters import routes as letters
from app.mailings import routes as mailings
from app.notes import routes as notes
from app.pitches import queue_routes as queue
from app.pitches import routes as pitches
from app.privacy import routes as privacy
from app.recaps import routes as recaps
from app.rounds import routes as rounds
from app.search import cli as search_cli
from app.search import index as search_index
from app.search import routes as search
from app.web import errors, guard, headers, limits, site, templating
from app.web.guard import Access
from app.web.unasked import Unasked
from app.web.upgrade import Sockets

ROOMS = (accounts, letters, events, pitches, grid, notes, boards, followups, introductions, rounds, mailings, recaps, search,
         exchange, privacy)

# What the rooms below show on the pages of the rooms above (app/web/panels.py), in the order it is shown.
PANELS = {
    "pitch": (queue.pitch_panel, grid.pitch_panel, followups.pitch_panel, grid.step_free_for_pitch),
    "session": (notes.session_panel, notes.note_takers_panel, boards.session_panel, boards.ideas_panel, followups.session_panel,
                exchange.session_panel),
    "note": (boards.note_panel, followups.note_panel),
    "insight": (boards.insight_panel, followups.insight_panel),
    "idea": (followups.idea_panel,),
    "pledge": (followups.pledge_panel,), "pledge taken back": (followups.pledge_gone_panel,),
    "event": (queue.event_panel, grid.step_free_panel, boards.event_panel, followups.event_panel,
              introductions.event_panel, rounds.event_panel, recaps.event_panel),
    "person": (events.my_events_panel, followups.person_panel, introductions.person_panel, rounds.person_panel,
               exchange.named_panel, privacy.person_panel),
    "series": (introductions.series_panel, rounds.series_panel, privacy.series_panel),
    "conversation people": (introductions.conversation_people,),
    "pitch form": (followups.form_panel,),
}

# What they do when something is done in a room above, in the same transaction (app/web/panels.py, `tell_rooms`).
HEARS = {"pitched": (followups.link_chosen,), "pledge taken back": (followups.pledge_taken_back,),
         "renamed": (search.renamed,), "mail arrived": (letters.mail_arrived,), "address changed": (letters.address_changed,)}

# What they know of every session on the grid, of every pitch and every idea in a list: one statement or two each.
CELL_FACTS = (notes.cell_facts,)
PITCH_FACTS = (grid.pitch_places,)
IDEA_FACTS = (followups.idea_facts,)

HASHED = re.compile(r"^.+-[0-9A-Z]{8}\.[a-z0-9]+$")
PASS_DAYS = 400  # a pass without an e-mail address lives in the device's cookie, so it must outlast the event by a year
LARGEST_REQUEST = 64 * 1024 * 1024  # an upload of a whole event's notes; forms are limited far lower
LARGEST_FORM = 2 * 1024 * 1024


def create_app(settings: config.Config | None = None) -> Flask:
    """The application for `settings` (by default those of the environment).

    Raises `config.BadSetting` or `db.UnsafeDatabase` with a sentence to show to whoever starts it.
    """
    settings = settings or config.load()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's: it says who wrote to which address for answers
    app = Flask(__name__, static_folder=None, template_folder=str(config.ROOT / "templates"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=4000,
        SESSION_COOKIE_NAME="folkmoot", SESSION_COOKIE_SECURE=not settings.development, SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax", PERMANENT_SESSION_LIFETIME=timedelta(days=PASS_DAYS),
        SESSION_REFRESH_EACH_REQUEST=False,  # an answer still under way at sign-out must not bring the old cookie back
        WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"], COMPRESS_STREAMS=False,
    )
    app.extensions["settings"] = settings
    app.extensions["panels"], app.extensions["hears"] = PANELS, HEARS
    app.extensions["cell_facts"], app.extensions["pitch_facts"] = CELL_FACTS, PITCH_FACTS
    app.extensions["idea_facts"] = IDEA_FACTS

    db.configure(settings.database_url)
    files.configure(settings.files_folder)
    mail.configure(settings.mail_url, settings.mail_from)
    desk.configure(base_url=settings.base_url, secret_key=settings.secret_key, reply_domain=settings.reply_domain)
    live.configure(settings.redis_url)
    search_index.configure(settings.search_url)

    CSRFProtect(app)
    Compress(app)
    limits.init(app, settings.redis_url)
    https = settings.base_url.startswith("https://")
    headers.install(app, https=https)
    errors.install(app)
    templating.install(app, base_url=settings.base_url, nav_of=nav_of)
    app.jinja_env.globals["asks_among"] = introductions.asks_among  # for “Introduce us” beside names on any room's pages
    app.register_blueprint(site.site)
    accounts.install_sign_in(app)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    guard.install(app, find_event=events_queries.event_called, find_series=events_queries.series_called, may_enter=may_enter)
    cli.install(app)
    app.cli.add_command(search_cli.search)  # and with it the jobs that keep search in step

    app.wsgi_app = Sockets(app.wsgi_app)
    app.wsgi_app = Unasked(app.wsgi_app, grid_pages.SHARED, kept_grid.known_shared, headers.of_every_answer(https=https))
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(config.ROOT / "static"), prefix="/static/", max_age=3600,
                              immutable_file_test=lambda _path, url: bool(HASHED.match(url)))
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)
    return app


LEAST_ROLE = {Access.ATTENDEE: Role.ATTENDEE, Access.CAMPMAKER: Role.CAMPMAKER, Access.ORGANISER: Role.ORGANISER}


def may_enter(access: Access, person, thing) -> bool:
    """Whether `person` may call an endpoint for `access`; `thing` is the event or series its address names."""
    if isinstance(thing, Event):
        sight.look(person, thing)  # whoever arranges a grid that is still a draft sees where its sessions are
    if access is Access.READER:
        return events_policy.can_read(person, thing)
    if person is None:
        return False
    if access is Access.KEEPER:
        return person.keeper
    if access is Access.OWNER:
        return events_policy.owns(person, thing)
    return access is Access.SIGNED_IN or events_policy.role(person, thing) >= LEAST_ROLE[access]


def nav_of(event) -> list[dict]:
    """The bar's entries at an event."""
    return [
        {"key": key, "label": label, "icon": icon, "url": url_for(endpoint, event_slug=event.slug)}
        for key, label, icon, endpoint in (
            ("grid", "Grid", "grid", "grid.show"),
            ("pitches", "Pitches", "pitch", "pitches.listing"),
            ("notes", "Notes", "note", "notes.listing"),
            ("boards", "Boards", "list", "boards.listing"),
            ("followups", "Follow-ups", "chat", "followups.of_event"),
            ("search", "Search", "search", "search.of_event"),
        )
    ]
