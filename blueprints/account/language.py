"""Choosing the language of the pages."""

from flask import abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from blueprints import guards
from blueprints.account import bp
from blueprints.addresses import own_path
from blueprints.guards import public
from blueprints.i18n import LANGUAGE_COOKIE, offered

_A_YEAR = 365 * 24 * 3600


@bp.post("/language/<string(length=2):code>")
@public
def choose_language(code: str) -> ResponseReturnValue:
    """Remember the language: in a cookie for this browser, and for the person who is signed in."""
    if code not in {one.code for one in offered()}:
        abort(404)
    if (visitor := guards.visitor()) is not None:
        visitor.row.user.locale = code
    answer = redirect(own_path(request.form.get("next")), 303)
    answer.set_cookie(
        LANGUAGE_COOKIE,
        code,
        max_age=_A_YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer
