"""Spreadsheets that people take in: each file, its rows while they wait, and what was taken in once.

Everything that a file holds is personal: it stands here sealed, and no longer than a day after the last row was done.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, word_of
from tracker.keyring import SEALED
from tracker.models.user import Membership
from tracker.vocabulary import RowState, SheetKind, SheetState


class SheetImport(Base):
    """One file that somebody brought, and how far it has come. The record stays when its rows are gone.

    `layout`: how the file is written (`tracker.intake.sheet_files.Layout`), so that its errors go back the same way.
    `columns`: which column, or which word for every row, each field is read from.
    """

    __tablename__ = "sheet_import"
    __table_args__ = (sa.Index("ix_sheet_import_membership_id_id", "membership_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(22), unique=True)
    """Random: its address."""
    kind: Mapped[SheetKind]
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    """Who brought it, and as what: the rows are taken in by them and nobody else."""
    state: Mapped[SheetState] = mapped_column(index=True)
    layout: Mapped[dict[str, Any]]
    heading: Mapped[int]
    """The line that names the columns."""
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    brought_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    total: Mapped[int]
    """How many rows stand under the heading; of these so many are:"""
    new: Mapped[int] = mapped_column(default=0)
    there: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)

    membership: Mapped[Membership] = relationship()


class SheetRow(Base):
    """One line of a file, until it is taken in or forgotten."""

    __tablename__ = "sheet_row"
    __table_args__ = (
        sa.UniqueConstraint("import_id", "line"),
        sa.Index("ix_sheet_row_import_id_state_line", "import_id", "state", "line"),
        sa.Index("ix_sheet_row_import_id_identity", "import_id", "identity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet_import.id"))
    line: Mapped[int]
    state: Mapped[RowState]
    sealed: Mapped[bytes | None] = mapped_column(info={SEALED: "sheet_row:{import_id}:{line}"})
    """Its cells as they were; None once it is taken in."""
    remark: Mapped[bytes | None] = mapped_column(info={SEALED: "sheet_row.remark:{import_id}:{line}"})
    """What is wrong with it, which may say what it holds."""
    identity: Mapped[bytes | None] = mapped_column(sa.LargeBinary(16))
    """The keyed fingerprint by which the same row is known again."""


class SheetTaken(Base):
    """One row that an institution took in, by its keyed fingerprint: no file takes it in a second time."""

    __tablename__ = "sheet_taken"

    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"), primary_key=True)
    kind: Mapped[SheetKind] = mapped_column(word_of(SheetKind, "takenkind"), primary_key=True)
    identity: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)


class SheetMapping(Base):
    """Which headings somebody's files have for which fields, for the next file. Headings stand here as fingerprints."""

    __tablename__ = "sheet_mapping"

    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"), primary_key=True)
    kind: Mapped[SheetKind] = mapped_column(word_of(SheetKind, "mappedkind"), primary_key=True)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
