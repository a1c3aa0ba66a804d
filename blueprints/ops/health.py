"""For the machines that watch: is the process alive, and can it do its work?"""

import logging
import shutil
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from blueprints.guards import public
from blueprints.ops import bp
from tracker import clock
from tracker.db import db
from tracker.queries import deliveries

log = logging.getLogger(__name__)

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
_LEAST_FREE = 50_000_000
_LATE = timedelta(hours=1)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return "ok\n", 200, _PLAIN


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The records can be read and there is room to write more; else 503, and a word that names no detail.

    That mail has waited for an hour is said beside it: the pages work all the same.
    """
    for name, works in (("database", _database), ("disk", _disk)):
        if not works():
            return f"not ready: {name}\n", 503, _PLAIN
    return ("ready, but mail waits\n" if _mail_waits() else "ready\n"), 200, _PLAIN


def _database() -> bool:
    try:
        db.session.execute(sa.text("SELECT id FROM user_account LIMIT 1"))
    except SQLAlchemyError:
        log.exception("The database is not ready")
        return False
    return True


def _mail_waits() -> bool:
    """Where mail is delivered at all: the worker does not run, or the mail server takes nothing."""
    if current_app.extensions["tracker"].mail is None:
        return False
    since = deliveries.waits_since()
    return since is not None and clock.now() - since > _LATE


def _disk() -> bool:
    place = current_app.extensions["tracker"].data_dir
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        log.exception("The data directory cannot be read")
        return False
    return free >= _LEAST_FREE
