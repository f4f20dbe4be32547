"""Two organisers make random changes at the same time in two browsers, while a third page goes offline and comes back: no cell
holds two sessions, none is lost or doubled, all three show the same grid, and the history gives it again.

Thirty-two changes in every run, two hundred with `--full`.
"""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from tests.journeys.conftest import page_of, site_of  # noqa: F401 - page_of is a fixture
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.once]

# What a hand does, only quicker: chooses among what the page shows now, posts where the page's script posts, and sends the
# version that the page was made from. Says how each was answered.
HANDS = """
async ({ seed, count }) => {
  let state = seed;
  const random = n => (state = (state * 1103515245 + 12345) % 2147483648, Math.floor(state / 65536) % n);
  const answers = {};
  window.busy = (async () => {
    for (let i = 0; i < count; i++) {
      const cards = [...document.querySelectorAll('.arranging [data-session], .tray [data-pitch]')];
      const cells = [...document.querySelectorAll('.arranging td[data-room]')];
      const card = cards[random(cards.length)], cell = cells[random(cells.length)], kind = random(12);
      const placed = 'session' in card.dataset;
      let url = card.dataset.moveUrl, fields = { room: cell.dataset.room, slot: cell.dataset.slot };
      if (kind === 0 && placed) fields = { take_off: '1' };
      if (kind === 1 && placed) { url = url.replace(/move$/, 'length'); fields = { length: String(1 + random(2)) }; }
      if (kind === 2 && placed) url = url.replace(/move$/, 'again');
      const undo = document.querySelector('form[data-ask="undo"]');
      if (kind === 3 && undo.version.value) { url = undo.action; fields = { version: undo.version.value, newest: '1' }; }
      const redo = document.querySelector('form[data-ask="redo"]');
      if (kind === 4 && redo.version.value) { url = redo.action; fields = { version: redo.version.value }; }
      const body = new URLSearchParams({ ...fields, seen: document.querySelector('[data-seen]').dataset.seen,
        csrf_token: document.querySelector('input[name="csrf_token"]').value });
      const answer = await fetch(url, { method: 'POST', headers: { Accept: 'application/json' }, body });
      answers[answer.status] = (answers[answer.status] ?? 0) + 1;
      await new Promise(done => setTimeout(done, random(60)));
    }
    return answers;
  })();
}
"""
SHOWN = """() => Object.fromEntries([...document.querySelectorAll('#grid [data-session]')].map(
  card => [card.dataset.session, card.closest('td').dataset.place]))"""


@pytest.fixture(scope="module")
def camp(tmp_path_factory):
    with site_of(tmp_path_factory.mktemp("two"), "--demo") as site:
        yield site


def test_many_changes_at_once(camp, page_of, request):  # noqa: F811
    each = 100 if request.config.getoption("--full") else 16
    boss = camp.ask("select id from person where email = 'organiser@camp.example'")[0]
    event = camp.ask("select id from event where slug = 'govcamp-north'")[0]
    [other, reader] = camp.ask("select person_id from pass where event_id = :event and role = 1 order by id limit 2", event=event)
    camp.change(f"update pass set role = 3 where person_id = {other} and event_id = {event}")
    first = camp.ask("select count(*) from grid_change where event_id = :event", event=event)[0]
    ann, ben, watcher = page_of(camp, boss), page_of(camp, other), page_of(camp, reader)
    for page, path in ((ann, "grid/arrange"), (ben, "grid/arrange"), (watcher, "grid?view=grid")):
        page.goto(f"/e/govcamp-north/{path}")
    for page, seed in ((ann, 11), (ben, 29)):
        page.evaluate(HANDS, {"seed": seed, "count": each})
    eventually(lambda: camp.ask("select count(*) from grid_change where event_id = :event", event=event)[0] > first + each / 5, 60)
    watcher.context.set_offline(True)
    answers = [page.evaluate("() => window.busy") for page in (ann, ben)]
    watcher.context.set_offline(False)
    assert all(set(found) <= {"200", "409"} for found in answers), answers
    assert sum(found["200"] for found in answers) >= each * 0.6, answers

    truth = stands(camp, event)
    deadline = time.monotonic() + 45
    while (shown := [page.evaluate(SHOWN) for page in (ann, ben, watcher)]) != [truth] * 3 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert shown == [truth] * 3
    cells = rows(camp, "select room_id, slot_id from placement where event_id = :event", event)
    assert len(set(cells)) == len(cells)
    assert camp.ask("select count(*) from grid_change where event_id = :event", event=event)[0] > first + each / 2
    assert replay(camp, event) == {int(session) for session in truth}


def rows(camp, statement, event) -> list[tuple]:
    with camp.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement), {"event": event})]


def stands(camp, event) -> dict[str, str]:
    """Where each session begins, as the page's cells are called."""
    zone = ZoneInfo(camp.ask("select time_zone from event where id = :event", event=event)[0])
    found = {}
    for session, room, starts in rows(camp, """
            select session_id, room.name, slot.starts_at from placement join room on room.id = room_id
            join slot on slot.id = slot_id where placement.event_id = :event and part = 1""", event):
        moment = datetime.fromisoformat(str(starts))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        found[str(session)] = f"{room} at {moment.astimezone(zone):%H:%M}"
    return found


def replay(camp, event) -> set[int]:
    """The sessions that have a place when every change of the history is made again, each of them checked; the numbers of
    the changes have no gap."""
    versions = camp.ask("select version from grid_change where event_id = :event order by version", event=event)
    assert versions == list(range(1, len(versions) + 1))
    follows = dict(rows(camp, """select a.id, b.id from slot a join slot b on b.event_id = a.event_id
                                 and b.position = a.position + 1 where a.event_id = :event""", event))
    steps = rows(camp, """
        select c.version, s.session_id, s.from_room_id, s.from_slot_id, s.from_length, s.to_room_id, s.to_slot_id, s.to_length
        from grid_step s join grid_change c on c.id = s.change_id where c.event_id = :event order by c.version, s.id""", event)
    stood: dict[int, list] = {}
    for version in versions:
        mine = [step for step in steps if step[0] == version]
        for _, session, *ways in mine:
            assert ways[:3] == stood.get(session, [None, None, 1])
        for _, session, *ways in mine:
            stood[session] = ways[3:]
        cells = [cell for room, slot, length in stood.values() if room
                 for cell in ([(room, slot)] + ([(room, follows[slot])] if length > 1 else []))]
        assert len(set(cells)) == len(cells), version
    placed = dict(rows(camp, "select session_id, room_id from placement where event_id = :event and part = 1", event))
    assert {session: room for session, (room, *_) in stood.items() if room} == placed
    return set(placed)
