"""A made-up camp to look around in: `make demo`. Everybody and everything in it is invented.

It goes through the same actions as people do, so it is also a rehearsal of the whole chain.
"""
