"""The import page: an upload is kept, read by the jobs worker, and reported; files leave as attachments."""

import io

import pytest

from app.events.models import Role
from app.exchange import jobs as reading
from app.exchange.models import Import, ImportedFile
from app.grid.models import Session
from app.infra import db, files, jobs
from tests.exchange.test_bringing_notes import NOTE
from tests.world import AT


@pytest.fixture
def event(world):
    return world.event()


@pytest.fixture
def place(client, world, event):
    client.sign_in(world.holder(event, Role.ORGANISER))
    return f"/e/{event.slug}/import"


def upload(client, place, data=NOTE, name="bins.md", **fields):
    return client.post(place, data={"csrf_token": client.token(), "kind": "notes", "file": (io.BytesIO(data), name), **fields},
                       content_type="multipart/form-data")


def test_an_upload_is_read_in_the_background_and_reported(client, place):
    response = upload(client, place)
    assert response.status_code == 303
    page = client.get(response.location)
    assert "Being read: 0 so far" in page.text
    jobs.work_until_idle()
    page = client.get(response.location)
    assert "Being read" not in page.text
    assert "Bins and boxes" in page.text
    assert db.session.query(Session).count() == 1
    part = client.get(response.location, headers={"X-Requested-With": "fetch"})
    assert "<html" not in part.text
    assert "Bins and boxes" in part.text


def test_only_trying_reports_and_changes_nothing(client, place):
    response = upload(client, place, only_try="y")
    jobs.work_until_idle()
    page = client.get(response.location)
    assert "Only tried: nothing was changed." in page.text
    assert "Bins and boxes" in page.text
    assert db.session.query(Session).count() == 0


def test_a_large_upload_is_read_in_slices_so_that_other_jobs_get_their_turn(client, place, monkeypatch):
    import zipfile

    monkeypatch.setattr(reading, "SLICE_SECONDS", 0.0)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        for n in range(4):
            bundle.writestr(f"{n}.md", NOTE.replace(b"Bins and boxes", b"Title %d" % n).replace(b"Room: Turing", b"Room:"))
    response = upload(client, place, packed.getvalue(), "all.zip")
    rounds = 0
    while db.session.query(Import).one().state != "done":
        assert jobs.work_once() or rounds
        rounds += 1
        assert rounds < 60
    assert db.session.query(Session).count() == 4
    assert client.get(response.location).text.count('id="report-') == 4


def test_no_file_is_said_at_its_field(client, place):
    response = client.send(place, kind="notes")
    assert response.status_code == 422
    assert "Choose a file." in response.text


def test_a_grid_and_attendees_come_in_through_the_same_page(client, place, event):
    grid_address, people_address = f"/e/{event.slug}/grid.csv", f"/e/{event.slug}/attendees.csv"
    upload(client, place, b"time,session,room,title\n1100,1,Attic,Bins\n", "grid.csv", kind="grid")
    upload(client, place, b"given_name,family_name,email\nLeila,Haddad,l@example.org\n", "people.csv", kind="attendees")
    jobs.work_until_idle()
    grid = client.get(grid_address)
    assert grid.headers["Content-Type"].startswith("text/csv")
    assert "Bins" in grid.text
    assert "l@example.org" in client.get(people_address).text


def test_a_kept_file_leaves_as_an_attachment_that_runs_nowhere(client, place, event, world):
    key = files.keep(b"<script>alert(1)</script>")
    kept = world.save(ImportedFile(event_id=event.id, name="a/b\\..\\evil\".html", file_key=key, report={}, imported_at=AT))
    response = client.get(f"/e/{event.slug}/imports/files/{kept.id}")
    assert response.data == b"<script>alert(1)</script>"
    assert response.headers["Content-Disposition"] == 'attachment; filename="evil_.html"'
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
