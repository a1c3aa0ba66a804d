"""The door for phones: forms that ODK Collect, KoboCollect and Enketo fetch, fill offline and send (OpenRosa 1.0)."""

from flask import Blueprint

bp = Blueprint("openrosa", __name__, url_prefix="/openrosa")
