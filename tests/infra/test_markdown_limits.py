"""No text holds anybody up: what is slow is given up, and others do not notice (acceptance S14)."""

import threading
import time

import pytest

from app.infra import markdown
from app.infra.markdown import render
from tests.infra.html_check import faults
from tests.infra.slow_markdown import RECIPES
from tests.pace import usual

SIZE = 256 * 1024
NOTICE = 'class="md-notice"'
# The slowest of each kind; the others take the same ways through the parser.
SLOWEST = ["links never closed", "links with open parentheses", "lists, then loose lines", "wide table", "nested emphasis"]


@pytest.fixture(autouse=True)
def _empty_cache():
    markdown._new_cache()


@pytest.fixture
def unhurried(monkeypatch):
    """The limits by the clock out of the way, for tests of other things on a busy machine."""
    monkeypatch.setattr(markdown, "KILLED_AFTER", 30.0)
    monkeypatch.setattr(markdown, "PATIENCE", 30.0)


def _timed(text: str) -> tuple[str, float]:
    began = time.monotonic()
    html = str(render(text))
    return html, time.monotonic() - began


def test_there_are_48_recipes_and_each_gives_as_much_as_it_should():
    assert len(RECIPES) >= 48
    for name, recipe in RECIPES.items():
        assert SIZE - 64 <= len(recipe(SIZE).encode()) <= SIZE + 64, name


def _check(name: str, size: int = SIZE) -> None:
    markdown.warm()
    html, seconds = _timed(RECIPES[name](size)[:size])
    assert seconds < 3  # 1.0 where nothing else runs; killed after 1.5
    assert len(html) < 5_000_000
    if NOTICE in html:
        assert html.count("<") - html.count("<br>") == 4, "two paragraphs and nothing else"
    else:
        assert "<script" not in html


@pytest.mark.parametrize("name", SLOWEST)
def test_the_slowest_recipes_end_in_time(name):
    _check(name)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(RECIPES) - set(SLOWEST)))
def test_every_recipe_ends_in_time(name, request):
    """A quarter of the size, and the whole with --full."""
    _check(name, SIZE if request.config.getoption("--full") else SIZE // 4)


SHORT = {name: recipe(markdown.INLINE)[: markdown.INLINE] for name, recipe in RECIPES.items()}


@pytest.mark.parametrize("name", [name for name, text in SHORT.items() if markdown._harmless(text)])
def test_short_texts_that_are_not_sent_away_take_milliseconds(name):
    began = time.process_time()
    render(SHORT[name])
    assert usual(time.process_time() - began, 0.1) < 0.1  # 0.02 where nothing else runs


def test_a_slow_text_is_shown_with_its_line_breaks_and_says_so():
    text = "first <b>\nsecond & third\n\n" + RECIPES["links never closed"](SIZE)[: SIZE - 40]
    html, _ = _timed(text)
    assert html.startswith(
        '<p class="md-notice">This text is shown without its formatting, because formatting it took too long.</p>'
        '<p class="md-plain">first &lt;b&gt;<br>second &amp; third<br><br>[a](&lt;b[a]'
    )
    assert faults(html[:5_000].rpartition("<br>")[0] + "</p>") == []
    again, seconds = _timed(text)
    assert again == html
    assert seconds < 0.1, "giving it up is remembered"


def test_an_ordinary_long_note_is_formatted(unhurried):
    line = "- [ ] Ask *everybody* about [the plan](https://example.org/plan) and `code`\n"
    text = "# Notes\n\n" + line * (100_000 // len(line))
    html, _ = _timed(text)
    assert NOTICE not in html
    assert html.count("<li") == 100_000 // len(line)
    assert faults(html) == []


def test_what_is_nested_too_deeply_or_grows_too_large_is_not_formatted(unhurried):
    assert NOTICE in render("*a " * 400 + "b" + " c*" * 400)
    many_columns = "|" + "a|" * 900 + "\n|" + "-|" * 900 + "\n" + "|\n" * 20
    assert len(render(many_columns)) < 700_000


def test_threads_do_not_mix_up_their_texts(unhurried):
    wanted = {n: f"<p>{n} " + "word " * 600 for n in range(40)}
    got: dict[int, str] = {}

    def work(numbers):
        for n in numbers:
            got[n] = str(render(f"{n} " + "word " * 600))

    threads = [threading.Thread(target=work, args=(range(start, 40, 8),)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: html.removesuffix("</p>").rstrip() for n, html in got.items()} == {n: w.rstrip() for n, w in wanted.items()}


def test_results_are_kept_by_text_and_options_and_dropped_by_size_and_age(monkeypatch):
    calls = []
    monkeypatch.setattr(markdown, "to_html", lambda *args: calls.append(args) or "x" * 1_000)
    render("a")
    render("a")
    render("a", prefix="b-")
    render("a", top_level=2)
    assert len(calls) == 3

    cache = markdown._Cache(5_000)
    for key in (b"1", b"2", b"3"):
        cache.put(key, key.decode() * 1_000)
    cache.get(b"1")
    cache.put(b"4", "4" * 1_000)
    assert [key for key in (b"1", b"2", b"3", b"4") if cache.get(key)] == [b"1", b"3", b"4"]
    assert cache.size <= 5_000
    cache.put(b"5", "5" * 10_000)
    assert cache.size == 0
    cache.put(b"6", "6", seconds=0.01)
    time.sleep(0.02)
    assert cache.get(b"6") is None
    assert cache.size == 0
