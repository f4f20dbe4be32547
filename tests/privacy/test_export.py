"""All that is known of somebody comes with them, whatever table it stands in; and nothing that is somebody else's."""

import csv
import io
import json
import zipfile

import pytest

from app.accounts.merging import references
from app.errors import Forbidden
from app.infra import db
from app.privacy import actions, export
from tests.privacy.life import ADDRESS, FRIENDS, NAME, OTHERS, lived
from tests.world import AT

# Every table with a person in it, and where it stands in the export. A new table fails by name: look what is in its rows, and say.
GIVEN = {"board_facilitator", "followup_offer", "followup_person", "followup_post", "grid_change", "idea", "idea_joiner", "import",
         "imported_file", "insight", "interest", "leader", "leader_away", "link", "mail_stop", "mail_waiting", "mail_wishes",
         "mailing", "not_same", "note_picture", "note_taker", "notice", "pass", "pitch", "pledge", "queue_change", "queue_entry",
         "round", "round_person", "round_wish", "score", "series_owner", "was_there"}
TOLD = {"introduction": "consent", "contact_sharing": "consent", "contact_shut": "consent", "meeting_wish": "consent",
        "contact_report": "consent", "mail": "mail", "round_seat": "rounds", "document_update": "notes-written",
        "revision": "notes-written"}


@pytest.fixture
def life(app, world):
    return lived(world, app.secret_key)


def test_every_table_with_a_person_in_it_is_named_here():
    there = {table.name for table, _ in references()}
    assert there == GIVEN | TOLD.keys()
    assert {table.name for table, _ in export.tables()} == GIVEN


def test_all_of_it_and_nothing_of_others(client, life):
    client.sign_in(life.person)
    answer = client.get("/account/export")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    everything = json.loads(files["everything.json"])
    assert {*(name.replace("_", "-") for name in GIVEN), *TOLD.values(), "account", "contacts"} == everything.keys() - {"at"}
    assert {f"{kind}.csv" for kind in everything if kind != "at"} | {"README.txt", "everything.json"} == files.keys()
    for name, text in files.items():
        assert not [address for address in OTHERS if address in text], f"{name} tells an address that is not shared"
        for secret in ("secret-link", life.person.session_key, "feed_secret", "0" * 64):
            assert secret not in text, name
        if name.endswith(".csv"):
            rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
            assert len(rows) == len(everything[name.removesuffix(".csv")])
    assert everything["account"][0]["email"] == ADDRESS
    assert [(one["who"], one["said"]) for one in everything["contacts"]] == [("Fred Friend", FRIENDS)]
    assert [one["text"] for one in everything["followup-post"]] == [f"It was me, {NAME}, {ADDRESS}"]
    assert everything["followup-post"][0]["followup"] == "What would Zephyrine Quandt do?"
    assert {one["subject"]: one["text"] for one in everything["mail"]} == {
        "To you": "Write to (an address that is not shared with you)", "Sign in": ""}
    assert [(one["round"], one["with"], one["you said"]) for one in everything["rounds"]] == [("Spring", ["Other 3"], "met")]
    assert {one["text"] for one in everything["notes-written"]} == {"Bins", "What would Zephyrine Quandt do?", "To sing"}
    assert everything["interest"][0]["pitch"] == "Bins"


def test_the_history_of_consent(client, life):
    """Who shared what with whom and when it was taken back; what somebody refused, and who shut them out, is not told."""
    found = export.of_person(life.person, life.person, AT)
    said = [(row["what"], row["who"]) for row in found["consent"]]
    assert ("you shared with", "Fred Friend") in said
    assert ("shared with you by", "Fred Friend") in said
    assert ("taken back by", "Other 4") in said
    assert ("you blocked", "Other 3") in said
    assert ("you asked to be introduced to", "Other 1") in said
    told = json.dumps(found)
    assert "never" not in told.casefold().replace("never again", ""), "Other 1 said never again: for who asked it stays asked"
    assert "Other 2" not in told, "who blocked them, and reported them"
    assert "sings at night" not in told
    with pytest.raises(Forbidden):
        export.of_person(life.friend, life.person, AT)


@pytest.mark.once
def test_cells_that_a_spreadsheet_would_run_are_harmless(world):
    somebody = world.person("=cmd()", organisation="@SUM(1)")
    archive = zipfile.ZipFile(io.BytesIO(export.packed(export.of_person(somebody, somebody, AT), AT)))
    row = next(csv.DictReader(io.StringIO(archive.read("account.csv").decode().removeprefix("\ufeff"))))
    assert (row["name"], row["organisation"]) == ("'=cmd()", "'@SUM(1)")


@pytest.mark.once
def test_a_private_pledge_is_called_nothing(world, life):
    with db.transaction() as session:
        session.get(type(life.own_talk), life.own_talk.id).pledge.shown = "private"
        life.own_talk.people.append(type(life.talk.people[0])(person_id=life.friend.id, name="Fred", part="posted", since=AT))
    found = export.of_person(life.friend, life.friend, AT)
    assert "To sing" not in json.dumps(found)
    assert "(not open to you)" in {row["followup"] for row in found["followup-person"]}
    assert actions.POSTS.keys() == {"kept", "unnamed", "removed"}
