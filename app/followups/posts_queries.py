"""Reading what people said in a conversation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from app.accounts.models import Person
from app.errors import NotFound
from app.followups.models import FollowUp, Post
from app.infra import db

PAGE = 50
NO_POST = "This post is not there any more."


@dataclass(frozen=True)
class Posts:
    """A page of a conversation's posts, oldest first. Page 1 holds the newest."""

    shown: list[Post]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def posts_of(followup: FollowUp, person: Person | None, page: int = 1, *, hidden: bool = False) -> Posts:
    """The posts that `person` sees, who may read them (2 statements). `hidden`: also what was hidden, for who may show it again;
    of others' hidden posts nobody else learns that they are there."""
    seen = _seen(followup, person, hidden)
    total = db.session.scalar(select(func.count()).select_from(Post).where(seen))
    page = min(max(page, 1), max(1, -(-total // PAGE)))
    newest = db.session.scalars(select(Post).where(seen).order_by(Post.id.desc()).limit(PAGE).offset((page - 1) * PAGE))
    return Posts(list(newest)[::-1], total, page)


def post_in(followup: FollowUp, person: Person | None, post_id: int, *, hidden: bool = False) -> Post:
    """A post of this conversation that `person` sees. Raises NotFound for any other."""
    post = db.session.scalar(select(Post).where(Post.id == post_id, _seen(followup, person, hidden))) if post_id < 2**31 else None
    if post is None:
        raise NotFound(NO_POST)
    return post


def page_of(followup: FollowUp, person: Person | None, post: Post, *, hidden: bool = False) -> int:
    """The page on which `post` stands."""
    newer = db.session.scalar(select(func.count()).select_from(Post).where(_seen(followup, person, hidden), Post.id > post.id))
    return newer // PAGE + 1


def with_key(followup: FollowUp, key: str) -> Post | None:
    """The post that was written under `key`, if it is there."""
    return db.session.scalar(select(Post).where(Post.followup_id == followup.id, Post.key == key))


def said_since(person: Person, since: datetime) -> int:
    """How many posts `person` wrote since then, in whatever conversation."""
    return db.session.scalar(select(func.count()).select_from(Post).where(Post.person_id == person.id, Post.at > since))


def last_hour(at: datetime) -> datetime:
    """An hour before `at`."""
    return at - timedelta(hours=1)


def _seen(followup: FollowUp, person: Person | None, hidden: bool) -> ColumnElement[bool]:
    there = Post.followup_id == followup.id
    if hidden:
        return there
    return there & (~Post.hidden if person is None else ~Post.hidden | (Post.person_id == person.id))
