"""How many examples tests of properties look at."""

import os


def examples(most: int) -> int:
    """`most`, or a third of them when the same were looked at in a run on another database (--again)."""
    return max(1, most // 3) if os.environ.get("FOLKMOOT_TESTS_AGAIN") else most
