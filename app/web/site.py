"""Addresses that belong to the site as a whole: health, the built files' helpers, theme and event colour, offline page."""

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request

from app.infra import db, jobs
from app.web.guard import KEEPER, PUBLIC, allow
from app.web.templating import DIST, safe_next

site = Blueprint("site", __name__)

THEME_DAYS = 400


@site.get("/health")
@allow(PUBLIC)
def health():
    """200 when the database answers, 503 when it does not. Says nothing that a stranger should not read."""
    db.health()
    return jsonify(status="ok")


@site.get("/site/health")
@allow(KEEPER)
def health_page():
    """What the keepers want to know: versions, journal mode, jobs waiting."""
    return render_template("site/health.html", facts=db.health() | {f"jobs {k}": v for k, v in jobs.counts().items()})


@site.post("/theme")
@allow(PUBLIC)
def theme():
    """Keep the reader's choice of light or dark in a cookie; anything else follows the system again."""
    response = redirect(safe_next(request.form.get("next")), 303)
    choice = request.form.get("theme")
    if choice in ("light", "dark"):
        response.set_cookie("theme", choice, max_age=THEME_DAYS * 86400, samesite="Lax", httponly=True,
                            secure=current_app.config["SESSION_COOKIE_SECURE"])
    else:
        response.delete_cookie("theme")
    return response


@site.get("/hue/<int:hue>.css")
@allow(PUBLIC)
def hue_css(hue: int):
    """An event's colour, as a stylesheet because no inline style is allowed."""
    if not 0 <= hue < 360:
        abort(404)
    return Response(f":root{{--hue:{hue}}}", mimetype="text/css",
                    headers={"Cache-Control": "public, max-age=31536000, immutable"})


@site.get("/sw.js")
@allow(PUBLIC)
def service_worker():
    """The service worker, at the root so that it may look after the whole site."""
    script = DIST / "sw.js"
    if not script.exists():
        abort(404)
    return Response(script.read_text(), mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@site.get("/offline")
@allow(PUBLIC)
def offline():
    """What is shown without a connection."""
    return render_template("offline.html")


@site.get("/robots.txt")
@allow(PUBLIC)
def robots():
    """Search engines may read public pages; not search results or forms."""
    return Response("User-agent: *\nDisallow: /search\nDisallow: /*/search\nDisallow: /sign-in\n", mimetype="text/plain")


@site.get("/about")
@allow(PUBLIC)
def about():
    """What Folkmoot is."""
    return render_template("site/about.html")


@site.get("/accessibility")
@allow(PUBLIC)
def accessibility():
    """The accessibility statement."""
    return render_template("site/accessibility.html")


@site.get("/privacy")
@allow(PUBLIC)
def privacy():
    """What is kept of people, and why."""
    return render_template("site/privacy.html")
