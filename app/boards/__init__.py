"""Breakouts: what a room says, kept so that it becomes part of the event's memory.

A *board* belongs to a session or to the whole event. Everybody is in one *stage* of it at a time; a plain board has one stage.
A stage asks *prompts* (the columns) and may show *material* (a case story, a project, a picture). People sit in *groups*; each
group answers the same prompts. *Regrouping* makes a new set of groups (a *seating*); what earlier groups wrote stays readable.
An *insight* is a sticky note; dropped upon each other they make a *cluster*. *Dots* are votes. The *plenary* is what the room
looks at together: the insights that the facilitator picked, or else those with most dots. An *idea* is something practical that
came out of it, shown at the Ideas Bazaar; a *pledge* is what one person says they will do.
"""
