"""For those who run the installation: people, institutions, areas, limits, settings. No case is read here."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")

# The views register themselves on `bp`.
from blueprints.admin import (  # noqa: E402, F401
    areas,
    deliveries,
    gateways,
    institutions,
    limits,
    people,
    receivers,
    settings,
)
