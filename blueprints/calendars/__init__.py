"""A court's hearings as a calendar that other programs fetch: addresses given out by its clerks, and the calendar."""

from flask import Blueprint

bp = Blueprint("calendars", __name__, url_prefix="/calendars")

from blueprints.calendars import feed, views  # noqa: E402, F401 - they register themselves on `bp`
