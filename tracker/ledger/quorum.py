"""Whether the witnesses that the policy asks for have seen the log lately (history.md, section 6)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from tracker.ledger.store import Store
from tracker.log import checkpoints, sightings
from tracker.log.keys import VerifierKey
from tracker.log.policy import Policy
from tracker.log.refusals import Malformed, NotProved
from tracker.models import LogCheckpoint, LogCosignature

LATELY = timedelta(days=1)
"""A log that grew may go so long without its witnesses before it is said to be unwitnessed."""

_LOOKED_THROUGH = 50


class Seen(NamedTuple):
    """What a witness saw last: so many entries, at that time; `at` is None where it never cosigned."""

    name: str
    size: int
    at: datetime | None


class Quorum(NamedTuple):
    """Who saw the log last, and when enough of them had seen it together; `met`: that was lately, or nothing is new."""

    witnesses: Sequence[Seen]
    size: int
    at: datetime | None
    met: bool


def judge(store: Store, keys: Sequence[VerifierKey], rules: Policy, now: datetime) -> Quorum:
    """Holds the cosignatures that are kept against the policy. Each is verified: what the table says is not enough."""
    single: dict[str, Seen] = {}
    together: tuple[int, datetime | None] = (0, None)
    for size in _cosigned(store):
        try:
            note = store.checkpoint(size) or b""
            signed = checkpoints.open_signed(note, keys, rules.witnesses.values())
        except (Malformed, NotProved):
            continue
        for name, key in rules.witnesses.items():
            if key in signed.seen:
                single.setdefault(name, Seen(name, size, _instant(signed.seen[key])))
        if together[1] is None and (one := sightings.sighting(rules, signed)):
            together = (size, _instant(one.time))
        if together[1] and len(single) == len(rules.witnesses):
            break
    newest = store.connection.scalar(sa.select(sa.func.max(LogCheckpoint.size))) or 0
    met = together[1] is not None and (together[0] == newest or now - together[1] <= LATELY)
    return Quorum([single.get(name, Seen(name, 0, None)) for name in rules.witnesses], *together, met)


def _cosigned(store: Store) -> Sequence[int]:
    """The newest checkpoints that anybody cosigned."""
    asked = sa.select(LogCosignature.size).distinct().order_by(LogCosignature.size.desc())
    return store.connection.scalars(asked.limit(_LOOKED_THROUGH)).all()


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
