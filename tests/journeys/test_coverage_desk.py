"""The coverage desk in a browser: open on a campmaker's phone while somebody else takes notes, nobody reloads anything."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_the_desk_and_the_head_above_the_notes_follow_what_others_do(demo, page_of):
    event = demo.ask("select id from event where slug = 'govcamp-north'")[0]
    organiser = demo.ask("select id from person where email = 'organiser@camp.example'")[0]
    attendee = demo.ask(f"select person_id from pass where event_id = {event} and role = 1 order by id desc limit 1")[0]
    name = demo.ask(f"select name from person where id = {attendee}")[0]
    wanted = demo.ask("select session_id from note_taker_wanted order by 1 limit 1")[0]
    desk = page_of(demo, organiser, width=390, height=844)
    desk.goto("/e/govcamp-north/notes/desk?show=missing")
    row = desk.locator(f"#desk-s{wanted}")
    row.get_by_text("Note-taker wanted").wait_for()
    all_of_them = int(desk.locator(".seg a[aria-current] .n").inner_text())
    reading = page_of(demo, attendee)
    reading.goto(f"/e/govcamp-north/sessions/{wanted}/notes")
    reading.get_by_text("Nobody has said yet that they take notes").wait_for()

    taking = page_of(demo, attendee)
    taking.goto(f"/e/govcamp-north/sessions/{wanted}")
    taking.get_by_role("button", name="I’ll take notes").click()

    row.wait_for(state="detached")
    assert int(desk.locator(".seg a[aria-current] .n").inner_text()) == all_of_them - 1
    reading.get_by_text(f"Notes by {name}").wait_for()
    # Keyboard alone: nobody is asked for any more in another one.
    other = desk.locator(".desk-list > li", has=desk.get_by_role("button", name="Stop asking")).first
    title = other.get_by_role("heading").inner_text()
    other.get_by_role("button", name="Stop asking").focus()
    desk.keyboard.press("Enter")
    desk.get_by_text("Nobody is asked for any more.").wait_for()
    assert desk.locator(".desk-list > li", has_text=title).get_by_text("Nobody yet").count() == 1
