"""Shared text: a CRDT document as a log of updates, the text it stands for, and numbered revisions of it.

Knows nothing of notes or events. A form save is a three-way merge whose result is applied to the CRDT as the smallest
edit, so that co-editing over a socket (which only appends more updates) meets the same log.
"""
