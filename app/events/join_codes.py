"""The short codes people type to join: made, folded, shown."""

import secrets

# No vowels, so no words; nothing that looks or sounds like another (0 O, 1 I L, 2 Z, 5 S, 8 B, U V).
LETTERS = "CDFGHJKMNPQRTWXY34679"
LENGTH = 6


def new() -> str:
    """A code nobody can guess: one of 85 million, while tries are counted."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def folded(typed: str) -> str:
    """What was typed as the code is kept: capitals, without spaces, dashes or anything else."""
    return "".join(c for c in typed.upper() if c.isascii() and c.isalnum())


def shown(code: str) -> str:
    """The code as it is read aloud and written on a screen, in two halves: HKM 4TX."""
    half = (len(code) + 1) // 2
    return f"{code[:half]} {code[half:]}"
