"""For those who review: every history, without a narrative, a note or the name of anybody whom a case is about."""

from flask import Blueprint

bp = Blueprint("audit", __name__, url_prefix="/audit")

from blueprints.audit import access, doors, emergencies, unusual, views  # noqa: E402, F401 - the views register themselves on `bp`
