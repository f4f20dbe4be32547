"""A session's notes: one shared document, who takes notes, and who was there.

Notes name nobody unless the event says otherwise (Chatham House Rule): then no author is kept with what is written.
The *summary* is the section under a heading of that name, shown apart.
"""
