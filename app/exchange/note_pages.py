"""Notes as one HTML file that needs nothing else: to keep, to print, to send; and what other kinds of documents are made from.

People's text comes from `infra/markdown.py`, already sanitised; here pictures are put into it as data, links of this site get
their whole address, and everything else that is said is escaped.
"""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby
from pathlib import Path

from app.events.models import NAMED, Event
from app.exchange.board_chapters import Chapter
from app.exchange.packed_pictures import stand_in
from app.exchange.written import WrittenNote
from app.infra import clock, files, markdown
from app.notes.models import Picture

WIDEST, HIGHEST = 6.2, 7.5  # inches that a picture takes on paper
DOTS = 150  # of a picture to an inch, where it fits
STYLE = Path(__file__).with_name("note_pages.css").read_text("utf-8")
_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"[^>]*>|<img alt="([^"]*)"[^>]*src="([^"]*)"[^>]*>')
_OWN_LINK = re.compile(r'href="/(?!/)')
CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
Progress = Callable[[int, int], None]
CHATHAM = "These notes say what was said, not who said it (Chatham House Rule)."


@dataclass(frozen=True)
class Page:
    """A document about to be made. `body` is HTML; `pictures` are those in it, by the address that it gives them."""

    title: str
    body: str
    changed_at: datetime
    pictures: dict[str, Picture]
    licence: str
    book: bool = False


def page_of_note(event: Event, note: WrittenNote, base_url: str) -> Page:
    """One note: its title, what is known of the session, its text."""
    body = "\n".join((f'<h1 id="n-title">{escape(note.head.title)}</h1>', _facts(event, note),
                      text_of(event, note, base_url, 2), _foot(event)))
    return Page(note.head.title, body, note.saved_at, _pictures(event, note), event.notes_licence)


def page_of_book(event: Event, notes: list[WrittenNote], named: list[str], base_url: str, *, dates: str,
                 boards: Sequence[Chapter] = (), progress: Progress = lambda done, of: None) -> Page:
    """The book of proceedings: cover, contents, the notes slot by slot, boards, who agreed to be named, licence.

    `progress` is told after each note how many are done, of how many.
    """
    parts = [f'<section class="cover"><h1 id="n-title">{escape(event.name)}</h1>', "<p>Book of proceedings</p>",
             *(f"<p>{escape(line)}</p>" for line in filter(None, (dates, event.venue))),
             f"<p>Notes of {len(notes)} {'session' if len(notes) == 1 else 'sessions'}. {escape(_rule(event))}</p></section>",
             '<section class="contents"><h1 id="n-contents">Contents</h1>']
    slots = [(when, list(those)) for when, those in groupby(notes, key=lambda one: _when(event, one))]
    for when, those in slots:
        entries = "".join(f'<li><a href="#n-s{one.head.session_id}">{escape(one.head.title)}</a>'
                          f'{f" ({escape(one.head.code)})" if one.head.code else ""}</li>' for one in those)
        parts.append(f"<p><strong>{escape(when)}</strong></p><ul>{entries}</ul>")
    if boards:
        parts.append('<p><strong>Boards</strong></p><ul>' + "".join(
            f'<li><a href="#n-b{one.board_id}">{escape(one.title)}</a></li>' for one in boards) + "</ul>")
    if named:
        parts.append('<ul><li><a href="#n-people">People</a></li></ul>')
    parts.append("</section>")
    done, pictures = 0, {}
    for number, (when, those) in enumerate(slots, 1):
        parts.append(f'<h1 id="n-slot-{number}">{escape(when)}</h1>')
        for one in those:
            parts.append(f'<article><h2 id="n-s{one.head.session_id}">{escape(one.head.title)}</h2>\n{_facts(event, one)}\n'
                         f"{text_of(event, one, base_url, 3)}</article>")
            pictures |= _pictures(event, one)
            done += 1
            progress(done, len(notes))
    if boards:
        parts.append('<h1 id="n-boards">Boards</h1>')
        parts += [f'<article><h2 id="n-b{one.board_id}">{escape(one.title)}</h2>\n'
                  + (f'<p class="facts"><strong>Session:</strong> {escape(one.where)}</p>' if one.where else "")
                  + f"{_at_home(str(markdown.render(one.text, f'b{one.board_id}-', 3)), base_url)}</article>" for one in boards]
    if named:
        parts.append('<h1 id="n-people">People</h1><p>These people were at the event and agreed to be named here.</p><ul>'
                     + "".join(f"<li>{escape(name)}{_sessions_of(name, notes)}</li>" for name in named) + "</ul>")
    parts.append(f'<h1 id="n-licence">Licence</h1>{_foot(event)}<p>Made from <a href="{escape(base_url)}/e/{event.slug}">'
                 f"{escape(base_url)}/e/{event.slug}</a>.</p>")
    changed_at = max((note.saved_at for note in notes), default=event.created_at)
    return Page(f"{event.name}: book of proceedings", "\n".join(parts), changed_at, pictures, event.notes_licence, book=True)


def text_of(event: Event, note: WrittenNote, base_url: str, top_level: int) -> str:
    """A note's text as sanitised HTML whose ids are its own in the whole document."""
    rendered = str(markdown.render(note.text, f"s{note.head.session_id}-", top_level))
    if note.head.state == "draft":
        rendered = f"<p><em>A draft: its note-takers have not finished it.</em></p>{rendered}"
    return _at_home(rendered, base_url)


def _at_home(rendered: str, base_url: str) -> str:
    """With whole addresses for this site's own pages."""
    return _OWN_LINK.sub(f'href="{escape(base_url)}/', rendered)


def with_pictures(page: Page, shown: Callable[[str, Picture], str]) -> str:
    """The page's body with each picture's address replaced by what `shown(address, picture)` says; a picture that is not
    there is replaced by what it shows, in words."""
    def put(found: re.Match[str]) -> str:
        address, alt = (found[1], found[2]) if found[1] is not None else (found[4], found[3])
        picture = page.pictures.get(address)
        source = shown(address, picture) if picture is not None else ""
        if not source:
            return f"<em>[{alt or 'picture'}]</em>"
        wide, high = inches(picture)
        return f'<img src="{source}" alt="{alt}" width="{wide:.2f}in" height="{high:.2f}in">'

    return _IMAGE.sub(put, page.body)


def data_address(_address: str, picture: Picture) -> str:
    """The picture itself, as an address; empty when its bytes are gone."""
    try:
        data = files.fetch(picture.file)
    except KeyError:
        return ""
    return _data(picture, data)


def _data(picture: Picture, data: bytes) -> str:
    kind = "jpeg" if picture.name.endswith(".jpg") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def inches(picture: Picture) -> tuple[float, float]:
    """How wide and high it stands on paper."""
    scale = min(1 / DOTS, WIDEST / picture.width, HIGHEST / picture.height)
    return picture.width * scale, picture.height * scale


def html_file(page: Page) -> bytes:
    """The page as a file that needs nothing else, and in which nothing can run or be loaded."""
    body = re.sub(r' width="[0-9.]+in" height="[0-9.]+in"', "", with_pictures(page, data_address))
    licence = f'<meta name="dcterms.rights" content="{escape(page.licence)}">\n' if page.licence else ""
    return "\n".join((
        '<!doctype html>', '<html lang="en-GB">', '<head>', '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">', f"<title>{escape(page.title)}</title>",
        f"{licence}<style>", f"{STYLE}</style>", "</head>", "<body>", "<main>",
        body, "</main>", "</body>", "</html>", "")).encode()


def document_source(page: Page) -> str:
    """The same for pandoc, which reads titles and sizes and no style; pictures are put in afterwards (`packed_pictures.py`)."""
    def standing_in(_address: str, picture: Picture) -> str:
        return _data(picture, stand_in(picture)) if data_address(_address, picture) else ""

    return (f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(page.title)}</title></head>'
            f"<body>{with_pictures(page, standing_in)}</body></html>")


def _pictures(event: Event, note: WrittenNote) -> dict[str, Picture]:
    return {f"/e/{event.slug}/pictures/{picture.name}": picture for picture in note.pictures}


def _facts(event: Event, note: WrittenNote) -> str:
    lines = [(label, value) for label, value in note.head.lines if label != "Event" or event.name != value]
    rows = "".join(f"<strong>{escape(label)}:</strong> {escape(value)}<br>" for label, value in lines)
    return f'<p class="facts">{rows.removesuffix("<br>")}</p>' if rows else ""


def _foot(event: Event) -> str:
    said = " ".join(filter(None, (f"Shared under {event.notes_licence}." if event.notes_licence else "", _rule(event))))
    return f'<p class="foot">{escape(f"{event.name}. {said}".strip())}</p>'


def _rule(event: Event) -> str:
    return "" if event.attribution == NAMED else CHATHAM


def _when(event: Event, note: WrittenNote) -> str:
    if not note.slots:
        return "Not on the grid"
    slot = note.slots[0]
    label = f"Session {slot.number}" if slot.number else slot.label or "Plenary"
    return f"{label}, {clock.local(slot.starts_at, event.time_zone):%H:%M}" if slot.starts_at else label


def _sessions_of(name: str, notes: list[WrittenNote]) -> str:
    led = list(_led_by(name, notes))
    return f": {', '.join(led)}" if led else ""


def _led_by(name: str, notes: list[WrittenNote]) -> Iterator[str]:
    for note in notes:
        if name in (*note.head.leaders, *note.head.note_takers, *note.head.present):
            yield f'<a href="#n-s{note.head.session_id}">{escape(note.head.title)}</a>'
