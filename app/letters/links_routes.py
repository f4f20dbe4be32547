"""New links for who fears that somebody else has theirs. Only signed in: who has a mail's link could lock its person out."""

from flask import flash, redirect, request, url_for

from app.infra.db import transaction
from app.letters import links_actions
from app.letters.blueprint import blueprint
from app.web import guard
from app.web.guard import SIGNED_IN, allow
from app.web.templating import safe_next


@blueprint.post("/me/mail/new-links")
@allow(SIGNED_IN)
def new_links():
    """Make all of my links void; `next` is where I came from."""
    with transaction():
        links_actions.new_links(guard.person(), guard.person())
    flash("The links in your earlier mails and the link for your calendar work no more. New mails have new ones.", "success")
    return redirect(safe_next(request.form.get("next") or url_for("letters.mine")), 303)
