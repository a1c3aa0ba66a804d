"""What is handed to people out of the log: a receipt for one entry, and one case's history as a file."""

from collections.abc import Sequence

import sqlalchemy as sa

from tracker.errors import NotFound, say
from tracker.ledger.store import Store
from tracker.log import notes, proofs, receipts
from tracker.log.checkpoints import parse_text
from tracker.log.histories import History, Piece
from tracker.log.receipts import Receipt
from tracker.log.shown import DAY, STEP, WEEK
from tracker.models import LogEntry, LogHistory

RECEIPT = (STEP, DAY)
"""What the bearer of a receipt may see of the entry."""

MONITOR = (STEP, WEEK)
"""What a monitor may see of a history that may be shown (history.md section 3)."""


def seqs_of(
    connection: sa.Connection, *, case_id: int | None = None, alert_id: int | None = None
) -> Sequence[int]:
    """The places of a case's or an alert's leaves in the log, in order."""
    about = LogHistory.case_id == case_id if case_id is not None else LogHistory.alert_id == alert_id
    asked = sa.select(LogEntry.seq).join(LogHistory, LogHistory.id == LogEntry.history_id).where(about)
    return connection.scalars(asked.order_by(LogEntry.seq)).all()


def seqs_up_to(connection: sa.Connection, case_id: int, entry_id: int) -> Sequence[int]:
    """The places of a case's leaves in the log, in order, up to that of one of its entries."""
    last = sa.select(LogEntry.seq).where(LogEntry.entry_id == entry_id).scalar_subquery()
    asked = sa.select(LogEntry.seq).join(LogHistory, LogHistory.id == LogEntry.history_id)
    asked = asked.where(LogHistory.case_id == case_id, LogEntry.seq <= last)
    return connection.scalars(asked.order_by(LogEntry.seq)).all()


def seqs_of_entries(connection: sa.Connection, case_id: int, entry_ids: Sequence[int]) -> Sequence[int]:
    """The places of the leaves of some entries of a case in the log, in order."""
    asked = sa.select(LogEntry.seq).join(LogHistory, LogHistory.id == LogEntry.history_id)
    asked = asked.where(LogHistory.case_id == case_id, LogEntry.entry_id.in_(entry_ids))
    return connection.scalars(asked.order_by(LogEntry.seq)).all()


def receipt(store: Store, seq: int, names: Sequence[str] = RECEIPT) -> Receipt:
    """The receipt of a leaf, with the leaf itself and these disclosures in it.

    Refuses (`NotFound`) one that no checkpoint covers yet.
    """
    note, size = _newest(store)
    if seq >= size:
        raise NotFound(say("No checkpoint covers this entry yet. The next one will."))
    piece = _pieces(store, [seq], size, store.disclosed([seq], names))[0]
    return Receipt(seq, piece.proof, note, receipts.pack_extra(piece.entry, piece.disclosures))


def history(
    store: Store, seqs: Sequence[int], shown: Sequence[int], names: Sequence[str] = MONITOR
) -> History:
    """The history of the case with the leaves `seqs` (all of them), of which `shown` are disclosed by these names.

    It ends where the newest checkpoint does.
    """
    note, size = _newest(store)
    covered = [seq for seq in seqs if seq < size]
    return History(_pieces(store, covered, size, store.disclosed(shown, names)), note)


def _newest(store: Store) -> tuple[bytes, int]:
    note = store.checkpoint()
    if note is None:
        raise NotFound(say("The log has no checkpoint yet."))
    return note, parse_text(notes.parse(note).text).size


def _pieces(store: Store, seqs: Sequence[int], size: int, shown: dict[int, list[str]]) -> list[Piece]:
    node = store.nodes(size)
    rows = store.connection.execute(
        sa.select(LogEntry.seq, LogEntry.leaf).where(LogEntry.seq.in_(seqs)).order_by(LogEntry.seq)
    )
    return [Piece(seq, leaf, shown.get(seq, []), proofs.inclusion(seq, size, node)) for seq, leaf in rows]
