"""Series, events, and what an event is made of: rooms, slots, topics, and the people who hold a pass and their roles.

A *series* (UKGovCamp) has owners, who may do in each of its events what an organiser may. An *event* is one edition.
A *slot* is a row of time on the grid; a *room* is a column. `s1r3` is the cell of session slot 1 in room 3.
"""
