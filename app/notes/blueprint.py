"""The notes' blueprint, so that several files can hang pages on it."""

from flask import Blueprint

blueprint = Blueprint("notes", __name__)
NOTE = "/e/<event_slug>/sessions/<int:session_id>/note"
