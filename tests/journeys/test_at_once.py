"""Many at once, over HTTP, against the server as people run it: one cell, fifty claims, exactly one winner (D5); a hall full of
phones that join the pitching queue and mark the pitch that is up."""

import threading

import pytest

from tests.bench import phones
from tests.journeys.people import SignedIn

CLAIMS, ROUNDS = 50, 4
PHONES, PHONES_IN_FULL = 60, 300


@pytest.mark.long
def test_fifty_claims_of_one_cell_have_one_winner(rough):
    site = rough
    boss = site.ask("select id from person where email = 'organiser@camp.example'")[0]
    event = site.ask("select id from event where slug = 'govcamp-north'")[0]
    site.change(f"insert into pitch (event_id, title, about, state, version, created_at, updated_at) "
                f"select {event}, 'Claim ' || id, '', 'open', 1, created_at, created_at from person where id <= {CLAIMS * ROUNDS}")
    free = site.ask(f"""select room.id * 1000000 + slot.id from room, slot where room.event_id = {event} and slot.event_id = {event}
                        and room.number is not null and slot.number is not null and not exists
                        (select 1 from placement where room_id = room.id and slot_id = slot.id) order by 1""")
    claims = site.ask("select id from pitch where title like 'Claim %' order by id")
    assert len(free) >= ROUNDS
    assert len(claims) == CLAIMS * ROUNDS
    for cell, round_ in zip(free, range(ROUNDS), strict=False):
        room, slot = divmod(cell, 1_000_000)
        answers, gate = [], threading.Barrier(CLAIMS)

        def claim(pitch, room=room, slot=slot, answers=answers, gate=gate):
            somebody = SignedIn(site, boss, patience=60)
            gate.wait()
            answers.append(somebody.post(f"/e/govcamp-north/pitches/{pitch}/place", room=room, slot=slot))
            somebody.hang_up()

        threads = [threading.Thread(target=claim, args=(pitch,)) for pitch in claims[round_ * CLAIMS:(round_ + 1) * CLAIMS]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        won = [text for status, text in answers if status == 200]
        lost = [text for status, text in answers if status == 409]
        assert (len(won), len(lost)) == (1, CLAIMS - 1), sorted({(status, text[:200]) for status, text in answers})
        winner = site.ask("select title from pitch join session on session.pitch_id = pitch.id join placement on session_id = session.id "
                          "where room_id = :room and slot_id = :slot", room=room, slot=slot)[0]
        assert all(winner in text for text in lost)


@pytest.mark.long
def test_a_hall_of_phones_joins_the_queue_and_marks_what_is_up(rough, request):
    site = rough
    event, pitch = phones.prepared(site)
    ids = phones.people(site, event, PHONES_IN_FULL if request.config.getoption("--full") else PHONES)
    crowd = phones.all_at_once(site, ids, pitch)
    assert {status for status in crowd.statuses if status not in (200, 303)} <= {phones.BUSY}, crowd.statuses
    phones.check(site, ids, pitch)
