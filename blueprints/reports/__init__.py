"""Published reports: read by monitors for ever, published by the officers who may."""

from flask import Blueprint

bp = Blueprint("reports", __name__, url_prefix="/reports")

from blueprints.reports import publishing, views  # noqa: E402, F401 - the views register themselves on `bp`
