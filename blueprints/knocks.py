"""What happens at the doors is written down, whatever becomes of the request: `knocks.note(DoorAct.SIGNED_IN, user)`.

The rows stand in a transaction of their own, after the request's (SQLite has one writer). A refused page is noted by
itself. Where nothing can be written down, nobody comes in (ASVS 5.0, 16.5.3).
"""

import logging

import sqlalchemy as sa
from flask import Flask, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from blueprints import errors, guards
from blueprints.transactions import own_transaction
from tracker import clock
from tracker.models import DoorRecord
from tracker.vocabulary import DoorAct

log = logging.getLogger(__name__)

_INSERT = sa.insert(DoorRecord)
_FORBIDDEN = 403


def init_app(app: Flask) -> None:
    """Write down what happens at the doors of `app`."""
    app.after_request(_write_down)


def note(act: DoorAct, user_id: int | None) -> None:
    """Have it written down with this request's answer; `user_id`: None where the name that was typed is nobody's."""
    g.setdefault("knocks", []).append((act, user_id))


def nothing() -> None:
    """This refusal only asks who it is: there is nothing to write down."""
    g.setdefault("knocks", [])


def _write_down(response: Response) -> Response:
    found: list[tuple[DoorAct, int | None]] | None = g.pop("knocks", None)
    if found is None and response.status_code == _FORBIDDEN and (user_id := guards.whose()) is not None:
        found = [(DoorAct.NOT_ALLOWED, user_id)]
    if g.get("wrong_secret"):
        found = [(DoorAct.WRONG_SECRET, None)]
    if not found:
        return response
    usual = {"at": clock.now(), "page": request.endpoint or ""}
    rows = [usual | {"act": act, "user_id": user_id} for act, user_id in found]
    try:
        with own_transaction() as connection:
            connection.execute(_INSERT, rows)
    except SQLAlchemyError:
        log.exception("What happened at a door could not be written down: it stays closed")
        guards.forget()
        return errors.unavailable()
    return response
