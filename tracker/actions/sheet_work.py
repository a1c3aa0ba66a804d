"""Looking through lists and taking them in, some rows in a transaction. A worker does it; who brought the list acts.

The file's row is locked for each batch and its rows change in the very transaction that takes them in: so two workers
never do one row, and one that is killed has done a row whole or not at all.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, IntegrityError

from tracker import clock, keyring
from tracker.actions import sheets, taking_in
from tracker.actions.taking_in import Taking
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, Refusal, say
from tracker.intake import sheet_reading, sheet_remarks
from tracker.intake.cells import Cell
from tracker.intake.sheet_reading import Setting, Values
from tracker.models import Area, Institution, Membership, SheetImport, SheetRow, SheetTaken
from tracker.vocabulary import RowState, SheetState

BATCH = 25
"""Rows in a transaction: some tenths of a second in which, on SQLite, nobody else writes."""


class _Run(NamedTuple):
    """One file in one batch."""

    sheet: SheetImport
    actor: Membership
    taking: Taking
    known: Setting
    kept_in_memory: list[Any]
    """What each row asks for again: an identity map forgets what nobody holds."""

    @property
    def purpose(self) -> str:
        return f"row/{self.sheet.kind.value}/{self.actor.institution_id}"


def next_file() -> SheetImport | None:
    """A file that waits for work and that no other worker has, locked until the caller's transaction ends."""
    waiting = (
        sa.select(SheetImport)
        .where(SheetImport.state.in_((SheetState.CHECKING, SheetState.RUNNING)))
        .order_by(SheetImport.changed_at, SheetImport.id)
        .limit(1)
    )
    return db.session.scalar(waiting.with_for_update(of=SheetImport, skip_locked=True))


def this_file(number: int) -> SheetImport | None:
    """The same for one file; None once there is nothing more to do. Waits for a worker that has it."""
    wanted = sa.select(SheetImport).where(
        SheetImport.id == number, SheetImport.state.in_((SheetState.CHECKING, SheetState.RUNNING))
    )
    return db.session.scalar(wanted.with_for_update(of=SheetImport))


def go_on(sheet: SheetImport, known: Setting, most: int = BATCH) -> int:
    """Deals with the next rows of a locked file; gives with how many. The caller commits.

    Where whoever brought it may not do it any more, the file is stopped and its rows are forgotten.
    """
    run = _Run(sheet, sheet.membership, taking_in.TAKINGS[sheet.kind], known, [])
    if not _may_still(run):
        sheets.end(sheet, SheetState.STOPPED, actor=run.actor)
        return 0
    checking = sheet.state is SheetState.CHECKING
    rows = _next_rows(sheet, RowState.WAITING if checking else RowState.NEW, most)
    if rows:
        run.kept_in_memory.extend(_places())
        (_check if checking else _take)(run, rows)
        sheet.changed_at = clock.now()
    elif checking:
        sheet.state = SheetState.CHECKED
    else:
        sheets.end(sheet, SheetState.DONE, actor=run.actor)
    db.session.flush()
    return len(rows)


def _may_still(run: _Run) -> bool:
    actor = run.actor
    works = actor.ended_at is None and actor.user.active and actor.institution.active
    try:
        taking_in.require(run.sheet.kind, actor=actor)
    except NotPermitted:
        return False
    return works


def _next_rows(sheet: SheetImport, state: RowState, most: int) -> Sequence[SheetRow]:
    waiting = sa.select(SheetRow).where(SheetRow.import_id == sheet.id, SheetRow.state == state)
    return db.session.scalars(waiting.order_by(SheetRow.line).limit(most)).all()


# --- looking through ----------------------------------------------------------------------------------------------


def _check(run: _Run, rows: Sequence[SheetRow]) -> None:
    cells = {row.line: sheets.opened(row, actor=run.actor) for row in rows}
    for row in rows:
        row.identity = _identity(run, cells[row.line])
    db.session.flush()
    there = _taken_before(run, rows) | _earlier_in_the_file(run.sheet, rows)
    for row in rows:
        _note(run, row, _would_be(run, row, cells[row.line], there=row.id in there))


def _would_be(run: _Run, row: SheetRow, cells: Sequence[Cell], *, there: bool) -> RowState:
    """What would become of the row, tried where an act may refuse it. Nothing stays of the try."""
    try:
        values = _values(run, cells)
        if there or run.taking.there(values, actor=run.actor):
            return RowState.THERE
        if run.taking.tries(values):
            _try(run, values, row)
    except Refusal as refusal:
        return _remark(row, refusal)
    return RowState.NEW


def _try(run: _Run, values: Values, row: SheetRow) -> None:
    """Does it and takes it back; what stands above in the list, and is not there yet, is taken for granted."""
    rests_on = values.get(run.taking.rests_on)
    if rests_on and _stands_above(run, row, sheet_reading.key_of(rests_on)):
        values = {**values, run.taking.rests_on: ""}
    with db.session.begin_nested() as tried:
        _do(run, values)
        tried.rollback()


def _stands_above(run: _Run, row: SheetRow, key: str) -> bool:
    above = sa.select(SheetRow.id).where(
        SheetRow.import_id == run.sheet.id,
        SheetRow.identity == keyring.blind(key, purpose=run.purpose),
        SheetRow.line < row.line,
        SheetRow.state == RowState.NEW,
    )
    return db.session.scalar(above.limit(1)) is not None


def _taken_before(run: _Run, rows: Sequence[SheetRow]) -> set[int]:
    """Those that the institution took in from any file."""
    known = sa.select(SheetTaken.identity).where(
        SheetTaken.institution_id == run.actor.institution_id,
        SheetTaken.kind == run.sheet.kind,
        SheetTaken.identity.in_([row.identity for row in rows]),
    )
    found = set(db.session.scalars(known))
    return {row.id for row in rows if row.identity in found}


def _earlier_in_the_file(sheet: SheetImport, rows: Sequence[SheetRow]) -> set[int]:
    """Those that stand in the file twice: the second one of each, where the first is in order."""
    earlier = sa.select(SheetRow.identity, sa.func.min(SheetRow.line)).where(
        SheetRow.import_id == sheet.id,
        SheetRow.identity.in_([row.identity for row in rows]),
        SheetRow.state != RowState.WRONG,
    )
    first = dict(db.session.execute(earlier.group_by(SheetRow.identity)).all())
    return {row.id for row in rows if first[row.identity] < row.line}


# --- taking in ----------------------------------------------------------------------------------------------------


def _take(run: _Run, rows: Sequence[SheetRow]) -> None:
    became = [(row, *_taken(run, row, sheets.opened(row, actor=run.actor))) for row in rows]
    for (
        row,
        state,
        refusal,
    ) in became:  # at the end, all at once: each row's own change would cost a statement more
        _note(run, row, state if refusal is None else _remark(row, refusal))
        if refusal is None:
            row.sealed = None


def _taken(run: _Run, row: SheetRow, cells: Sequence[Cell]) -> tuple[RowState, Refusal | None]:
    """Takes a row in, whole or not at all; gives what became of it."""
    try:
        with db.session.begin_nested():
            return _take_one(run, row, cells), None
    except Refusal as refusal:
        return RowState.WRONG, refusal
    except (DataError, IntegrityError):
        return RowState.WRONG, BadInput(
            row=say("The database refused this row. Ask whoever runs this system.")
        )


def _take_one(run: _Run, row: SheetRow, cells: Sequence[Cell]) -> RowState:
    """Whoever writes the fingerprint down takes the row in; a rival waits here, and finds it there."""
    values = _values(run, cells)
    if not _is_first(run, row) or run.taking.there(values, actor=run.actor):
        return RowState.THERE
    _do(run, values)
    return RowState.TAKEN


def _do(run: _Run, values: Values) -> None:
    run.taking.take(values, actor=run.actor)
    db.session.flush()


def _is_first(run: _Run, row: SheetRow) -> bool:
    insert = sqlite.insert if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    taken = {
        "institution_id": run.actor.institution_id,
        "kind": run.sheet.kind,
        "identity": row.identity,
    }
    written = insert(SheetTaken).values(taken).on_conflict_do_nothing().returning(SheetTaken.kind)
    return db.session.scalar(written) is not None


# --- both ---------------------------------------------------------------------------------------------------------


def _values(run: _Run, cells: Sequence[Cell]) -> Values:
    values = sheet_reading.read(run.sheet.kind, run.sheet.columns, cells, run.known)
    run.taking.check(values, actor=run.actor)
    return values


def _identity(run: _Run, cells: Sequence[Cell]) -> bytes:
    return keyring.blind(
        sheet_reading.identity_of(run.sheet.kind, run.sheet.columns, cells), purpose=run.purpose
    )


def _places() -> list[Any]:
    """Areas and institutions that rows name again and again: held, so that they are read once a batch."""
    few = db.session.scalars(sa.select(Institution).limit(_FEW)).all()
    return [*few, *db.session.scalars(sa.select(Area).limit(_FEW)).all()]


_FEW = 300


def _note(run: _Run, row: SheetRow, became: RowState) -> None:
    before, row.state = row.state, became
    counts = Counter({before.value: -1, became.value: 1})
    for name in ("new", "there", "wrong", "taken"):
        setattr(run.sheet, name, getattr(run.sheet, name) + counts[name])


def _remark(row: SheetRow, refusal: Refusal) -> RowState:
    """Keeps what is wrong, sealed: a sentence may say what the row holds."""
    sentences = refusal.sentences if isinstance(refusal, BadInput) else {"": refusal.sentence}
    row.remark = sheet_remarks.sealed(row, sentences)
    return RowState.WRONG
