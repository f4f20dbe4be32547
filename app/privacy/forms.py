"""Choices about what is known of somebody."""

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from app.privacy.actions import KEPT, POSTS, REMOVED, UNNAMED
from app.web.forms import Form

CHOOSE = "Choose what becomes of your posts."


class LeaveForm(Form):
    """Leaving a series."""

    posts = RadioField("What you wrote in conversations", [InputRequired(CHOOSE)], choices=list(POSTS.items()), default=KEPT)
    revoke = BooleanField("Take back what I share with people I was introduced to there")
    past = BooleanField("Give back my passes to past events")
    under_way = BooleanField("Give back my pass to what is on today")
    coming = BooleanField("Give back my passes to coming events", default=True)


class EraseForm(Form):
    """Being erased."""

    posts = RadioField("What you wrote in conversations", [InputRequired(CHOOSE)],
                       choices=[(UNNAMED, POSTS[UNNAMED]), (REMOVED, POSTS[REMOVED])], default=UNNAMED)
    sure = BooleanField("Erase me. I know that this cannot be undone.", [InputRequired("Say that you want to be erased.")])
