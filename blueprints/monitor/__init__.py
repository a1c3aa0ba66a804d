"""For those who watch institutions: their figures, and histories that name nobody. Everything here only reads."""

from flask import Blueprint

bp = Blueprint("monitor", __name__, url_prefix="/monitor")

from blueprints.monitor import views  # noqa: E402, F401 - the views register themselves on `bp`
