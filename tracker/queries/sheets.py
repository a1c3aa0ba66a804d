"""The spreadsheets that somebody brought. They are theirs alone: to everybody else they are not there."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from tracker.db import db
from tracker.errors import NotFound, say
from tracker.models import Acting, SheetImport, SheetRow
from tracker.vocabulary import RowState

_NEWEST = 20


def own(*, viewer: Acting) -> Sequence[SheetImport]:
    """The viewer's newest files."""
    mine = select(SheetImport).where(SheetImport.membership_id == viewer.id)
    return db.session.scalars(mine.order_by(SheetImport.id.desc()).limit(_NEWEST)).all()


def find(code: str, *, viewer: Acting) -> SheetImport:
    """The file of this address. Refuses (`NotFound`) somebody else's."""
    mine = select(SheetImport).where(SheetImport.code == code, SheetImport.membership_id == viewer.id)
    found = db.session.scalar(mine)
    if found is None:
        raise NotFound(say("There is no such list of yours."))
    return found


def first_rows(sheet: SheetImport, state: RowState, *, viewer: Acting, most: int = 5) -> Sequence[SheetRow]:
    """The first rows of a state, in the order of the file."""
    rows = _rows(sheet, state, viewer)
    return db.session.scalars(rows.limit(most)).all()


def wrong_rows(sheet: SheetImport, *, viewer: Acting) -> Sequence[SheetRow]:
    """All rows with errors, in the order of the file."""
    return db.session.scalars(_rows(sheet, RowState.WRONG, viewer)).all()


def _rows(sheet: SheetImport, state: RowState, viewer: Acting) -> Select[SheetRow]:
    own_rows = select(SheetRow).join(SheetImport, SheetImport.id == SheetRow.import_id)
    return own_rows.where(
        SheetImport.id == sheet.id, SheetImport.membership_id == viewer.id, SheetRow.state == state
    ).order_by(SheetRow.line)
