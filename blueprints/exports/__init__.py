"""What leaves as files: the lists that people work from, and de-identified histories for process mining."""

from flask import Blueprint

bp = Blueprint("exports", __name__, url_prefix="/exports")

from blueprints.exports import histories, views  # noqa: E402, F401 - the views register themselves on `bp`
