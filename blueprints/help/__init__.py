"""Help that cannot grow old: made from the procedure, the permissions, the visibility rules and the limits."""

from flask import Blueprint

bp = Blueprint("help", __name__, url_prefix="/help")

from blueprints.help import views  # noqa: E402, F401 - the views register themselves on `bp`
