"""One application in a process of its own, which answers a number of requests when told to and says what they cost.

    python -m benchmarks.worker floor|pages URL

Reads lines `NAME NUMBER` and answers each with the CPU seconds of one request. Separate processes keep one
application's caches and garbage out of the other's account.
"""

import gc
import json
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import create_environ

from benchmarks.floor import create_floor
from blueprints import create_app, sessions
from blueprints.guards import TOKEN
from tracker.config import Settings
from tracker.db import db
from tracker.models import Membership, ProtectionCase, Track
from tracker.vocabulary import Role

ENTRIES = 20
_SECRET = "a benchmark's secret is nobody's secret"  # noqa: S105
_WARM_UP = 20

Request = Callable[[], bytes]


def floor(url: str) -> dict[str, Request]:
    """The one page of the floor, for the section that has most cases."""
    app = create_floor(url)
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        owner = connection.scalar(_busiest(ProtectionCase.owner_id))
    return {"floor": _request(app, f"/cases/{owner}")}


def pages(url: str) -> dict[str, Request]:
    """The pages that people open most, each signed in as somebody who would."""
    app = create_app(Settings(database_url=url, data_dir=Path("/nonexistent"), secret_key=_SECRET))
    with app.app_context():
        station = db.session.scalar(_busiest(Track.institution_id, Track.stage == "police", Track.open))
        officer = _cookie(app, _somebody(Role.POLICE_OFFICER, station))
        case = db.session.scalars(
            sa.select(ProtectionCase)
            .where(ProtectionCase.entries == ENTRIES)
            .order_by(ProtectionCase.id.desc())
            .limit(1)
        ).one()
        judicial = _cookie(app, _somebody(Role.JUDICIAL_OFFICER, case.owner_id))
        held = sa.select(Track.institution_id).where(Track.case_id == case.id, Track.stage == "police")
        own = _cookie(app, _somebody(Role.POLICE_OFFICER, db.session.scalar(held)))
        file = f"/cases/{case.reference}"
        db.session.commit()
        db.session.remove()
    return {
        "queue": _request(app, "/police/queue", officer),
        "queue, gzip": _request(app, "/police/queue", officer, HTTP_ACCEPT_ENCODING="gzip"),
        "case": _request(app, file, judicial),
        "case, gzip": _request(app, file, judicial, HTTP_ACCEPT_ENCODING="gzip"),
        "case, police": _request(app, file, own),
    }


def _busiest(column: Any, *conditions: Any) -> sa.Select[Any]:
    return sa.select(column).where(*conditions).group_by(column).order_by(sa.func.count().desc()).limit(1)


def _somebody(role: Role, institution_id: int | None) -> Membership:
    return db.session.scalars(
        sa.select(Membership)
        .where(Membership.role == role, Membership.institution_id == institution_id)
        .order_by(Membership.id)
        .limit(1)
    ).one()


def _cookie(app: Flask, membership: Membership) -> str:
    """The cookie of a session that begins now, as a browser would send it."""
    with app.test_request_context("/"):
        token = sessions.begin(membership.user, membership)
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session[TOKEN] = token
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    if cookie is None:
        raise LookupError("The application set no cookie.")
    return f"{name}={cookie.value}"


def _request(app: Flask, path: str, cookie: str = "", **headers: str) -> Request:
    """Asks for `path`, through the WSGI interface and nothing above it."""
    base = create_environ(path, "https://localhost")
    base.update(headers)
    if cookie:
        base["HTTP_COOKIE"] = cookie
    status = []

    def start(line: str, _headers: object, _problem: object = None) -> Callable[[bytes], object]:
        status[:] = [line]
        return BytesIO().write

    def ask() -> bytes:
        parts = app.wsgi_app(dict(base), start)
        body = b"".join(parts)
        if close := getattr(parts, "close", None):
            close()
        if not status[0].startswith("200"):
            raise LookupError(f"{path} answered {status[0]}")
        return body

    return ask


def main() -> None:
    """Serves the parent process until its pipe closes."""
    kind, url = sys.argv[1:]
    requests = {"floor": floor, "pages": pages}[kind](url)
    sizes = {}
    for name, ask in requests.items():
        sizes[name] = len(ask())
        for _ in range(_WARM_UP):
            ask()
    print(json.dumps(sizes), flush=True)
    for line in sys.stdin:
        name, _, number = line.strip().rpartition(" ")
        ask, times = requests[name], int(number)
        gc.collect()
        begun = process_time()
        for _ in range(times):
            ask()
        print((process_time() - begun) / times, flush=True)


if __name__ == "__main__":
    main()
