"""Rounds (randomised coffee): who wants to meet somebody is paired with somebody, and says whether they met."""
