"""One held person: the clock, what happened, and what is recorded about it by those who hold and those outside."""

from flask import Blueprint

bp = Blueprint("custody", __name__, url_prefix="/custody")

from blueprints.custody import views  # noqa: E402, F401 - the views register themselves on `bp`
