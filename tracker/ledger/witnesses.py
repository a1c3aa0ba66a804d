"""What goes to witnesses and comes back from them (c2sp.org/tlog-witness)."""

from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from tracker import clock
from tracker.errors import BadSetting, NotFound, say
from tracker.ledger.store import Store
from tracker.log import checkpoints, notes, policy, proofs
from tracker.log.keys import VerifierKey
from tracker.log.policy import Policy
from tracker.log.refusals import Malformed, NotProved
from tracker.log.witness import Request
from tracker.models import LogCheckpoint, LogCosignature

_MOST_TRIED = 1000
"""A line that comes back on a stick may be for any of so many newest checkpoints."""


def read_policy(place: Path) -> Policy:
    """The witnesses of TRACKER_LOG_POLICY; refuses (`BadSetting`) a file that cannot be read, or is no policy."""
    try:
        return policy.parse(place.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadSetting(f"TRACKER_LOG_POLICY names {place}, which cannot be read.") from wrong
    except Malformed as wrong:
        raise BadSetting(f"TRACKER_LOG_POLICY names {place}: {wrong}") from wrong


def last_seen(connection: sa.Connection, witness: VerifierKey) -> int:
    """The size of the last checkpoint that a witness is known to have cosigned; 0: none."""
    newest = sa.select(sa.func.max(LogCosignature.size)).where(LogCosignature.witness == witness.name)
    return connection.scalar(newest) or 0


def request(store: Store, old: int) -> Request:
    """What a witness that saw `old` entries last needs in order to cosign the newest checkpoint.

    Refuses (`NotFound`) a log that has no checkpoint of so many entries.
    """
    newest = store.connection.execute(
        sa.select(LogCheckpoint.size, LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1)
    ).first()
    if newest is None or old > newest.size:
        raise NotFound(say("The log has no checkpoint of %(size)s entries yet.", size=old))
    proof = proofs.consistency(old, newest.size, store.nodes(newest.size)) if old else []
    return Request(old, tuple(proof), newest.note)


def take(connection: sa.Connection, lines: str, known: Iterable[VerifierKey]) -> int:
    """Keeps what witnesses answered beside the checkpoint that it is for; gives that one's size. The caller commits.

    Refuses (`NotProved`) lines that none of the `known` witnesses signed under one of the newest checkpoints.
    """
    witnesses = list(known)
    asked = sa.select(LogCheckpoint.size, LogCheckpoint.note).order_by(LogCheckpoint.size.desc())
    for size, note in connection.execute(asked.limit(_MOST_TRIED)).all():
        try:
            whole = checkpoints.add_cosignatures(note, lines, witnesses)
        except NotProved:
            continue
        _keep(connection, size, whole, witnesses)
        return int(size)
    raise NotProved("No known witness signed one of this log's checkpoints here.")


def _keep(connection: sa.Connection, size: int, note: bytes, witnesses: Iterable[VerifierKey]) -> None:
    """The first cosignature of a witness under a checkpoint stays: the earlier it saw it, the narrower the bound."""
    asked = sa.select(LogCosignature.witness).where(LogCosignature.size == size)
    there = set(connection.scalars(asked).all())
    now = clock.now()
    for key, signature in notes.verified(notes.parse(note), witnesses):
        if key.name not in there:
            row = {"size": size, "witness": key.name, "line": signature.line(), "received_at": now}
            connection.execute(sa.insert(LogCosignature), row)
