"""Files in and out: notes, grids and attendee lists that people already have.

The room has two halves. The pure half reads bytes and gives back plain values (no database, no Flask): `bundles`
finds files in paths, folders, zips and uploads; `convert` turns one file into Markdown; `note_reader` reads a note's
headers; `sensitive` points at what should perhaps not be published; `grid_csv` and `attendees_csv` read and write
tables. The other half (actions, pages, commands) puts those values into the event.
"""
