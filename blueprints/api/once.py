"""`Idempotency-Key`: what another system sends twice is done once, and answered as the first time.

The key's row is the first thing that the transaction writes: a rival waits there until the first one is over, and gets
its answer (dependencies.md A1, A2). So nobody is ever told "still being worked on" (409) while the work would have been
done a moment later. What was refused was rolled back with its key, and may be sent again.
"""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints import problems, submissions
from blueprints.api.door import tell
from blueprints.guards import signed_in
from blueprints.i18n import _
from tracker.db import db, read_only
from tracker.models import Submission

View = TypeVar("View", bound=Callable[..., Any])

KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_MARK = "__once__"
_PATTERN = "^[A-Za-z0-9_-]{16,100}$"
_KEPT = ("Content-Type", "ETag", "Location")
_HEADER = {
    "in": "header",
    "name": KEY,
    "required": True,
    "schema": {"type": "string", "pattern": _PATTERN},
    "description": "Random, such as a UUID. The same key with the same body is answered with the first answer.",
}


def once(view: View) -> View:
    """Have the endpoint ask for a key, and do what is sent with the same one only once."""
    setattr(view, _MARK, True)
    tell(view, headers=(_HEADER,))
    return view


def begin() -> ResponseReturnValue | None:
    """Before the view: the first answer, where there was one. Refuses (400) a request without a key."""
    if not getattr(current_app.view_functions[request.endpoint or ""], _MARK, False) or read_only.get():
        return None
    key = request.headers.get(KEY, "").strip().strip('"')
    if not re.fullmatch(_PATTERN, key):
        return problems.answer(400, _("Send a random Idempotency-Key of 16 to 100 letters, digits, - and _."))
    member = signed_in()
    fingerprint = _digest(("api", member.id, key))
    told = _digest((key, request.method, request.full_path, request.get_data()))
    if submissions.is_first(fingerprint, member.user_id, told=told):
        g.api_submission = fingerprint
        return None
    return _again(fingerprint, told)


def keep(response: Response) -> Response:
    """After the view, in its transaction: the answer, for the next time."""
    fingerprint = g.pop("api_submission", None)
    if fingerprint is not None and response.status_code < 300:
        headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
        answer = json.dumps([response.status_code, headers, response.get_data(as_text=True)])
        first = sa.update(Submission).where(Submission.fingerprint == fingerprint)
        db.session.execute(first.values(answer=answer))
    return response


def _again(fingerprint: bytes, told: bytes) -> ResponseReturnValue:
    found = db.session.execute(
        sa.select(Submission.told, Submission.answer).where(Submission.fingerprint == fingerprint)
    ).one_or_none()
    db.session.rollback()
    if found is not None and found.told != told:
        return problems.answer(422, _("This Idempotency-Key came with something else before. Use a new one."))
    if found is None or found.answer is None:
        return problems.answer(409, _("This was sent already, and has no answer yet. Send it again later."))
    status, headers, body = json.loads(found.answer)
    return Response(body, status, {**headers, REPLAYED: "true"})


def _digest(told: object) -> bytes:
    return hashlib.sha256(repr(told).encode()).digest()
