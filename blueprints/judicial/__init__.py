"""Judicial affairs: triage, follow-up, feedback, and what is overdue at the institutions of the area."""

from flask import Blueprint

bp = Blueprint("judicial", __name__, url_prefix="/judicial")

from blueprints.judicial import views  # noqa: E402, F401 - the views register themselves on `bp`
