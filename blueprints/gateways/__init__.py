"""Where telephone gateways bring messages and missed calls."""

from flask import Blueprint

bp = Blueprint("gateways", __name__, url_prefix="/gateways")

from blueprints.gateways import views  # noqa: E402, F401 - the views register themselves on `bp`
