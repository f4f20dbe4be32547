"""The room's blueprint, on which its pages, feeds and API are hung."""

from flask import Blueprint

blueprint = Blueprint("exchange", __name__)
