"""The door for phones: forms that ODK Collect, KoboCollect and Enketo fetch, fill offline and send (OpenRosa 1.0)."""

from flask import Blueprint

bp = Blueprint("openrosa", __name__, url_prefix="/openrosa")

from blueprints.openrosa import door, views  # noqa: E402, F401 - they register themselves on `bp`
