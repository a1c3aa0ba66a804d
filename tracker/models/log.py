"""The verifiable log: every history entry is also a leaf of one append-only tree (history.md, section 5)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, word_of
from tracker.log.leaf import Kind

THE_HEAD = 1

TRACKS_REBUILT = "tracks/rebuilt"
"""The notice by which it is known that kept statuses were mended without an entry."""
"""The number of the one row of `log_head`."""


class LogHistory(Base):
    """One case's or alert's history in the log. Its disclosures are sealed with the key of the case (`CaseKey`).

    A history that came back from a mirror after a restore may be about nothing that the database still knows.
    """

    __tablename__ = "log_history"
    __table_args__ = (sa.CheckConstraint("case_id IS NULL OR alert_id IS NULL", name="about_one_thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(32), unique=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("protection_case.id"), unique=True)
    alert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alert.id"), unique=True)
    erased: Mapped[bool] = mapped_column(server_default=sa.false())
    """Nothing of it is disclosed any more: it was erased, or nothing in the database is about it."""


class LogEntry(Base):
    """Leaf `seq` of the log (counted from 0): its bytes as they were hashed, and their hash.

    `n`: its place in its history (from 0). All three of `history_id`, `n`, `entry_id` are empty for a notice.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        sa.CheckConstraint("(history_id IS NULL) = (n IS NULL)", name="numbered_in_its_history"),
        sa.UniqueConstraint("history_id", "n"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    history_id: Mapped[int | None] = mapped_column(sa.ForeignKey("log_history.id"))
    n: Mapped[int | None]
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("history_entry.id"), index=True)
    leaf: Mapped[bytes]
    hash: Mapped[bytes]


class LogDisclosure(Base):
    """What may be disclosed of a leaf, one value an audience, sealed together with the key of its history."""

    __tablename__ = "log_disclosure"

    seq: Mapped[int] = mapped_column(sa.ForeignKey("log_entry.seq"), primary_key=True, autoincrement=False)
    sealed: Mapped[bytes]


class LogNotice(Base):
    """A leaf about the log as a whole, by name and digest: a key, a procedure, a report, a setting.

    `content`: what the digest is of, where it may be read by anybody who may read the log.
    """

    __tablename__ = "log_notice"

    seq: Mapped[int] = mapped_column(sa.ForeignKey("log_entry.seq"), primary_key=True, autoincrement=False)
    kind: Mapped[Kind] = mapped_column(word_of(Kind, "leaf_kind"))
    of: Mapped[str] = mapped_column(sa.String(200))
    digest: Mapped[str] = mapped_column(sa.String(43), index=True)
    content: Mapped[bytes | None]


class LogNode(Base):
    """The root of full tile `number` of level `level` - 1: a hash of the tiles above the leaves (tlog-tiles)."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class LogHead(Base):
    """Where the tree grows: one row, made with the first leaf and locked by whoever appends.

    `last_at`: the clock never goes back in the log. `procedure`: the digest of the one in force. `complete`: whether
    every history entry has its leaf; False from the upgrade of an older installation until they were brought in.
    """

    __tablename__ = "log_head"
    __table_args__ = (sa.CheckConstraint(f"id = {THE_HEAD}", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    frontier: Mapped[bytes]
    last_at: Mapped[datetime]
    procedure: Mapped[str] = mapped_column(sa.String(43))
    complete: Mapped[bool]


class LogCheckpoint(Base):
    """A checkpoint that was signed and may have been seen: the log goes on from it, for ever."""

    __tablename__ = "log_checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[bytes]
    signed_at: Mapped[datetime] = mapped_column(index=True)


class LogCosignature(Base):
    """A witness's signature under a checkpoint, as its line in the note."""

    __tablename__ = "log_cosignature"

    size: Mapped[int] = mapped_column(
        sa.ForeignKey("log_checkpoint.size"), primary_key=True, autoincrement=False
    )
    witness: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    line: Mapped[str] = mapped_column(sa.String(400))
    received_at: Mapped[datetime]
