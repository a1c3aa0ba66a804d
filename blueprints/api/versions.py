"""`ETag` and `If-Match`: who changes a thing says which version of it they read.

The ETag of a track is its version; that of a case the number of its entries, and only those who answer for the case
get one: to all others the number would tell what they may not know. Without If-Match a change is refused (428), with
what is no version of ours (400), and on a version that has passed (412).
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request
from werkzeug.exceptions import BadRequest, PreconditionRequired

from blueprints.api.door import tell

View = TypeVar("View", bound=Callable[..., Any])

_HEADER = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    "description": "The ETag of what you read.",
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "The version, for If-Match."}}
"""For the description of answers that have one."""


def etag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": f'"{version}"'}


def versioned(view: View) -> View:
    """Have the endpoint ask for If-Match; the view is given the version as `seen`, and the action compares it."""

    @wraps(view)
    def asking(*given: Any, **named: Any) -> Any:
        sent = request.headers.get("If-Match")
        if sent is None:
            raise PreconditionRequired
        found = re.fullmatch(r'"([0-9]{1,9})"', sent.strip())
        if found is None:
            raise BadRequest
        g.condition = True
        return view(*given, seen=int(found[1]), **named)

    tell(asking, headers=(_HEADER,), refusals=(409, 412, 428))
    return cast(View, asking)
