"""Folkmoot's settings: their names in the environment, what they mean, and what values are accepted.

`load()` reads them all at start; a missing or bad value raises `BadSetting` with a sentence that says what to do,
and the program does not start. `docs/settings.md` is checked against this list by a test.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.infra.mail_message import is_address

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"


class BadSetting(Exception):
    """A setting is missing or cannot be used; the message is a sentence for whoever starts the program."""


def _mode(value: str) -> str:
    if value not in ("development", "production"):
        raise ValueError("must be development or production")
    return value


def _secret(value: str) -> str:
    if value and len(value) < 32:
        raise ValueError("must be at least 32 characters; make one with: "
                         "python3 -c 'import secrets; print(secrets.token_hex(32))'")
    return value


def _database(value: str) -> str:
    if value.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + value.split("://", 1)[1]
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must start with sqlite:/// (a file) or postgresql+psycopg:// (a server)")
    return value


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("must be the address people type, such as https://camp.example.org")
    return value.rstrip("/")


def _mail(value: str) -> str:
    parts = urlsplit(value)
    if value != "outbox:" and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
        raise ValueError("must be outbox: (kept for organisers to read) or smtp://user:password@host:587 (or smtps://…:465)")
    return value


def _address(value: str) -> str:
    if not is_address(value):
        raise ValueError("must be one e-mail address, such as camp@example.org")
    return value


def _domain(value: str) -> str:
    if value and not re.fullmatch(r"(?=.{1,150}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", value.lower()):
        raise ValueError("must be a domain whose mail comes to Folkmoot, such as reply.camp.example.org")
    return value.lower()


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if value and not (host and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError("must be empty or an address and a port, such as 127.0.0.1:8025")
    return value


def _redis(value: str) -> str:
    if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("must be empty or start with redis://, rediss:// or unix://")
    return value


def _search(value: str) -> str:
    if value != "postgresql:" and not value.startswith("whoosh:///"):
        raise ValueError("must be postgresql: or whoosh:///folder")
    return value


def _files(value: str) -> str:
    if not value.startswith("file:///"):
        raise ValueError("must be file:/// and a folder")
    return value


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return number

    return parse


@dataclass(frozen=True)
class Setting:
    """One setting: its name in the environment, the default, what it means, and how its text becomes a value."""

    name: str
    default: str
    meaning: str
    parse: Callable[[str], object]


SETTINGS = (
    Setting("FOLKMOOT_MODE", "production", "`production` or `development`. In development cookies also travel over "
            "plain http and a missing secret key is made up at each start.", _mode),
    Setting("SECRET_KEY", "", "Signs cookies and links; at least 32 characters, kept secret, the same in every process. "
            "Needed outside development. Changing it signs everybody out.", _secret),
    Setting("DATABASE_URL", f"sqlite:///{INSTANCE / 'folkmoot.sqlite3'}", "Where everything is kept: `sqlite:///` and a "
            "file, or `postgresql+psycopg://user:password@host/name` (PostgreSQL 15 or later).", _database),
    Setting("BASE_URL", "http://127.0.0.1:8000", "The address people use, as it stands in links in mails, QR codes and "
            "exports. Never taken from a request.", _base_url),
    Setting("MAIL_URL", "outbox:", "`outbox:` keeps mails in the database for the keepers of the site to read and hand on; "
            "`smtp://user:password@host:587` (STARTTLS) or `smtps://…:465` sends them.", _mail),
    Setting("MAIL_FROM", "folkmoot@localhost.localdomain", "The address that mails come from.", _address),
    Setting("REPLY_DOMAIN", "", "The domain of the addresses at which people answer mails, and to which bounces come; its mail "
            "must come to Folkmoot ([how](mail.md)). Empty: mails cannot be answered.", _domain),
    Setting("INBOUND_MAIL", "", "Where Folkmoot takes mail for REPLY_DOMAIN, by SMTP, as address and port: `127.0.0.1:8025`. "
            "Empty: nowhere.", _listen),
    Setting("REDIS_URL", "", "Empty: one web process. `redis://host:6379/0`: several web processes share nudges and "
            "rate limits through it.", _redis),
    Setting("SEARCH_URL", "", "Empty: PostgreSQL full text beside PostgreSQL, otherwise Whoosh under `instance/`. "
            "`whoosh:///folder` or `postgresql:` chooses.", lambda v: _search(v) if v else ""),
    Setting("FILES_URL", f"file://{INSTANCE / 'files'}", "The folder for files people upload, as `file:///folder`.", _files),
    Setting("WEB_PROCESSES", "1", "Web processes to run (1 to 32). More than one needs REDIS_URL and PostgreSQL.", _whole(1, 32)),
    Setting("TRUSTED_PROXIES", "0", "How many reverse proxies stand in front and set X-Forwarded-For and -Proto "
            "(0 to 3). 0 ignores those headers.", _whole(0, 3)),
    Setting("HOST", "127.0.0.1", "The address to listen on.", str),
    Setting("PORT", "8000", "The port to listen on.", _whole(1, 65535)),
)


@dataclass(frozen=True)
class Config:
    """The settings as values; see `SETTINGS` for their meaning."""

    mode: str
    secret_key: str
    database_url: str
    base_url: str
    mail_url: str
    mail_from: str
    reply_domain: str
    inbound_mail: str
    redis_url: str
    search_url: str
    files_folder: Path
    web_processes: int
    trusted_proxies: int
    host: str
    port: int

    @property
    def development(self) -> bool:
        """Whether this is somebody's own machine rather than a site for others."""
        return self.mode == "development"


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read every setting from `environ`. Raises `BadSetting` with a sentence that names the setting and the cure."""
    values = {}
    for setting in SETTINGS:
        text = environ.get(setting.name, "").strip() or setting.default
        try:
            values[setting.name] = setting.parse(text)
        except ValueError as problem:
            shown = "what it holds" if setting.name in ("SECRET_KEY", "DATABASE_URL", "MAIL_URL", "REDIS_URL") else repr(text)
            raise BadSetting(f"{setting.name} cannot be {shown}: it {problem}.") from None
    development = values["FOLKMOOT_MODE"] == "development"
    if not values["SECRET_KEY"]:
        if not development:
            raise BadSetting("SECRET_KEY is not set. Outside development it must be: make one with "
                             "python3 -c 'import secrets; print(secrets.token_hex(32))' and keep it.")
        values["SECRET_KEY"] = os.urandom(32).hex()
    if "BASE_URL" not in environ or not environ["BASE_URL"].strip():
        if not development:
            raise BadSetting("BASE_URL is not set. Outside development it must be the address people type, "
                             "such as https://camp.example.org.")
        values["BASE_URL"] = f"http://{values['HOST']}:{values['PORT']}"
    if not development and not str(values["BASE_URL"]).startswith("https://"):
        raise BadSetting("BASE_URL must start with https:// outside development: sign-in cookies are only sent over https.")
    if values["INBOUND_MAIL"] and not values["REPLY_DOMAIN"]:
        raise BadSetting("INBOUND_MAIL is set and REPLY_DOMAIN is not: say which domain's mail comes there.")
    postgres = str(values["DATABASE_URL"]).startswith("postgresql")
    if values["WEB_PROCESSES"] != 1 and not (values["REDIS_URL"] and postgres):
        raise BadSetting("WEB_PROCESSES is more than 1, which needs REDIS_URL and a PostgreSQL DATABASE_URL: without them "
                         "changes would not reach people on another process.")
    search = values["SEARCH_URL"] or ("postgresql:" if postgres else f"whoosh://{INSTANCE / 'search'}")
    if search == "postgresql:" and not postgres:
        raise BadSetting("SEARCH_URL is postgresql: but DATABASE_URL is not PostgreSQL. Use whoosh:///folder.")
    return Config(
        mode=values["FOLKMOOT_MODE"], secret_key=values["SECRET_KEY"], database_url=values["DATABASE_URL"],
        base_url=values["BASE_URL"], mail_url=values["MAIL_URL"], mail_from=values["MAIL_FROM"],
        reply_domain=values["REPLY_DOMAIN"], inbound_mail=values["INBOUND_MAIL"],
        redis_url=values["REDIS_URL"], search_url=search,
        files_folder=Path(str(values["FILES_URL"]).removeprefix("file://")), web_processes=values["WEB_PROCESSES"],
        trusted_proxies=values["TRUSTED_PROXIES"], host=values["HOST"], port=values["PORT"],
    )
