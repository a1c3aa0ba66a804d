"""An empty list to fill in: the headings in the person's language, and lists of what its cells may hold."""

import io
from collections.abc import Sequence
from typing import Any

from werkzeug.wrappers import Response

from blueprints import words
from blueprints.i18n import _, direction, language
from blueprints.imports.errors_file import WITHOUT_FORMULAS, XLSX, saved
from tracker.intake.sheet_fields import FIELDS, Field, Shape, heading_of
from tracker.models import Acting
from tracker.queries import areas, institutions
from tracker.vocabulary import InstitutionKind, SheetKind

_ROWS = 5000
"""So many rows of a template offer what they may hold."""
_MOST_NAMES = 2000
_WIDTH = 22
_LONGEST_TITLE = 31


def answer(kind: SheetKind, viewer: Acting) -> Response:
    """The template, to be saved."""
    out = io.BytesIO()
    _write(out, kind, viewer)
    return saved(f"{kind.value}.xlsx", XLSX, out.getvalue())


def _write(out: io.BytesIO, kind: SheetKind, viewer: Acting) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(out, {"in_memory": True, **WITHOUT_FORMULAS}) as book:
        plain, needed = book.add_format({"bold": True}), book.add_format({"bold": True, "bottom": 5})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        rows = book.add_worksheet(_("List")[:_LONGEST_TITLE])
        choices = book.add_worksheet(_("Words")[:_LONGEST_TITLE])
        for page in (rows, choices):
            if direction() == "rtl":
                page.right_to_left()
            page.freeze_panes(1, 0)
        for column, field in enumerate(FIELDS[kind]):
            heading = heading_of(kind, field.name, language())
            rows.set_column(column, column, _WIDTH, day if field.shape is Shape.DAY else None)
            rows.write_string(0, column, heading, needed if field.needed else plain)
            choices.set_column(column, column, _WIDTH)
            choices.write_string(0, column, heading, plain)
            _offer(rows, choices, column, field, _choices(field, viewer))


def _choices(field: Field, viewer: Acting) -> Sequence[str]:
    """What a cell of this field may hold; nothing where anything will do."""
    if field.shape is Shape.AREA:
        atlas = areas.atlas(viewer=viewer)
        return [area.name for area in atlas.surroundings(viewer.institution.area_id)]
    if field.shape in (Shape.INSTITUTION, Shape.NAMES):
        return [one.name for one in institutions.of_kinds(InstitutionKind, viewer=viewer)]
    return [words.label(word) for word in field.words]


def _offer(rows: Any, choices: Any, column: int, field: Field, offered: Sequence[str]) -> None:
    """Writes the words down, and has the cells offer them; a word of a closed list is the only thing they take."""
    kept = list(dict.fromkeys(offered))[:_MOST_NAMES]
    if not kept:
        return
    from xlsxwriter.utility import xl_range_abs

    for line, word in enumerate(kept, start=1):
        choices.write_string(line, column, word)
    place = xl_range_abs(1, column, len(kept), column)
    title = choices.get_name().replace("'", "''")
    rows.data_validation(
        1,
        column,
        _ROWS,
        column,
        {
            "validate": "list",
            "source": f"='{title}'!{place}",
            "show_error": field.shape is Shape.WORD,
        },
    )
