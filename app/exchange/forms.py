"""Uploading."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from app.events.choices import OneOf
from app.exchange.models import ATTENDEES, GRID, NOTES
from app.web.forms import Form


class UploadForm(Form):
    """One file, what it holds, and whether only to try."""

    kind = OneOf("What does it hold?", default=NOTES, pairs=[
        (NOTES, "Notes: a file, or a zip of many (Markdown, text, HTML, .docx, .odt); or the zip of a whole event"),
        (GRID, "A grid: CSV or .xlsx (a row for each session, or shaped like the wall), schedule.xml, schedule.json, iCalendar"),
        (ATTENDEES, "Attendees: CSV from a ticketing site")])
    file = FileField("File", [FileRequired("Choose a file.")])
    only_try = BooleanField("Only say what would happen. Change nothing.")
