"""Spreadsheets that somebody brings: read, mapped, looked through, taken in, forgotten. The worker does the long parts.

    read -> checking -> checked -> running -> done            (cancelled: whenever its owner says so)

What a file holds is sealed from the moment it is read. The record of a file, without anything of it, stays.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

import sqlalchemy as sa

from tracker import bulk, clock, keyring
from tracker.actions import administration, taking_in
from tracker.db import db
from tracker.errors import BadInput, StepRefused, say
from tracker.intake import sheet_columns, sheet_files
from tracker.intake.cells import Cell, packed, text_of, unpacked
from tracker.models import Acting, Membership, SheetImport, SheetMapping, SheetRow
from tracker.vocabulary import AdministrativeAct, RowState, SheetKind, SheetState

KEPT = timedelta(days=1)
"""So long rows wait for whoever brought them: to be confirmed, or to be mended and brought again."""

MOST_AT_ONCE = 3
"""Files of one person that are not over."""

OPEN = (SheetState.READ, SheetState.CHECKING, SheetState.CHECKED, SheetState.RUNNING)

BY = "by"
"""In the layout of a file that did not come by the pages: what it came by."""

_ROW = cast(sa.Table, SheetRow.__table__)
_CONTEXT = str(_ROW.c.sealed.info[keyring.SEALED])


def bring(kind: SheetKind, data: bytes, *, actor: Acting, encoding: str = "") -> SheetImport:
    """Reads a file and keeps its rows, sealed; nothing is taken in yet.

    Refuses (`NotPermitted`) who may not, (`BadInput`) what `sheet_files.read` refuses, and (`StepRefused`) one more
    file of somebody who has several open.
    """
    taking_in.require(kind, actor=actor)
    if len(db.session.scalars(_open_files_of(actor)).all()) >= MOST_AT_ONCE:
        raise StepRefused(say("You have several lists open. End or cancel one of them first."))
    found = sheet_files.read(data, encoding)
    sheet, heading = sheet_columns.best_sheet(found.sheets, kind)
    now = clock.now()
    brought = SheetImport(
        code=secrets.token_urlsafe(16),
        kind=kind,
        membership_id=actor.id,
        state=SheetState.READ,
        layout=found.layout._asdict(),
        heading=heading,
        brought_at=now,
        changed_at=now,
        total=0,
    )
    db.session.add(brought)
    db.session.flush()
    brought.total = _keep(brought, sheet.rows)
    brought.columns = sheet_columns.guessed(sheet.rows[heading - 1], kind, remembered(kind, actor=actor))
    return brought


def remembered(kind: SheetKind, *, actor: Acting) -> Mapping[str, str]:
    """Where the fields stood in the actor's last file of this kind, else in that of a colleague."""
    kept = db.session.get(SheetMapping, (actor.id, kind))
    if kept is not None:
        return kept.columns
    return _of_a_colleague(kind, actor)


def choose(
    sheet: SheetImport, *, actor: Acting, heading: int, columns: Mapping[str, int | str]
) -> SheetImport:
    """Says which line names the columns and where each field stands; the rows are looked through from here on.

    Refuses (`BadInput`) a mapping without what every row needs. It is remembered for the next file.
    """
    _require_own(sheet, actor, SheetState.READ, SheetState.CHECKED)
    if missing := sheet_columns.checked(columns, sheet.kind):
        raise BadInput(**{name: say("Choose where this stands: no row goes without it.") for name in missing})
    sheet.heading, sheet.columns = heading, dict(columns)
    db.session.merge(
        SheetMapping(
            membership_id=actor.id,
            kind=sheet.kind,
            columns=sheet_columns.to_remember(columns, heading_of(sheet, actor=actor)),
        )
    )
    rows = sa.update(SheetRow).where(SheetRow.import_id == sheet.id)
    afresh = {"remark": None, "identity": None}
    db.session.execute(rows.where(SheetRow.line <= heading).values(state=RowState.HEADING, **afresh))
    db.session.execute(rows.where(SheetRow.line > heading).values(state=RowState.WAITING, **afresh))
    sheet.total = _count(sheet, RowState.WAITING)
    sheet.new = sheet.there = sheet.wrong = 0
    return _move(sheet, SheetState.CHECKING)


def heading_of(sheet: SheetImport, *, actor: Acting, line: int | None = None) -> list[Cell]:
    """The cells of the line that names the columns, or of another `line`; nothing where it is empty."""
    assert actor is not None  # noqa: S101
    wanted = line or sheet.heading
    row = db.session.scalar(
        sa.select(SheetRow).where(SheetRow.import_id == sheet.id, SheetRow.line == wanted)
    )
    return opened(row, actor=actor) if row is not None else []


def opened(row: SheetRow, *, actor: Acting) -> list[Cell]:
    """The cells of a row; nothing where it was taken in."""
    assert actor is not None  # noqa: S101
    if row.sealed is None:
        return []
    return unpacked(
        keyring.unseal(row.sealed, context=_CONTEXT.format(import_id=row.import_id, line=row.line))
    )


def confirm(sheet: SheetImport, *, actor: Acting) -> SheetImport:
    """Lets the worker take in what was found new. Refuses (`StepRefused`) a file of which nothing is."""
    taking_in.require(sheet.kind, actor=actor)
    _require_own(sheet, actor, SheetState.CHECKED)
    if not sheet.new:
        raise StepRefused(say("There is no new row in this list."))
    return _move(sheet, SheetState.RUNNING)


def cancel(sheet: SheetImport, *, actor: Acting) -> SheetImport:
    """Ends it and forgets every row that was not taken in. What was taken in stays."""
    _require_own(sheet, actor, *OPEN)
    return end(sheet, SheetState.CANCELLED, actor=actor)


def forget(sheet: SheetImport, *, actor: Acting) -> None:
    """Forgets the rows that were left, at once instead of after a day."""
    _require_own(sheet, actor, SheetState.DONE)
    _forget_rows(SheetRow.import_id == sheet.id)
    sheet.changed_at = clock.now()


def end(sheet: SheetImport, state: SheetState, *, actor: Acting) -> SheetImport:
    """Writes down what came of a file. Rows with errors wait for their owner after `done`, and after nothing else."""
    left = (SheetRow.import_id == sheet.id, SheetRow.state.not_in((RowState.WRONG, RowState.HEADING)))
    _forget_rows(*left) if state is SheetState.DONE else _forget_rows(SheetRow.import_id == sheet.id)
    if sheet.taken:
        administration.record(
            AdministrativeAct.SHEET_TAKEN_IN,
            actor=actor,
            institution=actor.institution,
            subject=sheet.kind.value,
            taken=sheet.taken,
            there=sheet.there,
            wrong=sheet.wrong,
            **({BY: sheet.layout[BY]} if BY in sheet.layout else {}),
        )
    return _move(sheet, state)


def clear() -> int:
    """Forgets the rows of files that nobody went on with for a day; gives how many files. The caller commits."""
    old = sa.select(SheetImport.id).where(SheetImport.changed_at < clock.now() - KEPT)
    waiting = db.session.scalars(
        sa.select(SheetImport).where(SheetImport.id.in_(old), SheetImport.state.in_(OPEN[:3]))
    ).all()
    for sheet in waiting:
        sheet.state = SheetState.CANCELLED
    over = sa.select(SheetImport.id).where(SheetImport.id.in_(old), SheetImport.state.not_in(OPEN))
    _forget_rows(SheetRow.import_id.in_(over))
    return len(waiting)


# --- what is kept -------------------------------------------------------------------------------------------------


def _keep(brought: SheetImport, rows: Sequence[Sequence[Cell]]) -> int:
    """Seals the rows; gives how many stand under the heading. Empty lines are no rows."""
    kept = [
        {
            "import_id": brought.id,
            "line": line,
            "state": RowState.HEADING if line <= brought.heading else RowState.WAITING,
            "sealed": keyring.seal(packed(row), context=_CONTEXT.format(import_id=brought.id, line=line)),
        }
        for line, row in enumerate(rows, start=1)
        if any(text_of(cell) for cell in row)
    ]
    bulk.insert(db.session.connection(), _ROW, kept)
    return sum(row["state"] is RowState.WAITING for row in kept)


def _of_a_colleague(kind: SheetKind, actor: Acting) -> Mapping[str, str]:
    newest = (
        sa.select(SheetMapping.columns)
        .join(Membership, Membership.id == SheetMapping.membership_id)
        .where(SheetMapping.kind == kind, Membership.institution_id == actor.institution_id)
        .order_by(SheetMapping.membership_id.desc())
        .limit(1)
    )
    return db.session.scalar(newest) or {}


def _open_files_of(actor: Acting) -> sa.Select[int]:
    return sa.select(SheetImport.id).where(SheetImport.membership_id == actor.id, SheetImport.state.in_(OPEN))


def _require_own(sheet: SheetImport, actor: Acting, *states: SheetState) -> None:
    """Locks the file and reads it anew. Refuses (`StepRefused`) what it is not time for."""
    locked = sa.select(SheetImport).where(SheetImport.id == sheet.id, SheetImport.membership_id == actor.id)
    found = db.session.scalar(
        locked.with_for_update(of=SheetImport).execution_options(populate_existing=True)
    )
    if found is None or found.state not in states:
        raise StepRefused(say("This list is no longer where you saw it. Read the page again."))


def _move(sheet: SheetImport, state: SheetState) -> SheetImport:
    sheet.state, sheet.changed_at = state, clock.now()
    db.session.flush()
    return sheet


def _forget_rows(*which: sa.ColumnElement[bool]) -> None:
    db.session.execute(sa.delete(SheetRow).where(*which))


def _count(sheet: SheetImport, state: RowState) -> int:
    asked = sa.select(sa.func.count()).where(SheetRow.import_id == sheet.id, SheetRow.state == state)
    return db.session.scalar(asked) or 0
