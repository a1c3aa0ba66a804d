"""The pages that people open most, asked for with a browser's cookie, and the lists of the API, with a token."""

import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from benchmarks.worker import Prepared
from blueprints import create_app, sessions, throttle
from blueprints.guards import TOKEN
from tests.databases import KEYS
from tracker.actions import tokens as issuing
from tracker.config import Settings
from tracker.db import db
from tracker.models import Membership, ProtectionCase, Track
from tracker.permissions import Scope
from tracker.vocabulary import Role

ENTRIES = 20
_SECRET = "a benchmark's secret is nobody's secret"  # noqa: S105


def prepared(url: str) -> Prepared:
    """The queue of the busiest station; a file of twenty entries, by judicial affairs and by the police."""
    settings = Settings(
        database_url=url,
        data_dir=Path("/nonexistent"),
        secret_key=_SECRET,
        secure_cookies=False,
        second_factor_for_all=False,  # who is measured is past the door
        keys_folder=Path(os.environ[KEYS]),
    )
    app = create_app(settings)
    with app.app_context():
        station = db.session.scalar(_busiest_station())
        case = db.session.scalars(_newest_of_twenty()).one()
        held = sa.select(Track.institution_id).where(Track.case_id == case.id, Track.stage == "police")
        file = f"/cases/{case.reference}"
        tokens = [
            _begin_session(app, Role.POLICE_OFFICER, station),
            _begin_session(app, Role.JUDICIAL_OFFICER, case.owner_id),
            _begin_session(app, Role.POLICE_OFFICER, db.session.scalar(held)),
        ]
        throttle.API = throttle.API._replace(most=10**9)  # each request is counted all the same
        systems = [
            _bearer(Role.JUDICIAL_OFFICER, case.owner_id),
            _bearer(Role.POLICE_OFFICER, station),
        ]
    officer, judicial, holder = (_cookie(app, token) for token in tokens)
    zipped = {"Accept-Encoding": "gzip"}
    return Prepared(
        app,
        {
            "queue": ("/police/queue", officer),
            "queue, gzip": ("/police/queue", officer | zipped),
            "case": (file, judicial),
            "case, gzip": (file, judicial | zipped),
            "case, police": (file, holder),
            "API, 50 cases": ("/api/v1/cases", systems[0]),
            "API, 50 tracks": ("/api/v1/tracks?stage=police", systems[1]),
        },
    )


def _busiest_station() -> sa.Select[Any]:
    return (
        sa.select(Track.institution_id)
        .where(Track.stage == "police", Track.open)
        .group_by(Track.institution_id)
        .order_by(sa.func.count().desc())
        .limit(1)
    )


def _newest_of_twenty() -> sa.Select[Any]:
    return (
        sa.select(ProtectionCase)
        .where(ProtectionCase.entries == ENTRIES)
        .order_by(ProtectionCase.id.desc())
        .limit(1)
    )


def _somebody(role: Role, institution_id: int | None) -> Membership:
    found = (
        sa.select(Membership)
        .where(Membership.role == role, Membership.institution_id == institution_id)
        .order_by(Membership.id)
        .limit(1)
    )
    return db.session.scalars(found).one()


def _bearer(role: Role, institution_id: int | None) -> dict[str, str]:
    somebody = _somebody(role, institution_id)
    token = issuing.issue(actor=somebody, name="benchmark", scopes=[Scope.CASES_READ], days=1)
    db.session.commit()
    return {"Authorization": f"Bearer {token}"}


def _begin_session(app: Flask, role: Role, institution_id: int | None) -> str:
    membership = _somebody(role, institution_id)
    with app.test_request_context("/"):
        token = sessions.begin(membership.user, membership, by_factor=True)
        db.session.commit()
    return token


def _cookie(app: Flask, token: str) -> dict[str, str]:
    """The headers of a browser, as the first page leaves it."""
    client, name = app.test_client(), app.config["SESSION_COOKIE_NAME"]
    with client.session_transaction() as session:
        session[TOKEN] = token
    client.get("/account")
    cookie = client.get_cookie(name)
    if cookie is None:
        raise LookupError("The application set no cookie.")
    return {"Cookie": f"{name}={cookie.value}"}
