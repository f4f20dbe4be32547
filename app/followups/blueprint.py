"""What the pages of conversations hang on."""

from flask import Blueprint

blueprint = Blueprint("followups", __name__)
