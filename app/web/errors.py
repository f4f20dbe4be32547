"""Refusals and failures as pages, or as JSON for our own scripts: what happened, whether anything was lost, what to do."""

import logging

from flask import Flask, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.errors import Busy, NotFound, Refused
from app.infra import db
from app.web.guard import wants_json

log = logging.getLogger(__name__)

WORDS = {
    400: ("That request was not understood", "Go back, check what you filled in, and send it again."),
    404: (NotFound.heading, "This page does not exist, or has been taken away."),
    405: ("That cannot be done here", "Go back and use the buttons on the page."),
    413: ("That is too large", "Nothing was saved. Send a smaller file, or split it."),
    415: ("That kind of file cannot be read", "Nothing was saved."),
    429: ("Slow down a little", "There were too many tries. Wait a few minutes, then try again."),
}


def answer(status: int, heading: str, message: str, **more):
    """A refusal as the caller can use it. `more` joins the JSON error (`field`, `conflict_url`).

    A page leads to the series that its address is of, which everybody may see, and holds the long text that somebody sent,
    whatever became of their right to send it: they can copy it out.
    """
    if wants_json():
        return jsonify(error={"message": message, **more}), status
    page = render_template("error.html", heading=heading, message=message, status=status, typed=_typed(), where=g.get("series"))
    return page, status


def _typed() -> str:
    try:
        return request.form.get("text", "") if request.method == "POST" else ""
    except HTTPException:  # what was sent cannot be read: that may be what went wrong
        return ""


def install(app: Flask) -> None:
    """Answer every error of `app`."""

    @app.errorhandler(Refused)
    def refused(problem: Refused):
        db.session.rollback()
        more = {"field": problem.field} if getattr(problem, "field", None) else {}
        response = app.make_response(answer(problem.status, problem.heading, problem.message, **more))
        if problem.status == Busy.status:
            response.headers["Retry-After"] = "3"
        return response

    @app.errorhandler(CSRFError)
    def forged(_problem: CSRFError):
        return answer(400, "This page was open too long",
                      "For your safety nothing was saved. Go back, reload the page, and send it again.")

    @app.errorhandler(HTTPException)
    def http(problem: HTTPException):
        if problem.code is None or problem.code < 400:
            return problem
        heading, message = WORDS.get(problem.code, (problem.name, problem.description))
        response = app.make_response(answer(problem.code, heading, message))
        for name, value in problem.get_headers():
            if name in ("Retry-After", "Allow"):
                response.headers[name] = value
        return response

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def database(problem: Exception):
        log.error("the database did not answer: %s", problem)
        g.database_down = True  # the page that says so must not ask it who is reading
        db.session.remove()
        return refused(Busy())

    @app.errorhandler(Exception)
    def failed(problem: Exception):
        log.exception("a page failed", exc_info=problem)
        db.session.remove()
        return answer(500, "Something went wrong on our side",
                      "Nothing of what you just sent was saved. Go back and try again; if it happens again, tell an organiser.")
