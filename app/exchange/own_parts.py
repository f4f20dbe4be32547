"""Files of a zip of ours that are no notes: what each is called there, and who brings it back.

    @brings_back("event.json")
    def event_file(actor, event, data, at) -> Report: ...

A name that ends in "/" is a folder: its `.json` files. They come in the order of their names, so `event.json` comes before notes.
What a zip of somebody else has under such a name is passed over: the reader says so by returning None.
"""

from collections.abc import Callable
from datetime import datetime

from app.accounts.models import Person
from app.events.models import Event
from app.exchange.reports import Report

Reader = Callable[[Person, Event, bytes, datetime], Report | None]
_READERS: dict[str, Reader] = {}


def brings_back(name: str) -> Callable[[Reader], Reader]:
    """The decorated function brings back files called `name`, or those in the folder `name`, each in a transaction of its own."""
    def put(reader: Reader) -> Reader:
        _READERS[name] = reader
        return reader

    return put


def reader_of(path: str) -> Reader | None:
    """Who brings back the file at this path of a zip, or of a folder that a zip was unpacked into."""
    folder, _, last = path.rpartition("/")
    by_folder = _READERS.get(f"{folder.rpartition('/')[2]}/") if last.endswith(".json") else None
    return _READERS.get(last) or by_folder
