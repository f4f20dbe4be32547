"""Seconds of CPU time that mean the same on every machine: limits of time are about what work is needed, not about processors."""

import os
import re
import time

SHARED = 3  # a run of tests shares its processors among more processes than there are processors
AS_USUAL = 0.009  # seconds that the exercise takes on the machine the limits were set on


def _exercise() -> float:
    began, seen = time.process_time(), {}
    text = "a word of some length and another, 12 " * 60
    for turn in range(60):
        for word in re.findall(r"\w+", text):
            seen[word, turn % 7] = seen.get((word, turn % 7), 0) + len(word)
    return time.process_time() - began


def slowness() -> float:
    """How many times longer than usual the processor takes just now; 1 where it is as quick or quicker."""
    return max(1.0, min(_exercise() for _ in range(3)) / AS_USUAL)


def usual(seconds: float, limit: float) -> float:
    """CPU seconds as they would have been on the usual machine. (How slow this one is, is asked only if they are over `limit`.)"""
    return seconds if seconds < limit else seconds / slowness()


def within(seconds: float) -> float:
    """How long by the clock what is promised within `seconds` may take: with --full that, otherwise `SHARED` times as long."""
    return seconds if os.environ.get("FOLKMOOT_TESTS_FULL") else SHARED * seconds
