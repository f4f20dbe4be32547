"""Saying something in a conversation, changing it, taking it away, and hiding what others said."""

import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.documents.actions import kept
from app.errors import Conflict, Invalid, Refused, require
from app.followups import policy, posts_queries
from app.followups.beginning import moved, take_part
from app.followups.models import BY_WEB, OPEN, POST_LENGTH, POSTED, FollowUp, Post
from app.followups.versions import count_change
from app.infra import db, findable, jobs
from app.infra.mail import Mail
from app.letters.models import WaitingLetter

LETTERS, KEY_BEGINS = "followups.post_letters", "post:"
SOME = 500
AN_HOUR = 30  # posts of one person, in all conversations together
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
NOT_READ = "You cannot post here: this conversation is not, or no longer, open to you."
NOT_YOURS = "Only who wrote a post changes it or takes it away."
FOR_HOSTS = "Only hosts who hold a pass to an event of the series, campmakers and organisers hide posts."
CLOSED = {"came": "This conversation came to something and takes no more posts. It can be taken up again on its page.",
          "rested": "This conversation rests and takes no more posts. It can be taken up again on its page."}


class TooMany(Refused):
    """Somebody posts far more than people read."""

    status = 429
    heading = "Slow down a little"


class SentBefore(Invalid):
    """The form was used before, for another text; with a new key it can be sent."""


def post(actor: Person, followup: FollowUp, *, text: str, key: str, at: datetime, via: str = BY_WEB,
         seats: frozenset[int] = policy.NO_SEATS) -> Post:
    """`actor` says something in the conversation, and is kept posted of it from then on.

    What comes twice under the same `key` is there once; another text under it raises SentBefore. Raises Conflict for a
    conversation that came to something or rests (CLOSED), Invalid for a text that says nothing or too much, TooMany after
    AN_HOUR posts within an hour.
    """
    require(policy.can_post(actor, followup, seats), NOT_READ)
    if not KEY.fullmatch(key):
        raise Invalid("The form lost track of what it was sending. Copy your text, reload the page and paste it there.")
    said = _said(text)
    there = posts_queries.with_key(followup, key)
    if there is not None and there.person_id == actor.id and (there.text == said or there.edited_at is not None):
        return there
    if there is not None:  # the page before was gone back to, and something else was typed into it
        raise SentBefore("You posted something else from this form before. If this is another post, send it once more.", "text")
    if followup.state != OPEN:
        raise Conflict(CLOSED[followup.state])
    if posts_queries.said_since(actor, posts_queries.last_hour(at)) >= AN_HOUR:
        raise TooMany(f"You have written {AN_HOUR} posts within an hour, and each is mailed to everybody in its conversation. "
                      "Nothing was posted. Wait a while, or write more in one post.")
    made = Post(followup_id=followup.id, person_id=actor.id, name=actor.name, text=said, key=key, via=via, at=at)
    db.session.add(made)
    if policy.part_of(actor, followup) is None:
        take_part(followup, actor, POSTED, at)
    db.session.flush()
    jobs.enqueue(LETTERS, {"post": made.id})
    moved(followup, at)
    return made


def edit(actor: Person, post: Post, *, text: str, at: datetime, seats: frozenset[int] = policy.NO_SEATS) -> Post:
    """`actor` changes what they said. It is not mailed again."""
    require(_is_own(actor, post, seats), NOT_YOURS)
    said = _said(text)
    if said != post.text:
        post.text, post.edited_at = said, at
        count_change(post.followup)
    return post


def remove(actor: Person, post: Post) -> None:
    """`actor` takes away what they said, also once they may not read the others' posts any more: it is gone."""
    require(post.person_id == actor.id, NOT_YOURS)
    count_change(post.followup)
    not_sent_yet([post.id])
    db.session.delete(post)
    findable.forget("followup", post.followup_id)


def hide(actor: Person, post: Post, *, hidden: bool = True, seats: frozenset[int] = policy.NO_SEATS) -> None:
    """Hide a post from all but its author, and who may show it again; or show it again. Doing it twice changes nothing."""
    require(policy.can_keep_order(actor, post.followup, seats), FOR_HOSTS)
    if post.hidden != hidden:
        post.hidden = hidden
        if hidden:
            not_sent_yet([post.id])
            findable.forget("followup", post.followup_id)
        count_change(post.followup)


def not_sent_yet(post_ids: Collection[int]) -> None:
    """Letters of posts that wait, for a digest or the end of somebody's quiet hours, are not sent: for anybody's removing, and
    where a name is taken off what is said. Deleting takes a statement for each SOME of the letters."""
    if not post_ids:
        return
    mine = f"{KEY_BEGINS}{next(iter(post_ids))}:%" if len(post_ids) == 1 else f"{KEY_BEGINS}%"
    for model, there in ((WaitingLetter, WaitingLetter.key.like(mine)), (Mail, Mail.key.like(mine) & Mail.sent_at.is_(None))):
        found = [one for one, key in db.session.execute(select(model.id, model.key).where(there)) if _post_of(key) in post_ids]
        for first in range(0, len(found), SOME):
            db.session.execute(delete(model).where(model.id.in_(found[first:first + SOME])))


def _post_of(key: str) -> int:
    """Of which post a letter is: its key is "post:7:3"."""
    return int(key.split(":")[1])


def _is_own(actor: Person, post: Post, seats: frozenset[int]) -> bool:
    return post.person_id == actor.id and policy.can_post(actor, post.followup, seats)


def _said(text: str) -> str:
    """The text as it is kept. Raises Invalid."""
    said = kept(text).strip("\n")
    if not said.strip():
        raise Invalid("Write something first.", "text")
    if len(said) > POST_LENGTH:
        raise Invalid(f"That is {len(said):,} characters; a post holds {POST_LENGTH:,}. Shorten it, or use the shared note.",
                      "text")
    return said
