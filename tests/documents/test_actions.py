"""Saving: merged, numbered, stored as one update; refused with a reason and without a trace."""

import pytest
from pycrdt import Doc, Text
from sqlalchemy import func, select

from app.documents import actions, queries
from app.documents.actions import MergeConflict, Saved
from app.documents.crdt import ROOT, Shared
from app.documents.models import TEXT_BYTES, Document, DocumentUpdate, Revision
from app.errors import Conflict, Invalid, NotFound
from app.infra import db
from tests.world import AT

NAUGHTY = [
    "ÅÍÎÏ˝ÓÔÒÚÆ☃", "田中さんにあげて下さい", "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d⚧️ e\u0301e\u0301", "\u202eright to left\u202c", "﷽", "<script>alert(1)</script>",
    "'; drop table document; --", "a\u2028b\u2029c\u0085d\x0be\x0cf", "\ufeffBOM", "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮", "\x01\x02\x7f\x80", "tabs\t\tand  spaces  \n\n\n  ", "\U0010ffff\ufffe\ufdd0",
    "{{ 7*7 }} %s %(x)s ${x}", "\\u0000 \\", "İıſß",
]


@pytest.fixture
def document(world) -> Document:
    with db.transaction():
        return actions.create("one\ntwo\nthree\n", AT)


def save(document, text, base, **more) -> Saved:
    with db.transaction():
        return actions.save(document, text, base, AT, **more)


def rows(document) -> tuple[int, int]:
    """How many updates and revisions are stored."""
    return tuple(db.session.scalar(select(func.count()).where(table.document_id == document.id)) for table in (DocumentUpdate, Revision))


def replayed(document) -> str:
    return Shared(queries.updates_of(document)).text


def test_a_new_document_is_its_first_update_and_revision(document):
    assert (document.text, document.revision, document.seq) == ("one\ntwo\nthree\n", 1, 1)
    assert rows(document) == (1, 1)
    assert replayed(document) == document.text
    first = queries.revision(document, 1)
    assert (first.text, first.seq, first.by, first.at) == (document.text, 1, None, AT)


def test_saving_makes_one_update_and_one_revision(document, world):
    person = world.person()
    assert save(document, "one\n2\nthree\n", 1, by=person, remark="why") == Saved(2, "one\n2\nthree\n", merged=False, changed=True)
    assert (document.text, document.revision, document.seq, rows(document)) == ("one\n2\nthree\n", 2, 2, (2, 2))
    assert replayed(document) == document.text
    newest = queries.newest_revision(document)
    assert (newest.number, newest.seq, newest.by.id, newest.remark) == (2, 2, person.id, "why")
    assert db.session.get(DocumentUpdate, (document.id, 2)).by_id == person.id


def test_nobody_is_named_unless_told(document):
    save(document, "other", 1)
    assert queries.newest_revision(document).by_id is None
    assert list(db.session.scalars(select(DocumentUpdate.by_id))) == [None, None]


def test_the_same_text_changes_nothing(document):
    assert save(document, "one\r\ntwo\rthree\n", 1) == Saved(1, "one\ntwo\nthree\n", merged=False, changed=False)
    assert rows(document) == (1, 1)


def test_an_old_base_is_merged(document):
    save(document, "one\ntwo\nthree\nfour\n", 1)
    saved = save(document, "zero\none\ntwo\nthree\n", 1)
    assert saved == Saved(3, "zero\none\ntwo\nthree\nfour\n", merged=True, changed=True)
    assert replayed(document) == document.text == saved.text


def test_who_changed_nothing_on_an_old_base_gets_what_is_there(document):
    save(document, "one\ntwo\n", 1)
    assert save(document, "one\ntwo\nthree\n", 1) == Saved(2, "one\ntwo\n", merged=True, changed=False)
    assert rows(document) == (2, 2)


def test_a_conflict_saves_nothing_and_carries_everything(document):
    save(document, "one\ntheirs\nthree\nfour\n", 1)
    with pytest.raises(MergeConflict) as caught:
        save(document, "zero\none\nmine\nthree\n", 1)
    clash = caught.value
    assert isinstance(clash, Conflict)
    assert (clash.base, clash.theirs, clash.mine) == ("one\ntwo\nthree\n", "one\ntheirs\nthree\nfour\n", "zero\none\nmine\nthree\n")
    assert clash.text == "zero\none\ntheirs\nmine\nthree\nfour\n"
    assert [(c.line, c.theirs, c.mine) for c in clash.clashes] == [(3, "theirs", "mine")]
    assert rows(document) == (2, 2)
    # Saving what it carries, on the revision it names, finishes it.
    assert save(document, clash.text, clash.revision) == Saved(3, clash.text, merged=False, changed=True)


def test_a_save_never_removes_what_the_saver_never_saw(document):
    save(document, "one\ntwo\nthree\nunseen\n", 1)
    assert save(document, "", 1).text == "unseen\n"
    save(document, "unseen, and changed\n", 3)
    with pytest.raises(MergeConflict) as caught:
        save(document, "", 3)
    assert caught.value.text == "unseen, and changed\n"


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings_come_back_byte_for_byte(document, text):
    save(document, text, 1)
    save(document, text + "\n" + text, 2)
    save(document, text, 3)
    db.session.expire_all()
    assert document.text.encode() == text.encode() == replayed(document).encode() == queries.revision(document, 2).text.encode()


@pytest.mark.parametrize(("text", "said"), [
    ("nul \0 inside", "NUL"), ("half \ud800 a pair", "broken character"), ("é" * (TEXT_BYTES // 2 + 1), "256 kB"),
])
def test_a_text_that_cannot_be_kept_is_refused_by_name(document, text, said):
    for act in (lambda: save(document, text, 1), lambda: actions.create(text, AT)):
        with pytest.raises(Invalid, match=said) as caught:
            act()
        assert caught.value.field == "text"
    assert rows(document) == (1, 1)


def test_the_longest_text_is_kept_and_only_merging_can_make_it_too_long(document):
    longest = "x" * (TEXT_BYTES - 1) + "\n"
    assert save(document, longest, 1).text == longest
    with pytest.raises(Invalid) as caught:
        save(document, "one\ntwo\nthree\n" + "y" * 100, 1)
    assert caught.value.field == "text"
    assert document.text == longest


@pytest.mark.parametrize("base", [0, 2, -1, 10**30])
def test_a_base_that_never_was_is_refused_by_name(document, base):
    with pytest.raises(Invalid) as caught:
        save(document, "x", base)
    assert caught.value.field == "base_revision"


def test_a_base_of_another_document_does_not_count(document):
    with db.transaction():
        other = actions.create("other", AT)
    save(other, "other text", 1)
    with pytest.raises(Invalid):
        save(document, "x", 2)


def test_saving_upon_a_text_that_was_never_a_revision(document):
    with db.transaction():
        saved = actions.save_upon(document, "one\ntwo\n", "one\ntwo\nnew\n", AT, None, "Imported")
    assert saved.text == "one\ntwo\nthree\nnew\n"
    assert queries.newest_revision(document).remark == "Imported"


# ---- what the socket will call --------------------------------------------------------------------------------------


def editor(document) -> Doc:
    """A browser that has loaded what is stored."""
    doc = Doc({ROOT: Text()})
    for update in queries.updates_of(document):
        doc.apply_update(update)
    return doc


def typed(doc: Doc, at: int, text: str) -> bytes:
    """What the browser sends for typing `text` at byte `at`."""
    before = doc.get_state()
    doc[ROOT].insert(at, text)
    return doc.get_update(before)


def append(document, data, **more) -> int:
    with db.transaction():
        return actions.append_update(document, data, AT, **more)


def test_an_editors_update_merges_with_what_a_form_saved_meanwhile(document, world):
    doc = editor(document)
    save(document, "one\ntwo\nthree\nby form\n", 1)
    assert append(document, typed(doc, 0, "by socket 😀\n"), by=world.person()) == 3
    assert document.text == replayed(document) == "by socket 😀\none\ntwo\nthree\nby form\n"
    assert (document.revision, document.seq, rows(document)) == (2, 3, (3, 2))
    saved = save(document, "one\ntwo\n3\nby form\n", 2)  # the form knows nothing of the socket's change
    assert saved.text == replayed(document) == "by socket 😀\none\ntwo\n3\nby form\n"


def test_an_update_that_comes_twice_or_late_changes_nothing_twice(document):
    doc = editor(document)
    first, second = typed(doc, 0, "1"), typed(doc, 1, "2")
    append(document, second)
    assert document.text == "one\ntwo\nthree\n"  # waits for what it builds on
    append(document, first)
    append(document, first)
    assert document.text == replayed(document) == "12one\ntwo\nthree\n"


def test_a_form_saved_after_updates_leaves_a_revision_that_includes_them(document):
    append(document, typed(editor(document), 0, "new "))
    assert save(document, "one\ntwo\nthree\n", 1) == Saved(2, "new one\ntwo\nthree\n", merged=True, changed=True)
    newest = queries.newest_revision(document)
    assert (newest.text, newest.seq) == (document.text, document.seq)
    assert rows(document) == (2, 2)  # a revision, and no update: the text was there


def test_what_an_editor_wrote_since_the_newest_revision_can_be_a_base(document):
    assert queries.base_of(document) == 1
    append(document, typed(editor(document), 0, "new "))
    base = queries.base_of(document)
    assert (base, queries.text_at(document, base), queries.text_at(document, 1)) == ("1.2", "new one\ntwo\nthree\n", "one\ntwo\nthree\n")
    assert save(document, "one\ntwo\nthree\n", base).text == "one\ntwo\nthree\n"  # they saw it, and took it out
    append(document, typed(editor(document), 0, "their "))
    with pytest.raises(MergeConflict) as caught:
        save(document, "my one\ntwo\nthree\n", 2)
    assert caught.value.revision == "2.4"
    assert save(document, caught.value.text, "2.4").text == caught.value.text


@pytest.mark.parametrize("base", ["1.0", "1.2", "1.", ".1", "x", "1.1.1", "-1", "1.99999999999"])
def test_a_base_that_cannot_be_is_refused(document, base):
    with pytest.raises(NotFound):
        queries.text_at(document, base)
    with pytest.raises(Invalid):
        save(document, "x", base)


@pytest.mark.parametrize("data", [b"", b"garbage", b"\xff" * 100, b"\0" * (actions.UPDATE_BYTES + 1)])
def test_bytes_that_are_no_update_are_refused(document, data):
    with pytest.raises(Invalid) as caught:
        append(document, data)
    assert caught.value.field == "data"
    assert rows(document) == (1, 1)


@pytest.mark.parametrize("text", ["x" * TEXT_BYTES, "nul \0"])
def test_an_update_that_makes_the_text_one_that_cannot_be_kept_is_refused(document, text):
    with pytest.raises(Invalid):
        append(document, typed(editor(document), 0, text))
    assert (document.text, rows(document)) == ("one\ntwo\nthree\n", (1, 1))


# ---- reading history ------------------------------------------------------------------------------------------------


def test_history_is_newest_first_without_texts(document, world, statements):
    person = world.person("Ada")
    for number in range(1, 8):
        save(document, f"version {number}", number, by=person)
    db.session.expire_all()
    document.id  # noqa: B018 - loaded before counting
    with statements() as said:
        found = queries.revisions_of(document, most=3, skip=1)
        assert [(r.number, r.by.name) for r in found] == [(7, "Ada"), (6, "Ada"), (5, "Ada")]
    assert len(said) == 1
    assert queries.how_many_revisions(document) == 8
    for number in (0, 9, 2**40):
        with pytest.raises(NotFound):
            queries.revision(document, number)
