"""Which session is where and when.

A *session* is a pitch that has been given a place at least once: it has an address that never changes, whatever happens
on the grid. A *placement* is its place now. Every change is a *grid change*, numbered: the number is the grid's version.
"""
