"""Hypothesis, for a machine that others use too: no time limit for a single example."""

from hypothesis import settings

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
