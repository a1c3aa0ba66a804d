"""Lists from spreadsheets: brought, mapped, looked through, confirmed. What they hold is shown to their owner alone."""

from flask import Blueprint

bp = Blueprint("imports", __name__, url_prefix="/imports")

# The views register themselves on `bp`.
from blueprints.imports import files, views  # noqa: E402, F401
