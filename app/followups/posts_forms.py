"""What people say in a conversation."""

import uuid

from wtforms import HiddenField

from app.followups.models import POST_LENGTH
from app.web.forms import Form, Lines


def new_key() -> str:
    """What a post is known by before it is there."""
    return str(uuid.uuid4())


class PostForm(Form):
    """A post. `key` is made with the page, so that what is sent twice is there once; the text is judged by the action."""

    text = Lines("Your post", POST_LENGTH, id="post-text")
    key = HiddenField(default=new_key)
