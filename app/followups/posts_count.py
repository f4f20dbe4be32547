"""How much somebody said in a conversation."""

from sqlalchemy import func, select

from app.accounts.models import Person
from app.followups.models import FollowUp, Post
from app.infra import db


def posts_by(person: Person, followup: FollowUp) -> int:
    """How many posts of the conversation are theirs (1 statement)."""
    return db.session.scalar(select(func.count()).select_from(Post).where(Post.followup_id == followup.id,
                                                                          Post.person_id == person.id))
