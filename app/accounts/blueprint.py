"""Where this room's pages and commands are hung."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
