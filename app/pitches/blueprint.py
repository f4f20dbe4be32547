"""What the pages of pitches hang on: `routes.py`, and pages of one purpose each beside it."""

from flask import Blueprint

blueprint = Blueprint("pitches", __name__)
