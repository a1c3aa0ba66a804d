"""Live figures, for those who may see them: of one institution, of institutions of a kind, of the way of cases."""

from flask import Blueprint

bp = Blueprint("figures", __name__, url_prefix="/figures")

from blueprints.figures import views  # noqa: E402, F401 - the views register themselves on `bp`
