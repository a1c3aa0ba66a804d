"""What holds for every request of the API: JSON alone, keys that make it once, and how many are left."""

from flask import g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from blueprints import throttle
from blueprints.api import bp, once
from blueprints.guards import SAFE_METHODS

LIMIT_HEADERS = {
    "RateLimit-Policy": {
        "schema": {"type": "string"},
        "description": 'How many requests in how many seconds: "api";q=300;w=60.',
    },
    "RateLimit": {
        "schema": {"type": "string"},
        "description": 'How many are left, and in how many seconds all are there again: "api";r=299;t=60.',
    },
}
"""draft-ietf-httpapi-ratelimit-headers-10."""


@bp.before_request
def _in_json() -> None:
    """Refuses (415) bodies of other kinds."""
    if request.method not in SAFE_METHODS and request.mimetype != "application/json":
        raise UnsupportedMediaType


@bp.before_request
def _once() -> ResponseReturnValue | None:
    return once.begin()


@bp.after_request
def _tell_limit(response: Response) -> Response:
    rate: throttle.Standing | None = g.get("rate")
    if rate is not None:
        response.headers["RateLimit-Policy"] = (
            f'"api";q={rate.limit.most};w={int(rate.limit.per.total_seconds())}'
        )
        response.headers["RateLimit"] = f'"api";r={rate.left};t={rate.renewed_in}'
    return once.keep(response)
