"""Search: one box over everything a person may see.

An *entry* is one findable thing: an event, a pitch, a session with its notes, or a follow-up. An *engine* finds entries;
there are two behind one port, chosen by SEARCH_URL: Whoosh in a folder, and PostgreSQL full text. A *facet* counts the
entries found by what they carry (series, event, year, topic, room, leader, note-taker, kind, looking for a host); a
*filter* keeps those that carry one of these.
"""
