"""The room's blueprint; its views are in the modules that `routes.py` gathers."""

from flask import Blueprint

blueprint = Blueprint("letters", __name__, cli_group="mail")
