"""Where this room's pages are hung."""

from flask import Blueprint

blueprint = Blueprint("events", __name__)
