"""The room's blueprint; its views are in the `*_routes` modules that `routes.py` gathers."""

from flask import Blueprint

blueprint = Blueprint("boards", __name__)
