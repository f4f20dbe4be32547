"""The history of notes in a browser: the slider by keyboard, what changed, restoring while somebody has the editor open."""

import os

import pytest

pytestmark = pytest.mark.browser


def test_through_time_by_keyboard(demo, page_of):
    [session] = demo.ask("select n.session_id from note n join document d on d.id = n.document_id "
                         "order by d.revision desc, n.session_id limit 1")
    [event] = demo.ask("select e.slug from event e join session s on s.event_id = e.id where s.id = :session", session=session)
    [person] = demo.ask("select p.person_id from pass p join session s on s.event_id = p.event_id where s.id = :session "
                        "and p.role = 3 order by p.id limit 1", session=session)
    note = f"/e/{event}/sessions/{session}/note"
    page = page_of(demo, person)
    page.goto(f"{note}/history")
    slider = page.get_by_label("Version")
    last = int(slider.get_attribute("max"))
    assert slider.input_value() == str(last)
    assert last > 0
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_selector("#moment .moment[data-index='0']")
    assert "in the hour from" in slider.get_attribute("aria-valuetext")
    assert page.url.endswith("at=1")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#moment .moment[data-index='1']")
    assert page.evaluate("document.activeElement.id") == "step"
    page.get_by_role("link", name="Earlier", exact=True).press("Enter")
    page.wait_for_selector("#moment .moment[data-index='0']")
    page.get_by_role("link", name="Changes", exact=True).click()
    page.wait_for_selector("#moment .diff")
    if folder := os.environ.get("LOOK_AT"):  # for people: pictures of the pages, at three widths and in both themes
        demo.change("update event set attribution = 'named'")
        demo.change("update document_update set by_id = 1 + seq % 3")
        for width, theme in ((390, "light"), (390, "dark"), (1280, "light"), (1920, "dark")):
            look = page_of(demo, person, width=width, theme=theme)
            for name, rest in (("history", "history"), ("changes", "history?at=1&view=changes"),
                               ("people", "history?view=people"), ("off", "off-record")):
                look.goto(f"{note}/{rest}")
                assert look.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
                look.screenshot(path=f"{folder}/{name}-{width}-{theme}.png", full_page=True)
