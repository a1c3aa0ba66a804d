"""Rural and other courts: the docket of one court. The steps themselves are taken on the case pages."""

from flask import Blueprint

bp = Blueprint("courts", __name__, url_prefix="/courts")

from blueprints.courts import views  # noqa: E402, F401 - the views register themselves on `bp`
