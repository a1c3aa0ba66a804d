"""Cases: the case file, registering, sharing, every step of every track, and mending the history."""

from flask import Blueprint

bp = Blueprint("cases", __name__, url_prefix="/cases")

from blueprints.cases import (  # noqa: E402, F401 - the views register themselves on `bp`
    alikes,
    disclosed,
    emergency,
    entries,
    feedback,
    files,
    lists,
    proof,
    readers,
    register,
    reprisals,
    sharing,
    show,
    take,
    whole,
)
