"""Events for the log: cases with ten entries each, as one station writes them, and nothing else that a case has."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks import raw
from benchmarks.databases import engine_of
from tracker import mission
from tracker.db import Base
from tracker.ledger.append import BEGINNING
from tracker.models import Area, Effect, Institution, LogHead, UserAccount
from tracker.models.log import THE_HEAD
from tracker.vocabulary import Channel, Concern, InstitutionKind, Level, Role, Urgency

EACH = 10
"""Entries of a case; a hundred cases go on at a time, an entry of each in turn."""

_AT_A_TIME = 100
_BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
_STATUSES = ("sent", "acknowledged", "accepted", "investigation_opened", "forwarded")


def found(url: str, cases: int) -> None:
    """The area, the station, the officer and the bare cases whose entries `events` gives, and an empty log."""
    with Session(engine_of(url)) as session:
        area = Area(code="XB01", name="District 1", level=2)
        session.add(area)
        session.flush()
        session.add(
            Institution(code="PS-0012", name="Station", kind=InstitutionKind.POLICE_STATION, area_id=area.id)
        )
        session.add(
            UserAccount(username="officer.12", full_name="Officer", password_hash="", created_at=_BEGUN)
        )
        session.flush()
        for first in range(1, cases + 1, raw.AT_ONCE):
            numbers = range(first, min(first + raw.AT_ONCE, cases + 1))
            session.execute(sa.insert(Base.metadata.tables["protection_case"]), [*map(_case, numbers)])
        session.add(
            LogHead(id=THE_HEAD, size=0, frontier=b"", last_at=BEGINNING, procedure="", complete=True)
        )
        session.commit()


def _case(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "reference": f"B-{number}",
        "code": secrets.token_hex(16),
        "concern": Concern.PHYSICAL_ASSAULT,
        "urgency": Urgency.URGENT,
        "risk": Level.LOW,
        "reprisal_risk": Level.LOW,
        "channel": Channel.WALK_IN,
        "area_id": 1,
        "registered_at": _BEGUN,
        "registrar_id": 1,
        "owner_id": 1,
        "entries": EACH,
    }


def events(cases: int) -> Iterator[raw.Row]:
    """Rows of `history_entry`, numbered from 1, for the driver: an entry of each of a hundred cases in turn."""
    columns = raw.columns_of("history_entry")
    procedure = mission.current().procedure.version
    number = 0
    for first in range(1, cases + 1, _AT_A_TIME):
        for n in range(1, EACH + 1):
            for case in range(first, min(first + _AT_A_TIME, cases + 1)):
                number += 1
                row = _entry(number, case, n) | {"procedure": procedure}
                yield [row.get(name) for name in columns]


def _entry(number: int, case: int, n: int) -> dict[str, Any]:
    # As text, which both engines take: SQLite keeps it so.
    at = (_BEGUN + timedelta(minutes=number)).strftime("%Y-%m-%d %H:%M:%S.%f")
    turn = n % len(_STATUSES)
    return {
        "id": number,
        "case_id": case,
        "n": n,
        "stage": "police",
        "action": "acknowledge",
        "effect": Effect.MOVES if n > 1 else Effect.OPENS,
        "status_before": _STATUSES[turn - 1] if n > 1 else None,
        "status_after": _STATUSES[turn],
        "holder_id": 1,
        "actor_id": 1,
        "institution_id": 1,
        "role": Role.POLICE_OFFICER,
        "happened_at": at,
        "recorded_at": at,
        "detail": "{}",
    }
