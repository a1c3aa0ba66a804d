"""The verifiable log for everybody: its files for machines, and a page for people."""

from flask import Blueprint

bp = Blueprint("log", __name__, url_prefix="/log")

from blueprints.log import files, verifiers, views, witnessing  # noqa: E402, F401 - the views register themselves on `bp`
