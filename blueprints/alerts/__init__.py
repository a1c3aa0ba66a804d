"""Alerts: logged as they come in, called back, verified, and ended with an answer or as a case."""

from flask import Blueprint

bp = Blueprint("alerts", __name__, url_prefix="/alerts")

from blueprints.alerts import views  # noqa: E402, F401 - the views register themselves on `bp`
