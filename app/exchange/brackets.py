"""Text in brackets and out of them. A bracket that never closes is ordinary text to one function, open-ended to the other."""

_OPEN, _CLOSE = "([{", ")]}"


def depths_of(text: str) -> list[int]:
    """For every character, 1 inside a pair of brackets (the brackets too), else 0. No pair reaches past a line."""
    depths, stack = [0] * (len(text) + 1), []
    for place, char in enumerate(text):
        if char == "\n":
            stack.clear()
        elif char in _OPEN:
            stack.append(place)
        elif char in _CLOSE and stack:
            opened = stack.pop()
            if not stack:
                depths[opened: place + 1] = [1] * (place + 1 - opened)
    return depths


def outside_and_inside(text: str) -> tuple[str, list[str]]:
    """The text outside brackets, and what each outermost pair held; an unclosed bracket runs to the end."""
    outside, inside, current, depth = [], [], [], 0
    for char in text:
        if char in _OPEN:
            depth += 1
            if depth == 1:
                current = []
                continue
        elif char in _CLOSE and depth:
            depth -= 1
            if depth == 0:
                inside.append("".join(current))
                outside.append(" ")
                continue
        elif char in _CLOSE:
            continue
        (current if depth else outside).append(char)
    if depth:
        inside.append("".join(current))
    return "".join(outside), inside
