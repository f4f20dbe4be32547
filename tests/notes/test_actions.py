"""Writing notes, taking them, bringing them in: what happens, what is refused, what others are told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.documents import queries as documents
from app.documents.actions import MergeConflict, Saved
from app.documents.models import TEXT_BYTES, DocumentUpdate, Revision
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import DEFAULT_NOTE_TEMPLATE, NAMED, Role
from app.infra import db, findable, live
from app.infra.jobs import Job
from app.notes import actions, queries
from app.notes.models import Note, NoteTaker
from tests.followups.kinds import kinds_of
from tests.world import AT

TEXT = "## Notes\n\n- bins\n\n## Summary\n\nMore bins.\n"


@pytest.fixture
def session(world):
    return world.session(world.event(), "Bins and what they tell us", room=1, slot=1)


@pytest.fixture
def writer(world, session):
    return world.holder(session.event, name="Ada Byron")


@pytest.fixture
def organiser(world, session):
    return world.holder(session.event, Role.ORGANISER)


def save(actor, session, text, base, at=AT) -> Saved:
    with db.transaction(session.event):
        return actions.save(actor, session, text=text, base_revision=base, at=at)


def bring_in(actor, session, text, note_takers=(), present=(), remark="Imported from bins.md", at=AT) -> Saved:
    with db.transaction(session.event):
        return actions.bring_in(actor, session, text=text, note_takers=list(note_takers), present=list(present), remark=remark, at=at)


def told(session) -> int:
    """How often search was told that this session changed."""
    jobs = db.session.scalars(select(Job).where(Job.kind == findable.JOB)).all()
    return sum(job.payload == {"kind": "session", "id": session.id} for job in jobs)


def remarks(session) -> list[tuple[int, str]]:
    return [(r.number, r.remark) for r in documents.revisions_of(queries.existing_note(session).document, most=20)]


# ---- writing --------------------------------------------------------------------------------------------------------


def test_the_first_change_begins_the_note_from_the_template(session, writer):
    assert queries.note_of(session) is None
    assert save(writer, session, TEXT, 0) == Saved(2, TEXT, merged=False, changed=True)
    note = queries.note_of(session)
    assert (note.document.text, note.created_at) == (TEXT, AT.replace(minute=0))  # nobody is known by the minute
    assert documents.revision(note.document, 1).text == DEFAULT_NOTE_TEMPLATE
    assert remarks(session) == [(2, ""), (1, "The event’s template")]


def test_the_template_as_it_was_is_no_note(session, writer):
    assert save(writer, session, DEFAULT_NOTE_TEMPLATE.replace("\n", "\r\n"), 0) == Saved(0, DEFAULT_NOTE_TEMPLATE, False, False)
    assert queries.note_of(session) is None
    assert told(session) == 0


def test_two_people_who_both_began_from_the_template_are_merged(world, session, writer):
    save(writer, session, DEFAULT_NOTE_TEMPLATE.replace("-\n", "- bins\n", 1), 0)
    saved = save(world.holder(session.event), session, DEFAULT_NOTE_TEMPLATE.replace("-\n", "- plans\n", 1), 0)
    assert saved == Saved(3, DEFAULT_NOTE_TEMPLATE.replace("-\n", "- bins\n- plans\n", 1), merged=True, changed=True)


def test_what_the_template_became_meanwhile_does_not_matter(session, writer):
    save(writer, session, TEXT, 0)
    with db.transaction():
        session.event.note_template = "Another one\n"
    assert save(writer, session, DEFAULT_NOTE_TEMPLATE + "PS\n", 0).text == TEXT + "PS\n"


def test_a_clash_is_raised_and_saves_nothing(world, session, writer):
    save(writer, session, TEXT, 0)
    save(writer, session, TEXT.replace("- bins", "- bins in Leeds"), 2)
    with pytest.raises(MergeConflict) as caught:
        save(world.holder(session.event), session, TEXT.replace("- bins", "- bins in York"), 2)
    assert caught.value.revision == 3
    assert queries.note_of(session).document.revision == 3


def test_nobody_is_kept_under_the_chatham_house_rule(session, writer, organiser):
    save(writer, session, TEXT, 0)
    save(organiser, session, TEXT + "more\n", 2)
    with db.transaction(session.event):
        actions.revert(writer, session, number=2, base_revision=3, at=AT)
    assert set(db.session.scalars(select(Revision.by_id))) == {None}
    assert set(db.session.scalars(select(DocumentUpdate.by_id))) == {None}


def test_where_notes_name_people_the_author_is_kept(world):
    session = world.session(world.event(attribution=NAMED))
    writer = world.holder(session.event)
    save(writer, session, TEXT, 0)
    assert list(db.session.scalars(select(Revision.by_id).order_by(Revision.number))) == [None, writer.id]
    assert list(db.session.scalars(select(DocumentUpdate.by_id).order_by(DocumentUpdate.seq))) == [None, writer.id]


def test_search_and_open_pages_are_told_after_a_change_and_only_then(session, writer):
    with live.relay.listen(f"note:{session.id}") as inbox:
        save(writer, session, TEXT, 0)
        assert inbox.get(0.1) == (f"note:{session.id}", 2)
        save(writer, session, TEXT, 2)
        assert inbox.get(0.05) is None
    assert told(session) == 1


@pytest.mark.parametrize("kind", ["stranger", "signed in", "organiser elsewhere"])
def test_who_has_no_pass_is_refused(world, session, writer, kind):
    save(writer, session, TEXT, 0)
    person = kinds_of(world, session.event)[kind]
    with db.transaction(session.event):
        for act in (lambda: actions.save(person, session, text="x", base_revision=2, at=AT),
                    lambda: actions.revert(person, session, number=1, base_revision=2, at=AT),
                    lambda: actions.take_notes(person, session, at=AT), lambda: actions.stop_taking_notes(person, session, at=AT),
                    lambda: actions.bring_in(person, session, text="x", note_takers=[], present=[], remark="", at=AT)):
            with pytest.raises(Forbidden):
                act()
    assert queries.note_of(session).document.text == TEXT


def test_attendees_and_campmakers_bring_nothing_in(world, session):
    for role in (Role.ATTENDEE, Role.CAMPMAKER):
        with pytest.raises(Forbidden):
            bring_in(world.holder(session.event, role), session, "x")


@pytest.mark.parametrize(("text", "base", "field"), [
    ("nul \0", 0, "text"), ("\udc00", 0, "text"), ("x" * (TEXT_BYTES + 1), 0, "text"), ("x", 1, "base_revision"), ("x", "0.1", "base_revision"),
])
def test_what_cannot_be_kept_is_refused_by_name(session, writer, text, base, field):
    with pytest.raises(Invalid) as caught:
        save(writer, session, text, base)
    assert caught.value.field == field
    assert queries.note_of(session) is None


# ---- going back -----------------------------------------------------------------------------------------------------


def test_going_back_is_a_new_revision(session, writer):
    save(writer, session, TEXT, 0)
    save(writer, session, "all gone", 2)
    with db.transaction(session.event):
        saved = actions.revert(writer, session, number=2, base_revision=3, at=AT)
    assert saved == Saved(4, TEXT, merged=False, changed=True)
    assert remarks(session)[0] == (4, "Restored from revision 2")
    assert documents.revision(queries.note_of(session).document, 3).text == "all gone"


def test_going_back_keeps_what_was_written_since_the_page_was_loaded(session, writer):
    save(writer, session, TEXT, 0)
    save(writer, session, TEXT.replace("- bins", "- BINS"), 2)
    save(writer, session, TEXT.replace("- bins", "- BINS") + "PS\n", 3)  # somebody else, meanwhile
    with db.transaction(session.event):
        assert actions.revert(writer, session, number=2, base_revision=3, at=AT).text == TEXT + "PS\n"


def test_going_back_over_what_changed_meanwhile_is_a_clash(session, writer):
    save(writer, session, TEXT, 0)
    save(writer, session, TEXT.replace("- bins", "- bins in Leeds"), 2)
    save(writer, session, TEXT.replace("- bins", "- bins in York"), 3)
    with pytest.raises(MergeConflict), db.transaction(session.event):
        actions.revert(writer, session, number=2, base_revision=3, at=AT)


def test_going_back_to_what_never_was(world, session, writer):
    with pytest.raises(NotFound), db.transaction(session.event):
        actions.revert(writer, session, number=1, base_revision=1, at=AT)
    save(writer, session, TEXT, 0)
    with pytest.raises(NotFound), db.transaction(session.event):
        actions.revert(writer, session, number=9, base_revision=2, at=AT)


# ---- taking notes ---------------------------------------------------------------------------------------------------


def takers(session) -> list[tuple[str, int | None]]:
    return [(taker.name, taker.person_id) for taker in queries.note_takers_of(session)]


def test_taking_notes_twice_is_once_and_stopping_stops(session, writer, organiser):
    with db.transaction(session.event):
        actions.take_notes(writer, session, at=AT)
    with db.transaction(session.event):
        actions.take_notes(writer, session, at=AT)
        actions.take_notes(organiser, session, at=AT + timedelta(minutes=1))
    assert takers(session) == [("Ada Byron", writer.id), (organiser.name, organiser.id)]
    assert told(session) == 2
    for _ in range(2):
        with db.transaction(session.event):
            actions.stop_taking_notes(writer, session, at=AT)
    assert takers(session) == [(organiser.name, organiser.id)]
    assert told(session) == 3


def test_a_name_brought_in_becomes_the_person(session, writer, organiser):
    bring_in(organiser, session, TEXT, ["ada byron", "Sarah Slack"])
    with db.transaction(session.event):
        actions.take_notes(writer, session, at=AT)
    assert takers(session) == [("ada byron", writer.id), ("Sarah Slack", None)]


# ---- bringing in ----------------------------------------------------------------------------------------------------


def test_bringing_in_makes_the_note_and_names_its_takers(session, organiser):
    saved = bring_in(organiser, session, "# Old notes\n", ["Sarah Slack", "  sarah  slack ", "", "B\u0000en\nIsitt"])
    assert (saved.text, saved.changed) == ("# Old notes\n", True)
    assert remarks(session)[0] == (2, "Imported from bins.md")
    assert [name for name, _ in takers(session)] == ["Sarah Slack", "B en Isitt"]
    assert told(session) == 1


def test_bringing_in_the_same_again_changes_nothing(session, organiser):
    bring_in(organiser, session, "# Old notes\n", ["Sarah Slack"])
    assert bring_in(organiser, session, "# Old notes\n", ["Sarah Slack"]) == Saved(2, "# Old notes\n", False, False)
    assert (remarks(session)[0][0], len(takers(session)), told(session)) == (2, 1, 1)


def test_a_newer_version_is_merged_with_what_people_wrote_and_the_same_version_again_is_not(session, writer, organiser):
    bring_in(organiser, session, "first\n\nmiddle\n\nlast\n")
    save(writer, session, "first, by hand\n\nmiddle\n\nlast\n", 2)
    assert bring_in(organiser, session, "first\n\nmiddle\n\nlast\n").changed is False
    newer = bring_in(organiser, session, "first\n\nmiddle\n\nlast, newer\n")
    assert newer.text == "first, by hand\n\nmiddle\n\nlast, newer\n"
    again = bring_in(organiser, session, "first\n\nmiddle\n\nlast, newer\n")
    assert (again.text, again.changed) == (newer.text, False)  # what was written by hand is not undone


def test_a_newer_version_that_clashes_is_refused_and_leaves_the_notes(session, writer, organiser):
    bring_in(organiser, session, "We met 30 people\n")
    save(writer, session, "We met 40 people\n", 2)
    with pytest.raises(Conflict, match="left as they are") as caught:
        bring_in(organiser, session, "We met 50 people\n")
    assert not isinstance(caught.value, MergeConflict)
    assert queries.note_of(session).document.text == "We met 40 people\n"
    # And tried again, the same is said: the refused version was not taken for the last one brought in.
    with pytest.raises(Conflict):
        bring_in(organiser, session, "We met 50 people\n")


def test_notes_that_came_from_elsewhere_are_left_alone(session, writer, organiser):
    save(writer, session, TEXT, 0)
    with pytest.raises(Conflict, match="other notes"):
        bring_in(organiser, session, "from a file\n")
    other = session
    assert queries.note_of(other).document.text == TEXT


def test_another_file_does_not_replace_the_first(session, organiser):
    bring_in(organiser, session, "from a file\n", remark="Imported from a.md")
    with pytest.raises(Conflict):
        bring_in(organiser, session, "from another\n", remark="Imported from b.md")


def test_an_emptied_note_can_be_brought_in(session, writer, organiser):
    save(writer, session, "", 0)
    assert bring_in(organiser, session, "from a file\n").text == "from a file\n"


def test_who_was_present_is_kept_only_where_people_are_named(world, session, organiser):
    bring_in(organiser, session, TEXT, present=["Ada", "Ben"])
    assert queries.note_of(session).present == []
    named = world.session(world.event(attribution=NAMED))
    organiser = world.holder(named.event, Role.ORGANISER)
    bring_in(organiser, named, TEXT, present=["Ada", "Ben", "ada"])
    assert queries.note_of(named).present == ["Ada", "Ben"]
    assert told(named) == 1


# ---- invariants of the tables ---------------------------------------------------------------------------------------


def test_one_note_a_session(session, writer):
    save(writer, session, TEXT, 0)
    document_id = queries.note_of(session).document_id
    with pytest.raises(Conflict), db.transaction():
        db.session.add(Note(session_id=session.id, document_id=document_id, created_at=AT))


def test_one_place_a_person_among_the_note_takers(session, writer):
    with pytest.raises(Conflict), db.transaction():
        db.session.add_all(NoteTaker(session_id=session.id, person_id=writer.id, name="x", since=AT) for _ in range(2))
