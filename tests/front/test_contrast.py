"""Every pair of colours in use is legible: WCAG 2.2 AA, light and dark, for every event hue. Values come from tokens.css."""

import math
import re

import pytest

from tests.servers import ROOT

CSS = (ROOT / "static" / "src" / "tokens.css").read_text()
TEXT, SHAPE = 4.5, 3.0

# (text, what it stands on). `card` also stands for `white` on coloured surfaces, as in the style sheet.
TEXT_PAIRS = [
    *((ink, on) for ink in ("ink", "ink-2", "ink-3") for on in ("paper", "card")),
    ("ink", "sunk"), ("ink-2", "sunk"), ("ink", "now-tint"), ("ink-2", "now-tint"), ("ink-3", "now-tint"), ("ink", "brand-tint"), ("ink-2", "brand-tint"),
    ("link", "paper"), ("link", "card"), ("link", "now-tint"), ("link", "brand-tint"), ("link", "sunk"),
    ("brand", "paper"), ("brand", "card"), ("brand", "brand-tint"), ("on-brand", "brand"), ("on-band", "band"), ("on-band", "band-2"), ("band", "on-band"),
    ("on-now", "now"), ("now", "on-now"), ("paper", "ink"),
    *((state, on) for state in ("danger", "warn", "info", "good") for on in ("card", "paper", f"{state}-tint")),
    ("danger", "now-tint"), ("info", "now-tint"), ("ink", "danger-tint"), ("ink", "warn-tint"), ("ink", "info-tint"), ("ink", "good-tint"), ("card", "danger"),
    *((ink, f"p{i}") for ink in ("p-ink", "p-ink-2") for i in range(1, 7)),
]
SHAPE_PAIRS = [
    ("field", "card"), ("field", "paper"), ("brand", "card"), ("ink", "card"), ("ink", "paper"), ("on-now", "now"), ("now", "band"), ("ink-3", "card"),
    ("warn", "card"), ("warn", "now-tint"), ("danger", "card"), ("info", "card"), ("good", "card"), ("danger", "danger-tint"), ("good", "good-tint"),
    *((f"t{i}", on) for i in range(1, 7) for on in ("card", "paper", "now-tint")),
]


def declarations(selector: str) -> dict[str, str]:
    """The custom properties in the first rule of `selector`."""
    body = re.search(re.escape(selector) + r"\s*\{(.*?)\}", CSS, re.DOTALL)
    assert body, f"{selector} is not in tokens.css"
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", body[1]))


LIGHT = declarations("  :root")
DARK_CHOSEN = declarations('  :root[data-theme="dark"]')
DARK = LIGHT | DARK_CHOSEN
OWN_LIGHT = declarations(':root[data-hue]:not([data-theme="dark"])')
OWN_DARK = declarations(':root[data-hue][data-theme="dark"]')


def rgb(colour: str, hue: int = 0) -> tuple[float, ...]:
    """Linear RGB of `#rrggbb` or `oklch(L C var(--hue))`; colours outside sRGB are clipped, as browsers do."""
    if colour.startswith("#"):
        assert len(colour) == 7, f"write {colour} with six digits"
        parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    found = re.fullmatch(r"oklch\(([\d.]+) ([\d.]+) var\(--hue\)\)", colour)
    assert found, f"{colour} is neither #rrggbb nor oklch(L C var(--hue))"
    lightness, chroma = float(found[1]), float(found[2])
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, c)) for c in linear)


def ratio(one: str, other: str, hue: int = 0) -> float:
    """WCAG contrast of two colours."""
    first, second = (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), rgb(colour, hue), strict=True)) for colour in (one, other))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def test_ratio_knows_its_extremes():
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert ratio("oklch(1 0 var(--hue))", "#000000", 200) == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "need"), [(TEXT_PAIRS, TEXT), (SHAPE_PAIRS, SHAPE)], ids=["text", "shapes"])
def test_pairs_in_use(theme, pairs, need):
    tokens = LIGHT if theme == "light" else DARK
    measured = {f"{a} on {b}": ratio(tokens[a], tokens[b]) for a, b in pairs}
    assert {pair: round(value, 2) for pair, value in measured.items() if value < need} == {}


@pytest.mark.parametrize(("base", "own"), [(LIGHT, OWN_LIGHT), (DARK, OWN_DARK)], ids=["light", "dark"])
def test_every_event_hue(base, own):
    tokens = base | own
    changed = [(a, b, need) for pairs, need in ((TEXT_PAIRS, TEXT), (SHAPE_PAIRS, SHAPE)) for a, b in pairs if a in own or b in own]
    assert len(changed) > 10
    bad = {f"{a} on {b} at hue {hue}": round(ratio(tokens[a], tokens[b], hue), 2)
           for hue in range(360) for a, b, need in changed if ratio(tokens[a], tokens[b], hue) < need}
    assert bad == {}


def test_white_on_the_band_is_plain_for_every_hue():
    assert min(ratio("#ffffff", OWN_LIGHT["band"], hue) for hue in range(360)) >= 9.7


def test_the_two_lists_of_dark_values_are_the_same():
    assert declarations('    :root:not([data-theme="light"])') == DARK_CHOSEN
    assert declarations('    :root[data-hue]:not([data-theme="light"])') == OWN_DARK


# Screens across a hall are always dark and have colours of their own (static/src/screen.css, the stage of queue.css): words, and what is behind them.
SCREEN_PAIRS = [
    ("#fff", "#0b1f1a"), ("#fff", "#134a3d"), ("#fff", "#081713"), ("#fff", "#33280b"), ("#d5e6df", "#134a3d"), ("#d5e6df", "#0b1f1a"),
    ("#cfe0d9", "#0b1f1a"), ("#dde9e4", "#0b1f1a"), ("#b5cbc2", "#0b1f1a"), ("#b5cbc2", "#33280b"), ("#a9c0b6", "#0b1f1a"),
    ("#9db5ab", "#0b1f1a"), ("#ffbf2e", "#0b1f1a"), ("#ffbf2e", "#081713"), ("#16211e", "#ffbf2e"), ("#000", "#fff"),
    ("#fff", "#20443a"), ("#d5e6df", "#20443a"), ("#dde9e4", "#20443a"), ("#ffbf2e", "#20443a"), ("#8fd4bb", "#0b1f1a")]
SCREEN_COLOURS = {colour for pair in SCREEN_PAIRS for colour in pair}


def test_words_on_screens_across_a_hall():
    measured = {f"{a} on {b}": ratio(*("#" + "".join(c * 2 for c in x[1:]) if len(x) == 4 else x for x in (a, b))) for a, b in SCREEN_PAIRS}
    assert {pair: round(value, 2) for pair, value in measured.items() if value < TEXT} == {}


# Those who write together: a round mark with their letters, and the colour of its edge for their caret.
WRITERS = [("#d0e6fa", "#1f5fbf"), ("#ffdcc2", "#b93c0a"), ("#e5dbf8", "#6d3fc0"), ("#cdecda", "#00736b"), ("#fcd4dc", "#b0305a"), ("#fdf0a3", "#7a6200")]


def test_marks_of_those_who_write_together():
    for back, line in WRITERS:
        for values in (LIGHT, DARK):
            assert ratio(values["p-ink"], back) >= TEXT, back
        assert ratio(line, back) >= SHAPE, line
        assert ratio(line, LIGHT["card"]) >= SHAPE, line


def mixed(one: str, part: float, other: str) -> str:
    """`one` laid over `other`, as far as `part` says."""
    pairs = zip(*(tuple(int(colour[i:i + 2], 16) for i in (1, 3, 5)) for colour in (one, other)), strict=True)
    return "#" + "".join(f"{round(a * part + b * (1 - part)):02x}" for a, b in pairs)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_carets_and_selections_of_others(theme):
    """A caret stands on the card, text on the selection somebody else has made."""
    tokens, sheet = LIGHT if theme == "light" else DARK, (ROOT / "static" / "src" / "note.css").read_text()
    found = re.findall(r"\.cm-p\d \{ --p-caret: var\(--(t\d)\); --p-back: (#\w{6}); --p-line: (#\w{6}); \}", sheet)
    assert [(back, line) for _caret, back, line in found] == WRITERS
    part = int(re.search(r"\.cm-theirs \{ background: color-mix\(in srgb, var\(--p-line\) (\d+)%, transparent\)", sheet)[1]) / 100
    for caret, _back, line in found:
        assert ratio(tokens[caret], tokens["card"]) >= SHAPE, caret
        for ink in ("ink", "ink-2"):
            assert ratio(tokens[ink], mixed(line, part, tokens["card"])) >= TEXT, (ink, line)


def test_no_colour_is_written_outside_the_tokens():
    """A colour elsewhere would be one that no test looks at. Shadows, the printed page and the paper of QR codes and pictures are exempt."""
    allowed = {"print.css": None, "board_print.css": None, "components.css": {"#fff", "#000"}, "reading.css": {"#fff"},
               "screen.css": SCREEN_COLOURS | {"#666"}, "queue.css": SCREEN_COLOURS, "bazaar.css": SCREEN_COLOURS,
               "plenary.css": SCREEN_COLOURS, "boards_set_up.css": {"#fff", "#000"}, "scoring.css": {"#999"},  # grey lines on paper
               "note.css": {colour for pair in WRITERS for colour in pair}}
    for sheet in (ROOT / "static" / "src").glob("*.css"):
        if sheet.name == "tokens.css" or allowed.get(sheet.name, set()) is None:
            continue
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        found = set(re.findall(r"(?<=[\s:(,])#[0-9a-fA-F]{3,8}\b(?=[\s;,)])", rules)) - allowed.get(sheet.name, set())
        assert found == set(), sheet.name
