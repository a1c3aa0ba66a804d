"""The own account: signing in and out, language, password, sessions, tokens, and which membership to act as."""

from flask import Blueprint

bp = Blueprint("account", __name__)

from blueprints.account import (  # noqa: E402, F401 - the views register themselves on `bp`
    door,
    factor,
    factors,
    language,
    leave,
    links,
    own,
    phones,
    sso,
    tokens,
)
