"""The bazaar on a screen across a hall, in a browser: no text below 2.5 % of the height, nothing cut off, whatever the names."""


import pytest

from app.boards.idea_models import Idea
from app.events.models import NAMED
from tests.world import AT

pytestmark = [pytest.mark.browser, pytest.mark.once]
LONG = "Sit in reception for a whole day, once a month, with the people who answer the questions that nobody else answers"  # 113 characters
LEAST = """() => { const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), sizes = [];
  while (all.nextNode()) { const e = all.currentNode.parentElement;
    if (all.currentNode.textContent.trim() && e.checkVisibility() && !e.closest('.skip')) sizes.push(parseFloat(getComputedStyle(e).fontSize)); }
  return Math.min(...sizes) / innerHeight * 100; }"""
OUTSIDE = """() => [...document.querySelectorAll('.bazaar-screen > li')].filter(li => [...li.children].some(
  part => part.getBoundingClientRect().bottom > li.getBoundingClientRect().bottom + 1)).length
  + (document.documentElement.scrollHeight > innerHeight ? 1 : 0)"""


@pytest.mark.parametrize("names", [["A street each"], ["A street each", LONG], [LONG, LONG, "Short", LONG, "Next page"]], ids=["one", "two", "five"])
def test_it_is_read_across_a_hall(tab, world, names):
    event = world.event(slug="camp", name="GovCamp North, the tenth of them", attribution=NAMED)
    world.save(*[Idea(event_id=event.id, name=name, what="Walk it, ask, write it down and tell the others. " * 9, created_at=AT,
                      offered_name="Ngozi Okonkwo-Boyle" if i % 2 else "") for i, name in enumerate(names)])
    for width, height in ((1920, 1080), (1280, 720), (1024, 768)):
        tab.set_viewport_size({"width": width, "height": height})
        tab.goto("/e/camp/ideas/screen?page=1")
        assert tab.evaluate(LEAST) >= 2.5, (width, height)
        assert tab.evaluate(OUTSIDE) == 0, (width, height)
