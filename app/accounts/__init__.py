"""People and signing in.

A *person* is anybody Folkmoot knows: with an e-mail address they can sign in anywhere; without one they hold a pass that
lives on the device they joined with, until they tie it to an address. A *keeper* looks after the whole site.
"""
