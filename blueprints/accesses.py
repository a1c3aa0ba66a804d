"""What was read is written down before it leaves: where that cannot be done, the page does not leave (503).

Queries note what they read (`tracker.queries.noted`). Besides them every file that a signed-in person downloads is an
export, and every reference that leads nowhere is kept as having been asked for, without what was typed.
The rows stand in a transaction of their own: after the request's, because SQLite has one writer (dependencies.md D1),
and before the page is compressed.
"""

import hashlib
import logging
import secrets

import sqlalchemy as sa
from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from blueprints import errors
from blueprints.guards import acting
from blueprints.sessions import Member
from blueprints.transactions import own_transaction
from tracker import clock
from tracker.models import Access
from tracker.queries import noted
from tracker.queries.noted import Noted
from tracker.vocabulary import AccessKind

log = logging.getLogger(__name__)

_INSERT = sa.insert(Access)


def init_app(app: Flask) -> None:
    """Write down what the requests of `app` read."""
    app.before_request(noted.begin)
    app.after_request(_write_down)


def _write_down(response: Response) -> Response:
    read = noted.take()
    if 300 <= response.status_code < 400:
        return response  # nothing was shown
    read += _of_the_answer(response, read)
    member = acting() if read else None
    if member is None:
        return response
    rows = _rows(read, member, response)
    try:
        with own_transaction() as connection:
            connection.execute(_INSERT, rows)
    except SQLAlchemyError:
        log.exception("What was read could not be written down: the page was not sent")
        return errors.unavailable()
    return response


def _of_the_answer(response: Response, read: list[Noted]) -> list[Noted]:
    """What the answer itself tells: a file, or that there is nothing under a reference."""
    if response.status_code == 404 and _asked_by_reference():
        return [Noted(AccessKind.UNKNOWN_REFERENCE)]
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    return [Noted(AccessKind.EXPORT)] if is_file and not read else []


def _asked_by_reference() -> bool:
    return "reference" in (request.view_args or ()) or "reference" in request.values


def _rows(read: list[Noted], member: Member, response: Response) -> list[dict[str, object]]:
    of_all = {
        "read_at": clock.now(),
        "user_id": member.user_id,
        "membership_id": member.id,
        "institution_id": member.institution_id,
        "page": request.endpoint,
        "digest": _digest(response),
        "answer": secrets.token_hex(16),
    }
    return [of_all | one._asdict() for one in read]


def _digest(response: Response) -> str:
    """Of what is sent. A file that leaves in pieces knows its own (`blueprints.tabular.sending`)."""
    own: str | None = getattr(response, "digest", None)
    return own or hashlib.sha256(response.get_data()).hexdigest()
