"""A letter to everybody in a conversation when something was said in it, and posting by answering one."""

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.errors import NotFound, require
from app.followups import policy, posts_actions
from app.followups.holding import held
from app.followups.letters_words import address_of, bare, readers_in, reply_note, seats_for, subject_of, who_reads
from app.followups.models import BY_MAIL, Post
from app.infra import clock, db, jobs
from app.letters import replies
from app.letters.actions import Letter, write_all
from app.letters.models import CONVERSATION

KIND = "followup"
LEFT = "You are not in this conversation any more, so your answer was not posted. You can join it again and post there."
GONE = "This conversation is not there any more. Nothing was posted."


@jobs.handles(posts_actions.LETTERS, batch=20)
def tell(payloads: list[dict]) -> None:
    """Write to who is in the conversation of each post."""
    for payload in payloads:
        with db.transaction() as session:
            followup_id = session.scalar(select(Post.followup_id).where(Post.id == payload["post"]))
            if followup_id is None or held(followup_id) is None:
                continue
            post = session.get(Post, payload["post"])  # read once nobody can take it away or hide it before this is done
            if post is not None and not post.hidden:
                tell_of(post, clock.now())


def tell_of(post: Post, at: datetime) -> int:
    """Write to everybody in the conversation who may read it now, but for who wrote the post; how many letters will be sent.

    In the caller's transaction; said twice it is written once.
    """
    followup = post.followup
    people = [person for person in readers_in(followup) if person.id != post.person_id]
    answers = replies.addresses(people, followup.id)
    about, subject, zone = (CONVERSATION, followup.id), subject_of(followup), followup.event.time_zone
    return write_all([
        Letter(person, KIND, about, subject, letter(post, by_mail=bool(answers[person.id])),
               f"{posts_actions.KEY_BEGINS}{post.id}:{person.id}", time_zone=zone, reply_to=answers[person.id],
               from_name=post.name, reply_note=reply_note(followup)) for person in people], at=at)


def letter(post: Post, *, by_mail: bool) -> str:
    """The letter's Markdown. Ours comes first: nothing that a post leaves open can swallow it. The subject says what it is
    called, and so does the heading in a digest. Where it can be answered, `reply_note` goes with it."""
    followup = post.followup
    said = "" if by_mail else f"\n\nPosts there are read by {bare(who_reads(followup))}."
    page = f"{address_of(followup)}#post-{post.id}"
    return f"**{bare(post.name) or 'Somebody'}** wrote in [this conversation]({page})\n{said}\n\n---\n\n{post.text}"


@replies.handles("conversation")
def answer(person: Person, followup_id: int, text: str, message_digest: str, at: datetime) -> None:
    """`person` answered a letter: that is a post of theirs, if they may post now. Raises errors.Refused with words for them."""
    followup = held(followup_id)
    if followup is None or person is None:
        raise NotFound(GONE)
    require(policy.part_of(person, followup) is not None, f"{LEFT} Its page: {address_of(followup)}")
    seats = seats_for(person, followup)
    posts_actions.post(person, followup, text=text, key=message_digest[:64], at=at, via=BY_MAIL, seats=seats)
