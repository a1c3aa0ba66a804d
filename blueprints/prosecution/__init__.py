"""The prosecution: the case queue of one office. The steps themselves are taken on the case pages."""

from flask import Blueprint

bp = Blueprint("prosecution", __name__, url_prefix="/prosecution")

from blueprints.prosecution import views  # noqa: E402, F401 - the views register themselves on `bp`
