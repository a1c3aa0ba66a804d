"""What the pages of lists show."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import url_for

from blueprints.i18n import _, language, said
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Filter, Row, Tag
from blueprints.times import moment
from tracker.actions import sheets
from tracker.errors import Sentence
from tracker.intake import sheet_remarks
from tracker.intake.cells import text_of
from tracker.intake.sheet_fields import FIELDS, heading_of
from tracker.models import Acting, SheetImport, SheetRow
from tracker.queries import sheets as queries
from tracker.vocabulary import RowState, SheetKind, SheetState

LIST_COLUMNS = (
    Column(_l("List")),
    Column(_l("State"), "tag"),
    Column(_l("Rows"), "number"),
    Column(_l("Taken in"), "number"),
    Column(_l("With errors"), "number"),
)
LINES_OFFERED = 10
"""Among so many lines of a file somebody may choose the one that names the columns."""

_KINDS = {
    SheetKind.CASES: _l("Cases"),
    SheetKind.CUSTODY: _l("People held at the station"),
    SheetKind.PEOPLE: _l("People who work with this system"),
    SheetKind.INSTITUTIONS: _l("Institutions"),
    SheetKind.AREAS: _l("Areas"),
}
_STATES = {
    SheetState.READ: (_l("Columns to confirm"), "waiting"),
    SheetState.CHECKING: (_l("Being looked through"), "going"),
    SheetState.CHECKED: (_l("To be confirmed"), "waiting"),
    SheetState.RUNNING: (_l("Being taken in"), "going"),
    SheetState.DONE: (_l("Taken in"), "good"),
    SheetState.CANCELLED: (_l("Cancelled"), "stopped"),
    SheetState.STOPPED: (_l("Stopped"), "stopped"),
}
_GROUPS = (
    (RowState.WRONG, _l("Rows with errors")),
    (RowState.NEW, _l("New rows")),
    (RowState.THERE, _l("Rows that are there already")),
)
_FIELDS_SHOWN = 3
_SHOWN = 60


class Group(NamedTuple):
    """The first rows of one kind."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    wrong: bool


def kind_label(kind: SheetKind) -> str:
    """What such a list holds."""
    return str(_KINDS[kind])


def title(sheet: SheetImport) -> str:
    """The heading of a list's page."""
    return _("List: %(kind)s", kind=kind_label(sheet.kind))


def tag(sheet: SheetImport) -> Tag:
    """How far it has come."""
    label, tone = _STATES[sheet.state]
    return Tag(str(label), tone)


def lists(own: Sequence[SheetImport]) -> list[Row]:
    """A person's own lists."""
    return [
        Row(
            url_for("imports.show", code=sheet.code),
            (
                f"{kind_label(sheet.kind)} · {moment(sheet.brought_at)}",
                tag(sheet),
                f"{sheet.total:,}",
                f"{sheet.taken:,}",
                f"{sheet.wrong:,}",
            ),
        )
        for sheet in own
    ]


def facts(sheet: SheetImport) -> list[tuple[str, str]]:
    """How many rows there are of each kind."""
    looked_at = sheet.new + sheet.there + sheet.wrong + sheet.taken
    found = [(_("State"), tag(sheet).label), (_("Rows"), f"{sheet.total:,}")]
    if sheet.state is SheetState.CHECKING:
        found.append((_("Looked through so far"), f"{looked_at:,}"))
    found.append((_("New"), f"{sheet.new:,}"))
    found += [(_("Taken in"), f"{sheet.taken:,}")] if sheet.taken else []
    return [
        *found,
        (_("There already"), f"{sheet.there:,}"),
        (_("With errors"), f"{sheet.wrong:,}"),
    ]


def has_errors(sheet: SheetImport, viewer: Acting) -> bool:
    """Whether there are rows to be mended, which are still here."""
    return bool(queries.first_rows(sheet, RowState.WRONG, viewer=viewer, most=1))


def groups(sheet: SheetImport, viewer: Acting) -> list[Group]:
    """The first rows of each kind, with what is in their first columns, and what is wrong with them."""
    if sheet.state not in (SheetState.CHECKED, SheetState.DONE):
        return []
    found = []
    for state, heading in _GROUPS:
        rows = queries.first_rows(sheet, state, viewer=viewer)
        if rows:
            found.append(_group(sheet, str(heading), rows, viewer))
    return found


def remark(sheet: SheetImport, row: SheetRow) -> str:
    """What is wrong with a row and what to do, in the language of this request."""
    return " ".join(_said(sheet, field, sentence) for field, sentence in sheet_remarks.opened(row))


def other_lines(sheet: SheetImport, line: int) -> list[Filter]:
    """Links to the same page with another line that names the columns."""
    return [
        Filter(str(one), url_for("imports.columns", code=sheet.code, line=one), current=one == line)
        for one in range(1, LINES_OFFERED + 1)
    ]


def _group(sheet: SheetImport, heading: str, rows: Sequence[SheetRow], viewer: Acting) -> Group:
    shown = _first_fields(sheet)
    wrong = any(row.remark for row in rows)
    columns = [
        Column(_("Line")),
        *(Column(heading_of(sheet.kind, name, language()), "name") for name, _place in shown),
    ]
    return Group(
        heading,
        [*columns, Column(_("What to do"))] if wrong else columns,
        [_row(sheet, row, shown, viewer, wrong=wrong) for row in rows],
        wrong,
    )


def _row(
    sheet: SheetImport, row: SheetRow, shown: Sequence[tuple[str, int]], viewer: Acting, *, wrong: bool
) -> Row:
    cells = sheets.opened(row, actor=viewer)
    texts = [text_of(cells[place])[:_SHOWN] if place < len(cells) else "" for _name, place in shown]
    return Row("", (str(row.line), *texts, *([remark(sheet, row)] if wrong else ())))


def _first_fields(sheet: SheetImport) -> list[tuple[str, int]]:
    mapped = [(field.name, sheet.columns.get(field.name)) for field in FIELDS[sheet.kind]]
    return [(name, place) for name, place in mapped if isinstance(place, int)][:_FIELDS_SHOWN]


def _said(sheet: SheetImport, field: str, sentence: Sentence) -> str:
    known = {one.name for one in FIELDS[sheet.kind]}
    if field not in known:
        return said(sentence)
    return _(
        "%(heading)s: %(said)s",
        heading=heading_of(sheet.kind, field, language()),
        said=said(sentence),
    )
