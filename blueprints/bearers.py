"""Accredited verifiers at the door: a bearer token instead of a session, and every download written down first."""

from typing import NamedTuple

import sqlalchemy as sa
from flask import g, request
from werkzeug.wrappers import Response

from blueprints import throttle
from blueprints.transactions import own_transaction
from tracker import clock, mission
from tracker.actions.verifiers import hash_of
from tracker.db import db
from tracker.models import Verifier, VerifierDownload

PROBLEM = "application/problem+json"
REALM = 'Bearer realm="log"'


class Bearer(NamedTuple):
    """The verifier whose token came with this request."""

    id: int


def refusal() -> Response | None:
    """`None` for a request with a token that opens something today, kept for `bearer()`; else the answer that it gets.

    It is the same answer for a token that never was, is not confirmed, has expired or was revoked; 429 after twenty a
    minute. A right one is never held back by wrong ones from its address.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    g.bearer = _find(token.strip()) if kind.lower() == "bearer" else None
    if g.bearer is not None:
        return None
    if kind:
        throttle.spend(throttle.TOKEN, throttle.address())
    said = "This needs the token of an accredited verifier."
    answer = Response(
        f'{{"type":"about:blank","title":"Unauthorized","status":401,"detail":"{said}"}}\n',
        401,
        content_type=PROBLEM,
    )
    answer.headers["WWW-Authenticate"] = f'{REALM}, error="invalid_token"' if kind else REALM
    return answer


def write_down(path: str) -> None:
    """Notes that the bearer asks for a file, in its own transaction and before the file is given.

    Where that fails the request fails: nothing is given that is not written down.
    """
    row = {"verifier_id": g.bearer.id, "path": path, "downloaded_at": clock.now()}
    with own_transaction() as connection:
        connection.execute(sa.insert(VerifierDownload), row)


_LIVING = sa.select(Verifier.id).where(
    Verifier.token_hash == sa.bindparam("token_hash"),
    Verifier.revoked_at.is_(None),
    Verifier.expires_on >= sa.bindparam("today"),
)


def _find(token: str) -> Bearer | None:
    today = clock.day_of(clock.now(), mission.current().zone)
    found = db.session.execute(_LIVING, {"token_hash": hash_of(token), "today": today}).first()
    return Bearer(found.id) if found else None
