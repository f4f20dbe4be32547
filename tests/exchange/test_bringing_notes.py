"""Bringing notes in: the seed note, twice, changed, clashing, hostile, tried only."""

import io
import zipfile
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from app.errors import Forbidden
from app.events.models import Role
from app.exchange import importing
from app.exchange.bundles import Found, from_paths, from_upload
from app.exchange.models import ImportedFile
from app.exchange.reports import CHANGED, CLASHED, FAILED, NEW, SAME, SKIPPED
from app.followups.queries import followup_of
from app.grid.models import Session
from app.grid.queries import code_of
from app.infra import db, files
from app.notes.queries import note_of, note_takers_of

NOTE = b"""UKGovCamp

Session: 2

Room: Turing

Session title : Bins and boxes

Session leader : Leila Haddad

Volunteer to continue conversation after :

Notes taken by : Sarah Slack

Notes

Every council has a bins API.

Summary

Publish a calendar file first.
"""


@pytest.fixture
def event(world):
    return world.event()


def bring(organiser, event, data=NOTE, name="bins.md", **more):
    [report] = importing.import_notes(organiser, event, [Found(name, data)], **more)
    return report


def sessions():
    return db.session.scalars(select(Session)).all()


def rows() -> dict[str, int]:
    return {t.name: db.session.scalar(select(func.count()).select_from(t)) for t in db.Base.metadata.sorted_tables if t.name != "job"}


def test_the_seed_note_becomes_its_session(shared, event, organiser):
    [report] = importing.import_notes(organiser, event, from_paths([shared / "seeds" / "004_80c7e1b44935c6a1.txt"]))
    assert report.outcome == NEW
    [session] = sessions()
    assert session.pitch.title == "Practical support for Public sector reformers"
    assert [leader.name for leader in session.pitch.leaders] == ["Gavin Freegard"]
    assert session.placement.room.name == "M69"
    assert session.placement.slot.number == 1
    assert [taker.name for taker in note_takers_of(session)] == ["Sarah Slack"]
    text = note_of(session).document.text
    body, _, summary = text.partition("## Summary")
    assert "Therapy to support people!" in body
    assert summary.split("\n\n")[1:] == ["Knowledge sharing is critical", "Working locally", "Politics!\n"]
    followup = followup_of(session)
    assert followup is not None
    assert followup.hosts == []


def test_a_note_finds_its_place(event, organiser):
    report = bring(organiser, event)
    [session] = sessions()
    assert (report.outcome, report.title, report.session_id) == (NEW, "Bins and boxes", session.id)
    assert code_of(session) == "s2r3"
    assert note_of(session).document.text.endswith("## Summary\n\nPublish a calendar file first.\n")
    kept = db.session.scalar(select(ImportedFile))
    assert (kept.name, kept.session_id, files.fetch(kept.file_key)) == ("bins.md", session.id, NOTE)
    assert "Session title: Bins and boxes" in kept.report["recognised"]


def test_importing_twice_changes_nothing(event, organiser):
    bring(organiser, event)
    before = rows()
    assert bring(organiser, event).outcome == SAME
    assert bring(organiser, event, name="the same under another name.md").outcome == SAME
    assert rows() == before


def test_a_changed_file_brings_its_notes_up_to_date_and_keeps_what_people_wrote(world, event, organiser):
    from app.infra import clock
    from app.infra.db import transaction
    from app.notes import actions as notes

    bring(organiser, event)
    [session] = sessions()
    with transaction(event):
        note = note_of(session)
        notes.save(organiser, session, text="A line of ours.\n\n" + note.document.text, base_revision=note.document.revision, at=clock.now())
    report = bring(organiser, event, NOTE.replace(b"calendar file first", b"calendar file first, then argue"))
    assert report.outcome == CHANGED
    text = note_of(sessions()[0]).document.text
    assert text.startswith("A line of ours.")
    assert "first, then argue." in text


def test_a_change_that_clashes_with_what_people_wrote_is_said_and_overwrites_nothing(world, event, organiser):
    from app.infra import clock
    from app.infra.db import transaction
    from app.notes import actions as notes

    bring(organiser, event)
    [session] = sessions()
    with transaction(event):
        note = note_of(session)
        ours = note.document.text.replace("Every council has a bins API.", "Ours entirely.")
        notes.save(organiser, session, text=ours, base_revision=note.document.revision, at=clock.now())
    report = bring(organiser, event, NOTE.replace(b"Every council has a bins API.", b"Theirs entirely."))
    assert report.outcome == CLASHED
    assert "different things" in report.warnings[0]
    assert note_of(sessions()[0]).document.text == ours


def test_a_taken_place_is_said_and_nothing_is_moved(world, event, organiser):
    world.session(event, "Something else", room=3, slot=2)
    report = bring(organiser, event)
    assert report.outcome == NEW
    assert any("“Something else” is in Turing" in line for line in report.unsure)
    assert {s.pitch.title: code_of(s) for s in sessions()} == {"Something else": "s2r3", "Bins and boxes": ""}


def test_a_session_on_the_grid_or_a_pitch_gets_the_notes(world, event, organiser):
    placed = world.session(event, "bins AND boxes!", room=3, slot=2)
    placed_id = placed.id
    assert bring(organiser, event).session_id == placed_id
    pitch = world.pitch(event, "Paper forms")
    pitch_id = pitch.id
    report = bring(organiser, event, NOTE.replace(b"Bins and boxes", b"Paper Forms").replace(b"Session: 2", b"Session: 3"), name="forms.md")
    assert db.session.get(Session, report.session_id).pitch_id == pitch_id


def test_two_files_of_one_title_stay_two_sessions(event, organiser):
    bring(organiser, event)
    report = bring(organiser, event, NOTE.replace(b"Every council", b"No council").replace(b"Room: Turing", b"Room:"), name="other.md")
    assert report.outcome == NEW
    assert len(sessions()) == 2


def test_hosts_named_in_a_note_become_hosts(event, organiser):
    bring(organiser, event, NOTE.replace(b"conversation after :", b"conversation after : Marta Nowak"))
    assert [host.name for host in followup_of(sessions()[0]).hosts] == ["Marta Nowak"]


def test_only_trying_changes_nothing_and_keeps_no_file(event, organiser):
    before, fresh = rows(), NOTE + b"\nTried only.\n"
    report = bring(organiser, event, fresh, only_try=True)
    assert (report.outcome, report.title) == (NEW, "Bins and boxes")
    assert rows() == before
    with pytest.raises(KeyError):
        files.fetch(sha256(fresh).hexdigest())


def test_one_bad_file_never_stops_the_rest(event, organiser):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("a.docx", b"PK\x03\x04 this is no document")
        bundle.writestr("b.pdf", b"%PDF-1.7 nothing")
        bundle.writestr("../../escape.md", NOTE)
        bundle.writestr("c.md", NOTE)
        bundle.writestr("picture.png", b"\x89PNG")
    outcomes = {r.name.split("/")[-1]: r.outcome for r in importing.import_notes(organiser, event, from_upload("all.zip", packed.getvalue()))}
    assert outcomes["c.md"] == NEW
    assert outcomes["a.docx"] == FAILED
    assert outcomes["picture.png"] == SKIPPED
    assert outcomes["escape.md"] == FAILED
    assert len(sessions()) == 1


def test_secrets_and_addresses_are_pointed_out_and_not_repeated(event, organiser):
    report = bring(organiser, event, NOTE.replace(b"has a bins API.", b"has password: hunter2horse and leila@example.com."))
    said = " ".join(report.warnings)
    assert "password" in said.lower()
    assert "hunter2horse" not in said
    assert "leila@example.com" not in said


def test_only_organisers_bring_notes_in(world, event):
    for role in (Role.ATTENDEE, Role.CAMPMAKER):
        report = bring(world.holder(event, role), event)
        assert report.outcome == FAILED
        assert report.warnings == ["Only organisers bring files in."]
    assert sessions() == []
    with pytest.raises(Forbidden):
        from app.exchange import actions

        actions.keep_upload(world.person(), event, kind="notes", name="a", data=b"", only_try=False, base_url="", at=event.created_at)


@pytest.mark.long
def test_real_notes_come_in_without_a_crash(shared, event, organiser):
    """Every third file; that all are read without loss is tested in test_real_notes.py."""
    files = list(from_paths([shared / "data" / "notes"]))[::3]
    reports = list(importing.import_notes(organiser, event, files))
    assert len(reports) == len(files) > 110
    assert [r.name for r in reports if any("our side" in w for w in r.warnings)] == []
    assert sum(r.outcome == NEW for r in reports) > 105
    again = list(importing.import_notes(organiser, event, files))
    assert {r.outcome for r in again} <= {SAME, SKIPPED, CLASHED, FAILED}
