"""A stage for the front end: the real templates and scripts, a server whose every answer a test can choose.

What the rooms promise (docs/front-end.md) is played here, so that the scripts can be tried against answers a real server
gives rarely: a merge in the middle of typing, a conflict, a dead connection.
"""

import json
import queue
import threading
from dataclasses import dataclass, field
from types import SimpleNamespace

from flask import Flask, Response, jsonify, redirect, render_template, render_template_string, request, send_from_directory
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.serving import make_server

from app.web.headers import CSP
from app.web.templating import Assets
from tests.servers import ROOT

HERE = ROOT / "tests" / "front" / "pages"
EVENT = SimpleNamespace(name="GovCamp North 2027", slug="gcn", hue=172)
PERSON = SimpleNamespace(id=7, name="Lorna Pike", organisation="Calderdale")
NAV = [{"key": k, "label": k.title(), "url": f"/{k}", "icon": "grid"} for k in ("grid", "pitches", "notes", "search", "people", "setup")]
ROOMS = [("1", "Main hall"), ("2", "Bazalgette"), ("3", "Seacole")]
SLOTS = [("1", "10:45"), ("2", "11:40")]


@dataclass
class Stage:
    """What the pages show and what was sent. Tests change it between steps."""

    address: str = ""
    placed: dict = field(default_factory=dict)  # (room, slot) -> session
    tray: list = field(default_factory=list)
    version: int = 1
    sent: list = field(default_factory=list)  # (path, form) of every POST
    note: object = None  # form -> answer, for saving the note
    move_refused: str = ""
    text: str = "# Notes\n\n- one\n"
    revision: int = 3
    listeners: list = field(default_factory=list)
    fragments: int = 0
    flash: list = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def reset(self):
        """As it was at the start."""
        sessions = [session(i, title) for i, title in enumerate(("Local Plan, live", "Easy Read by default", "Bin collection APIs"), 11)]
        self.placed = {("1", "1"): sessions[0], ("2", "1"): sessions[1], ("2", "2"): sessions[2]}
        self.tray = [SimpleNamespace(pitch_id=21, title="Walking discussion", leaders=["Jo Hartley"], interest=9, topic_key="2", place_url="/place/21", hands=None)]
        self.version, self.sent, self.note, self.move_refused, self.fragments = 1, [], None, "", 0
        self.text, self.revision, self.flash = "# Notes\n\n- one\n", 3, []
        self.listeners.clear()  # pages of earlier tests
        self.gate = threading.Event()
        self.gate.set()

    def nudge(self, topic: str, version: int):
        """Tell every open page that something changed."""
        for inbox in list(self.listeners):
            inbox.put({"topic": topic, "version": version})

    def forms(self, path: str) -> list[dict]:
        """What was posted to `path`, in order."""
        return [form for at, form in self.sent if at == path]


def session(number: int, title: str):
    """A cell of the grid, as grid.queries gives it."""
    return SimpleNamespace(
        session_id=number, part=1, url=f"/sessions/{number}", title=title, leaders=["Wen Li"], topic_key="1", topic="Data", interest=70, seats=60,
        needs_notes=True, mine=number == 12, clash="Wen Li leads two sessions at 10:45" if number == 11 else None, code="s1r1",
        move_url=f"/move/{number}", room_name="Main hall", floor="Ground", length=1, again="", hands=None, expected="", counted=True)


def build(stage: Stage) -> Flask:
    """The stage as a Flask application."""
    app = Flask(__name__, static_folder=None)
    app.secret_key = "s" * 40
    app.config["TEMPLATES_AUTO_RELOAD"] = True
    CSRFProtect(app)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(HERE), FileSystemLoader(ROOT / "templates")])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = Assets()
    app.url_build_error_handlers.append(lambda _error, endpoint, _values: f"/theme?of={endpoint}" if endpoint == "site.theme" else "/elsewhere")

    @app.context_processor
    def context():
        flashed, stage.flash = stage.flash, []
        theme = request.cookies.get("theme")
        return {"current_person": PERSON, "event": EVENT, "nav": NAV, "active": "grid", "theme_choice": theme, "flashed": lambda: flashed,
                "stage": stage, "rooms": ROOMS, "slots": SLOTS, "notices_now": lambda: ([], 0)}

    @app.after_request
    def headers(response):
        response.headers["Content-Security-Policy"] = CSP
        return response

    @app.before_request
    def remember():
        if request.method == "POST":
            stage.sent.append((request.path, request.form.to_dict()))

    @app.get("/<name>")
    def page(name):
        return render_template(f"{name}.html")

    @app.get("/sw.js")
    def worker():
        return send_from_directory(ROOT / "static" / "dist", "sw.js", mimetype="text/javascript")

    @app.get("/static/dist/<path:name>")
    def built(name):
        return send_from_directory(ROOT / "static" / "dist", name)

    @app.post("/theme")
    def theme():
        response = redirect(request.form["next"], 303)
        response.set_cookie("theme", request.form["theme"])
        return response

    @app.post("/note")
    def save():
        stage.gate.wait(10)
        if stage.note is not None:
            return stage.note(request.form)
        stage.text, stage.revision = request.form["text"].replace("\r\n", "\n"), stage.revision + 1
        if request.headers["Accept"] != "application/json":
            return redirect("/note", 303)
        return jsonify(revision=stage.revision, text=stage.text, saved_at="11:52", merged=False)

    @app.post("/both")
    def both():
        return render_template("both.html"), 409

    @app.post("/preview")
    def preview():
        return render_template_string("<h2>Preview</h2><p>{{ request.form.text }}</p>")

    @app.get("/fragment")
    def fragment():
        stage.fragments += 1
        return render_template("_grid.html", arranging="arrange" in (request.referrer or ""))

    @app.post("/move/<number>")
    @app.post("/place/<number>")
    def move(number):
        if stage.move_refused:
            return jsonify(error={"message": stage.move_refused}), 409
        _move(stage, number, request.form)
        stage.version += 1
        stage.nudge("grid:1", stage.version)
        return jsonify(message="Moved.", version=stage.version)

    @app.get("/stream")
    def stream():
        inbox = queue.Queue()
        stage.listeners.append(inbox)

        def send():
            yield "retry: 500\n\n"
            while True:
                yield f"event: nudge\ndata: {json.dumps(inbox.get())}\n\n"

        return Response(send(), mimetype="text/event-stream")

    @app.post("/drafts")
    def drafts():
        stage.gate.wait(10)
        if "fail" in request.form["about"]:
            return render_template("drafts.html"), 422
        stage.flash = [("success", "Pitched.")]
        return redirect("/elsewhere", 303)

    @app.get("/results")
    def results():
        return render_template_string("<p data-announce>{{ n }} results</p><ol role='list'><li>{{ request.args.q }}</li></ol>", n=len(request.args["q"]))

    return app


def _move(stage: Stage, number: str, form):
    here = next((cell for cell, s in stage.placed.items() if str(s.session_id) == number), None)
    moved = stage.placed.pop(here) if here else session(40, stage.tray.pop().title)
    if "take_off" in form:
        stage.tray.append(SimpleNamespace(pitch_id=31, title=moved.title, leaders=["Wen Li"], interest=9, topic_key="2", place_url="/place/31", hands=None))
        return
    target = (form["room"], form["slot"])
    if here and target in stage.placed:
        stage.placed[here] = stage.placed[target]
    stage.placed[target] = moved


def serve(stage: Stage):
    """Starts the stage on a port of its own; gives the server, to be shut down."""
    server = make_server("127.0.0.1", 0, build(stage), threaded=True)
    stage.address = f"http://127.0.0.1:{server.port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
