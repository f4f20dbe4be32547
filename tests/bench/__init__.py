"""Benchmarks: `make bench` runs them all; docs/benchmarks.md keeps what they said. CPU time, medians of many runs."""
