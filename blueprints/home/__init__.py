"""The first page of every role: what waits for this person."""

from flask import Blueprint

bp = Blueprint("home", __name__)

from blueprints.home import views  # noqa: E402, F401 - the views register themselves on `bp`
