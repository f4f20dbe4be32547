"""Pages of 25/10: scoring cards on screen, running a round, totals, cards on paper."""

from random import SystemRandom

from flask import flash, redirect, render_template, request, url_for

from app.errors import Conflict, Invalid, NotFound, Refused, require
from app.events import policy as events_policy
from app.events.following import follow
from app.infra import clock
from app.infra.db import transaction
from app.pitches import policy, queries
from app.pitches import scoring_actions as actions
from app.pitches import scoring_queries as scoring
from app.pitches.blueprint import blueprint
from app.pitches.dealing import LEAST_PEOPLE, Wait, choose
from app.pitches.models import OPEN
from app.pitches.scoring_forms import PaperForm, said_of
from app.pitches.scoring_models import CLOSED, HIGHEST, SCORES_EACH
from app.pitches.scoring_models import OPEN as ROUND_OPEN
from app.web.guard import ATTENDEE, CAMPMAKER, ORGANISER, READER, allow, person

MOST_BLANK = 200
TOPS = (10, 20, 30, 50)


@blueprint.route("/e/<event_slug>/scoring", methods=["GET", "POST"])
@allow(ATTENDEE)
def scoring_cards(event):
    """Score one card after another. POST with a `pitch` scores it (`score`); either way the next card is dealt."""
    if request.method == "GET":
        return render_template("pitches/scoring.html", active="pitches", **_standing(event))
    round_ = _open_round(event)
    pitch_id, score = request.form.get("pitch", type=int), request.form.get("score", type=int)
    try:
        if pitch_id is not None:
            with transaction(event):
                pitch = queries.pitch_in(event, pitch_id)
                actions.give_score(person(), round_, pitch, score or 0, at=clock.now())
            flash(f"You gave {score} to “{pitch.title}”.", "success")
    except (Invalid, Conflict) as problem:
        flash(problem.message, "warn")
    with transaction(event):
        actions.next_card(person(), round_, at=clock.now())
    return redirect(url_for("pitches.scoring_cards", event_slug=event.slug), 303)


@blueprint.get("/e/<event_slug>/scoring/fragment")
@allow(ATTENDEE)
def scoring_fragment(event):
    """What the live region of the scoring page holds."""
    return render_template("pitches/_scoring.html", event=event, **_standing(event)), {"Cache-Control": "no-store"}


@blueprint.get("/e/<event_slug>/scoring/stream")
@allow(ATTENDEE)
def scoring_stream(event):
    """Nudges when a round opens or closes, and now and then while scores come in."""
    return follow(event, f"grid:{event.id}", f"scoring:{event.id}", may=events_policy.can_take_part)


@blueprint.post("/e/<event_slug>/scoring/round")
@allow(ORGANISER)
def scoring_round(event):
    """Start a round (`to=new`), close the latest (`closed`), or go on with it (`open`)."""
    to, back = request.form.get("to"), url_for("pitches.scoring_cards", event_slug=event.slug)
    with transaction(event):
        round_ = scoring.round_of(event)
        if to == "new":
            actions.open_round(person(), event, at=clock.now())
        elif round_ is None:
            raise NotFound("There is no round of scoring yet.")
        elif to == "closed":
            actions.close_round(person(), round_, at=clock.now())
        elif to == "open":
            actions.reopen_round(person(), round_)
        else:
            raise Invalid("Say whether the round starts, closes or goes on.")
    if to == "closed":
        flash("The round is closed. Everybody can see the totals now.", "success")
        back = url_for("pitches.scoring_results", event_slug=event.slug)
    else:
        flash("Scoring is open." if to == "new" else "Scoring goes on.", "success")
    return redirect(back, 303)


@blueprint.get("/e/<event_slug>/scoring/results")
@allow(READER)
def scoring_results(event):
    """Totals, best first: of the latest round, or of `round`; all, or the best `top`."""
    wanted = request.args.get("round", type=int)
    round_ = scoring.round_in(event, wanted) if wanted else scoring.round_of(event)
    if round_ is None:
        raise NotFound("Nothing has been scored at this event.")
    require(policy.can_see_totals(person(), event, closed=round_.state == CLOSED),
            "The totals are shown when the round is closed.")
    results = scoring.results_of(round_)
    best = request.args.get("top", type=int)
    return render_template(
        "pitches/scoring_results.html", active="pitches", round=round_, rounds=scoring.rounds_of(event), all_of=len(results),
        results=scoring.top(results, best) if best else results, top=best, tops=[n for n in TOPS if n < len(results)],
        progress=scoring.progress_of(round_, at=clock.now()), each=SCORES_EACH, highest=SCORES_EACH * HIGHEST,
        can_run=policy.can_run_scoring(person(), event), can_help=policy.can_enter_scores(person(), event))


@blueprint.get("/e/<event_slug>/scoring/cards")
@allow(CAMPMAKER)
def scoring_print(event):
    """Paper cards to print, four on a sheet: an example that is filled in, one for each pitch, and `blank` empty ones."""
    blank = min(max(request.args.get("blank", 0, type=int), 0), MOST_BLANK)
    numbers = scoring.numbers_of(event)
    cards = [card for card in queries.cards_of(event, None) if card.state == OPEN]
    return render_template("pitches/scoring_cards.html", active="pitches", cards=cards, numbers=numbers, blank=blank,
                           each=SCORES_EACH, highest=HIGHEST)


@blueprint.route("/e/<event_slug>/scoring/paper", methods=["GET", "POST"])
@allow(CAMPMAKER)
def scoring_paper(event):
    """Type in paper cards, one line each: the card's number, Tab, its scores, Enter."""
    round_, form, status = scoring.round_of(event), PaperForm(), 200
    numbers = scoring.numbers_of(event)
    if request.method == "GET":
        form.card.data = request.args.get("card", "")[:12]
    elif form.validate_on_submit():
        by_number = {number: pitch_id for pitch_id, number in numbers.items()}
        try:
            if form.number not in by_number:
                raise Invalid(f"There is no card {form.number} at this event.", "card")
            with transaction(event):
                pitch = queries.pitch_in(event, by_number[form.number])
                done = actions.enter_paper(person(), _open_round(event), pitch, form.figures, at=clock.now())
            kind, said = said_of(pitch.title, done.scores, done.before)
            flash(f"Card {form.number}, {said}", kind)
            return redirect(url_for("pitches.scoring_paper", event_slug=event.slug), 303)
        except Refused as problem:
            status = problem.status
            form.refuse(problem if isinstance(problem, Invalid) else Invalid(problem.message))
    else:
        status = 422
    paper = scoring.paper_of(round_) if round_ else {}
    rows = [(numbers[card.id], card, paper.get(card.id, ())) for card in queries.cards_of(event, None)
            if card.state == OPEN or card.id in paper]
    return render_template("pitches/scoring_paper.html", active="pitches", form=form, round=round_, rows=rows, each=SCORES_EACH,
                           is_open=round_ is not None and round_.state == ROUND_OPEN), status


def _open_round(event):
    round_ = scoring.round_of(event)
    if round_ is None or round_.state != ROUND_OPEN:
        raise Conflict("No round of scoring is open. Nothing was saved.")
    return round_


def _standing(event) -> dict:
    """What the scoring page shows the person who looks: their card, or why they have none, and how far the round is."""
    round_, at, who = scoring.round_of(event), clock.now(), person()
    shown = {"round": round_, "card": None, "wait": None, "done": 0, "progress": None, "least": LEAST_PEOPLE,
             "can_run": policy.can_run_scoring(who, event), "can_help": policy.can_enter_scores(who, event),
             "each": SCORES_EACH, "highest": HIGHEST, "share": 0, "Wait": Wait, "version": event.version}
    if round_ is None:
        return shown
    shown |= {"progress": scoring.progress_of(round_, at=at), "done": scoring.done_by(round_, who)}
    if round_.state != ROUND_OPEN:
        return shown
    held = scoring.held_by(round_, who)
    if held is not None and held.pitch.state == OPEN:
        return shown | {"card": held.pitch}
    table = scoring.table_of(round_, at=at)
    chosen = choose(table, who.id, SystemRandom())
    return shown | {"wait": chosen if isinstance(chosen, Wait) else None, "share": table.share(who.id)}
