"""The police component: the case queue of one station. The steps themselves are taken on the case pages."""

from flask import Blueprint

bp = Blueprint("police", __name__, url_prefix="/police")

from blueprints.police import views  # noqa: E402, F401 - the views register themselves on `bp`
