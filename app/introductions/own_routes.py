"""One's own introductions: answering, taking back, shutting out. With a letter's link, answering without signing in."""

from flask import flash, make_response, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import Conflict, Invalid, NotFound
from app.infra import clock, db
from app.infra.db import transaction
from app.introductions import actions, policy, queries
from app.introductions.blueprint import blueprint
from app.introductions.forms import ANSWERS, AnswerForm
from app.introductions.models import LATER, NEVER, YES, Introduction
from app.introductions.telling import ANSWERING
from app.letters import tokens
from app.letters.bounces import mail_arrived
from app.web.guard import PUBLIC, SIGNED_IN, allow, person
from app.web.panels import Panel
from app.web.templating import safe_next

SAID = {LATER: "You said not now. They are not told.",
        NEVER: "You will not hear from them again. They are not told. You can lift that below.",
        YES: "You said yes. Once they do, too, you are introduced."}
MET = "You are introduced: what they share with you is below."


@blueprint.get("/introductions")
@allow(SIGNED_IN)
def mine():
    """What waits for me, what I asked, who has what of mine, what I have, whom I do not want to hear from."""
    return render_template("introductions/mine.html", active="me", mine=queries.mine(person(), clock.now()), form=AnswerForm())


@blueprint.route("/introductions/<int:introduction_id>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def answer(introduction_id: int):
    """One introduction that waits for an answer; and the answer."""
    form = AnswerForm()
    if request.method == "POST":
        try:
            met, said = _answer(person(), introduction_id, form)
        except Invalid as problem:
            form.refuse(problem)
        else:
            flash(MET if met else SAID[said], "success")
            return redirect(url_for("introductions.mine"), 303)
    found = queries.introduction_of(person(), introduction_id)
    if not policy.can_answer(person(), found, clock.now()):
        return redirect(url_for("introductions.mine"), 303)
    page = render_template("introductions/answer.html", active="me", form=form, state="open", lasting=person(),
                           one=queries.ask_of(person(), found, clock.now()),
                           to=url_for("introductions.answer", introduction_id=found.id))
    return page, 422 if form.errors else 200


@blueprint.route("/mail/introductions/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def by_mail(token: str):
    """The page that a letter's link opens, without signing in. Looking at it changes nothing; one of its buttons answers."""
    somebody, introduction_id = tokens.read(token, ANSWERING)
    form, status = AnswerForm(), 200
    if request.method == "POST":
        try:
            _answer(somebody, introduction_id, form, by_mail=True)
        except Invalid as problem:
            form.refuse(problem)
            status = problem.status
        except (NotFound, Conflict):  # the page says that it is not open any more, as it does when it is looked at
            db.session.rollback()
            status = Conflict.status
        else:
            return _not_kept(redirect(url_for("introductions.by_mail", token=token), 303))
    state, one = _state(somebody, introduction_id)
    page = render_template("introductions/answer.html", form=form, state=state, one=one, by_mail=True,
                           to=url_for("introductions.by_mail", token=token), lasting=somebody)
    return _not_kept(make_response(page, status))


def _not_kept(answer):
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address holds the link's secret
    return answer


def _state(somebody: Person, introduction_id: int) -> tuple[str, queries.Ask | None]:
    """What the page of a link has to say: `open` to answer, `yes` (waiting for the other), `met`, `never`, or `gone`."""
    at, found = clock.now(), db.session.get(Introduction, introduction_id)
    if found is None or not policy.is_part_of(somebody, found):
        return "gone", None
    own = policy.answer_of(found, somebody.id)
    if own == NEVER:
        return "never", queries.ask_of(somebody, found, at)
    if found.a_answer == YES == found.b_answer:
        return "met", queries.ask_of(somebody, found, at)
    if not policy.can_answer(somebody, found, at):
        return "gone", None
    return "yes" if own == YES else "open", queries.ask_of(somebody, found, at)


def _answer(somebody: Person, introduction_id: int, form: AnswerForm, *, by_mail: bool = False) -> tuple[bool, str]:
    """Do what the pressed button says; whether both said yes now, and what was said."""
    said = request.form.get("answer", "")
    if said not in ANSWERS:
        raise Invalid("Choose one of the answers.")
    if said == YES and not form.validate():
        raise Invalid("Look at what you share again.")
    with transaction():
        found = queries.introduction_of(somebody, introduction_id)
        met = actions.answer(somebody, found, said, email=bool(form.email.data) and somebody.email is not None,
                             words=form.words.data or "", at=clock.now())
        if by_mail:
            mail_arrived(somebody)
    return met, said


@blueprint.post("/introductions/<int:introduction_id>/withdraw")
@allow(SIGNED_IN)
def withdraw(introduction_id: int):
    """Take an ask back, or a yes that waits for the other."""
    with transaction():
        actions.withdraw(person(), queries.introduction_of(person(), introduction_id), at=clock.now())
    return _back("Taken back.")


@blueprint.post("/introductions/<int:introduction_id>/take-back")
@allow(SIGNED_IN)
def take_back(introduction_id: int):
    """Share nothing any more with the other of an introduction."""
    with transaction():
        found = queries.introduction_of(person(), introduction_id)
        actions.take_back(person(), policy.other_of(found, person().id), at=clock.now())
    return _back("Taken back: they do not see it any more.")


@blueprint.post("/introductions/<int:introduction_id>/block")
@allow(SIGNED_IN)
def block(introduction_id: int):
    """Shut out the other of an introduction."""
    with transaction():
        found = queries.introduction_of(person(), introduction_id)
        actions.block(person(), policy.other_of(found, person().id), at=clock.now())
    return _back("Blocked. They are not told.")


@blueprint.post("/introductions/shut/<int:person_id>/lift")
@allow(SIGNED_IN)
def lift(person_id: int):
    """Hear from somebody again whom one shut out."""
    with transaction():
        actions.lift(person(), person_id)
    return _back("Lifted: they can ask you again.")


def _back(message: str):
    flash(message, "success")
    return redirect(safe_next(request.form.get("next") or url_for("introductions.mine")), 303)


def person_panel(somebody: Person, _viewer: Person | None = None) -> Panel:
    """On somebody's own page: how many introductions wait for them, and where they all are."""
    return Panel("introductions/_person_panel.html", {"waiting": queries.waiting_for(somebody, clock.now())})
