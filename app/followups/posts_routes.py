"""Posts of a conversation: on its page, and a page to write one on, with a preview."""

from flask import flash, redirect, render_template, request, url_for

from app.errors import Conflict, Invalid, require
from app.events.models import Event
from app.followups import letters_allowed as _allowed  # noqa: F401 - says its names to the post
from app.followups import policy, posts_actions, posts_queries
from app.followups import posts_letters as _letters  # noqa: F401 - its job and its answers are registered
from app.followups.asked import conversation_asked
from app.followups.blueprint import blueprint
from app.followups.conversation_routes import CONVERSATION
from app.followups.letters_words import who_reads
from app.followups.models import OPEN, FollowUp, Post
from app.followups.parts import POSTS, Seen, part
from app.followups.posts_forms import PostForm, new_key
from app.infra import clock
from app.infra.db import transaction
from app.web.guard import READER, allow, person
from app.web.limits import limiter, unnamed
from app.web.panels import Panel

ONE = f"{CONVERSATION}/posts/<int:post_id>"
WRITES = "60 per hour"  # with what was removed again: each is mailed to people


@part(POSTS)
def posts_part(seen: Seen) -> Panel:
    """What was said, and the form to say something; for others that there is nothing they may read."""
    followup, may = seen.followup, seen.may
    found = posts_queries.posts_of(followup, seen.person, _page(), hidden=may.keep_order) if may.read_posts else None
    return Panel("followups/_posts.html", {
        "followup": followup, "event": followup.event, "may": may, "posts": found, "me": seen.person and seen.person.id,
        "form": PostForm(formdata=None) if may.post and followup.state == OPEN else None, "who_reads": who_reads(followup),
        "can_join": may.take_part})


@blueprint.route(f"{CONVERSATION}/post", methods=["GET", "POST"])
@allow(READER)
@limiter.limit(WRITES, key_func=lambda: unnamed(person().id if person() else None), methods=["POST"])
def write_post(event, followup_id: int):
    """Say something; with `preview` the page shows what it will look like first."""
    followup, seats = conversation_asked(event, followup_id)
    require(policy.can_post(person(), followup, seats), posts_actions.NOT_READ)
    form = PostForm()
    if request.method == "POST" and form.validate() and "preview" not in request.form:
        try:
            with transaction(event):
                followup, seats = conversation_asked(event, followup_id)
                made = posts_actions.post(person(), followup, text=form.text.data, key=form.key.data or "", at=clock.now(),
                                          seats=seats)
                post_id = made.id
            flash("Posted.", "success")
            return _to(event, followup_id, post_id)
        except Invalid as problem:
            form.refuse(problem)
            if isinstance(problem, posts_actions.SentBefore):
                form.key.data = new_key()
        except (Conflict, posts_actions.TooMany) as problem:  # closed meanwhile, or a flood: what is typed stays
            form.form_errors.append(problem.message)
            return _form_page(event, followup_id, form), problem.status
    return _form_page(event, followup_id, form), 422 if form.errors else 200


@blueprint.get(ONE)
@allow(READER)
def post(event, followup_id: int, post_id: int):
    """The place of one post on the conversation's page: its lasting address."""
    followup, seats = _readable(event, followup_id)
    may_hide = policy.can_keep_order(person(), followup, seats)
    found = posts_queries.post_in(followup, person(), post_id, hidden=may_hide)
    return _to(event, followup_id, post_id, posts_queries.page_of(followup, person(), found, hidden=may_hide))


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
@allow(READER)
def edit_post(event, followup_id: int, post_id: int):
    """Change one's own post, or take it away."""
    post = _own(event, followup_id, post_id)
    form = PostForm(data={"text": post.text})
    if request.method == "POST" and form.validate() and "preview" not in request.form:
        try:
            with transaction(event):
                post = _own(event, followup_id, post_id)
                posts_actions.edit(person(), post, text=form.text.data, at=clock.now(), seats=_seats(event, followup_id))
            flash("Your post is changed.", "success")
            return _to(event, followup_id, post_id)
        except Invalid as problem:
            form.refuse(problem)
    page = _form_page(event, followup_id, form, post_id)
    return page, 422 if form.errors else 200


@blueprint.post(f"{ONE}/remove")
@allow(READER)
def remove_post(event, followup_id: int, post_id: int):
    """Take one's own post away for good."""
    with transaction(event):
        posts_actions.remove(person(), _own(event, followup_id, post_id))
    flash("Your post is gone.", "success")
    return _to(event, followup_id)


@blueprint.post(f"{ONE}/hide")
@allow(READER)
def hide_post(event, followup_id: int, post_id: int):
    """Hide a post from all but its author, or with `on=0` show it again."""
    hidden = request.form.get("on") != "0"
    with transaction(event):
        followup, seats = _readable(event, followup_id)
        require(policy.can_keep_order(person(), followup, seats), posts_actions.FOR_HOSTS)
        post = posts_queries.post_in(followup, person(), post_id, hidden=True)
        posts_actions.hide(person(), post, hidden=hidden, seats=seats)
    flash("This post is hidden: its author still sees it." if hidden else "This post is shown again.", "success")
    return _to(event, followup_id, post_id)


def _readable(event: Event, followup_id: int) -> tuple[FollowUp, frozenset[int]]:
    followup, seats = conversation_asked(event, followup_id)
    require(policy.can_read_posts(person(), followup, seats), posts_actions.NOT_READ)
    return followup, seats


def _own(event: Event, followup_id: int, post_id: int) -> Post:
    """Somebody's own post; others' are refused only to who may read them, for others there is none."""
    followup, _ = conversation_asked(event, followup_id)
    post = posts_queries.post_in(followup, person(), post_id)
    require(post.person_id is not None and person() is not None and post.person_id == person().id, posts_actions.NOT_YOURS)
    return post


def _seats(event: Event, followup_id: int) -> frozenset[int]:
    return conversation_asked(event, followup_id)[1]


def _form_page(event: Event, followup_id: int, form: PostForm, post_id: int | None = None) -> str:
    followup, _ = conversation_asked(event, followup_id)
    shown = form.text.data if "preview" in request.form and (form.text.data or "").strip() and not form.errors else None
    return render_template("followups/post.html", active="followups", followup=followup, form=form, shown=shown, post_id=post_id,
                           who_reads=who_reads(followup), back=url_for("followups.conversation", event_slug=event.slug,
                                                                      followup_id=followup_id))


def _to(event: Event, followup_id: int, post_id: int | None = None, page: int = 1):
    return redirect(url_for("followups.conversation", event_slug=event.slug, followup_id=followup_id,
                            posts=page if page > 1 else None, _anchor=f"post-{post_id}" if post_id else "posts"), 303)


def _page() -> int:
    said = request.args.get("posts", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 1
