"""Running the installation: health pages, and the `tracker` command (`blueprints.ops.main`)."""

from flask import Blueprint

bp = Blueprint("ops", __name__)

from blueprints.ops import health  # noqa: E402, F401 - the views register themselves on `bp`
