"""Conversations that carry on after a session: who hosts one, who wants to be kept posted, which look for a host.

A session has at most one *follow-up*. It begins when somebody offers to host, asks to be kept posted, says that somebody
should carry it on, or when imported notes have the line for a volunteer. Without a host it is *looking for a host*.
A *carried-on* pitch takes the conversation of a session up again at a later event of the same series.
"""
