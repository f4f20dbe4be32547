"""A passage goes off the record while others have the notes open: they begin anew, nobody's words bring it back."""

from pathlib import Path

import pytest

from tests.journeys.editors import Closed, Editor
from tests.journeys.people import SignedIn
from tests.journeys.test_notes_together import EVENT, notes  # noqa: F401 - a fixture
from tests.waiting import eventually

CANARY = "Quillon Vandermeer is to be dismissed"
WORDS = (b"quillon", b"vandermeer", b"dismissed")


def closed_with(editor: Editor) -> int:
    with pytest.raises(Closed) as closed:
        editor.until(lambda: False, 5)
    return closed.value.code


def test_everybody_begins_anew_and_nothing_of_the_old_log_is_taken(notes):  # noqa: F811
    session = notes.fresh()
    ada, ben, cleo = (notes.editor(session, number) for number in range(3))
    for letters in (CANARY[:9], CANARY[9:20], CANARY[20:], "\n"):
        ada.type(len(ada.text.encode()), letters)
    ada.saved()
    ben.until(lambda: CANARY in ben.text)
    ben.leave()
    ben.type(0, "Typed on the train. ")  # never sent, in a document that has the passage
    with SignedIn(notes.site, notes.people[3]) as dora:
        status, said = dora.post(f"/e/{EVENT}/sessions/{session}/note/off-record", passage=CANARY)
    assert (status, "off the record" in said) == (200, True)
    assert [closed_with(ada), closed_with(cleo)] == [4409, 4409]
    for old in (ada, ben, cleo):  # with what they have, they are not let in again
        with pytest.raises(Closed) as closed:
            old.connect()
            old.until(lambda: False, 5)
        assert closed.value.code == 4409
    anew = notes.editor(session, 1)
    assert "Quillon" not in anew.text
    anew.type(0, "Typed on the train. ")
    anew.saved()
    assert notes.stored(session).startswith("Typed on the train. ")
    assert notes.of(session, "epoch") == 2
    anew.leave()
    eventually(lambda: not notes.site.ask("select id from job where kind in ('database.scrub', 'search.forget')"), seconds=30)
    if notes.site.engine.dialect.name == "sqlite":
        folder = Path(notes.site.engine.url.database).parent
        eventually(lambda: [(path.name, word) for path in folder.rglob("*") if path.is_file()
                            for word in WORDS if word in path.read_bytes().lower()] == [], seconds=30)
