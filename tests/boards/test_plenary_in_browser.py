"""The plenary on a projector: legible at 10 metres, nothing to scroll, turned by keys and by itself."""


import pytest

SIZES = [(1920, 1080), (1280, 720), (1024, 768), (3840, 2160)]

# What cannot be seen whole, and the smallest text in sight as a share of the screen's height.
LOOK = """() => {
  const cut = [], tall = innerHeight;
  let least = 1;
  for (const el of document.querySelectorAll('.plen *')) {
    if (!el.checkVisibility() || ![...el.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const box = el.getBoundingClientRect();
    if (box.bottom > tall + 1 || box.right > innerWidth + 1 || box.top < -1) cut.push(el.textContent.slice(0, 40));
    least = Math.min(least, parseFloat(getComputedStyle(el).fontSize) / tall);
  }
  for (const box of document.querySelectorAll('.cards')) if (box.scrollHeight > box.clientHeight + 1) cut.push('cards');
  if (document.documentElement.scrollHeight > tall) cut.push('the page');
  return [cut, least];
}"""


@pytest.fixture
def tab(tab):
    tab.emulate_media(reduced_motion="reduce")
    return tab


@pytest.mark.browser
@pytest.mark.once
def test_it_is_read_from_ten_metres_without_scrolling(tab, scene, world):
    first, second = scene.stage.prompts
    for i in range(7):
        world.insight(scene.board, "A thought of the usual length, as people write them on notes. " * (1 + i % 8), group=i % 3)
    for i in range(3):
        world.insight(scene.board, f"Short {i}", prompt=second, group=i)
    world.insight(scene.board, "W" * 500, prompt=first, group=0)
    for width, height in SIZES:
        tab.set_viewport_size({"width": width, "height": height})
        tab.goto(f"{scene.at}/plenary")
        screens = tab.locator("[data-page]").count()
        assert screens >= 4
        for _ in range(screens):
            cut, least = tab.evaluate(LOOK)
            assert cut == [], f"cut off at {width} × {height}"
            assert least >= 0.025, f"{least:.3%} of the height at {width} × {height}"
            tab.keyboard.press("ArrowRight")
        assert tab.locator("[data-page]:visible").count() == 1
        assert tab.locator("[data-at]").inner_text() == "1"  # round and round


@pytest.mark.browser
@pytest.mark.once
def test_it_turns_by_itself_until_it_is_paused(tab, scene, world):
    for prompt in scene.stage.prompts:
        world.insight(scene.board, prompt=prompt, group=0)
    tab.clock.install()
    tab.goto(f"{scene.at}/plenary")
    at = tab.locator("[data-at]")
    assert at.inner_text() == "1"
    tab.clock.run_for(20_500)
    assert at.inner_text() == "2"
    tab.keyboard.press("Space")
    tab.clock.run_for(60_000)
    assert at.inner_text() == "2"
    tab.locator("[data-pause]").click()
    tab.clock.run_for(20_500)
    assert at.inner_text() == "1"
    tab.keyboard.press("ArrowLeft")  # whoever turns it by hand has more time
    tab.clock.run_for(60_000)
    assert at.inner_text() == "2"
