"""Pitches: what somebody wants to talk about, who would lead it, who is interested, and which pitches became one.

A *merged* pitch has origins: the pitches it was made from, which point to it. Undoing the merge opens them again.
"""
