"""Bringing a list, and saying what its columns hold."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from blueprints import words
from blueprints.fields import ChoiceField, FileField, SeenField, SelectOneField
from blueprints.forms import Form
from blueprints.i18n import _, language
from blueprints.i18n import lazy_gettext as _l
from tracker.intake.cells import Cell, text_of
from tracker.intake.sheet_columns import EVERY_ROW
from tracker.intake.sheet_fields import FIELDS, Field, heading_of
from tracker.vocabulary import SheetKind

_SHOWN = 40
_ENCODINGS = (
    ("utf-8", _l("Unicode (UTF-8)")),
    ("utf-16", _l("Unicode (UTF-16)")),
    ("windows-1252", _l("Western European (Windows)")),
    ("windows-1256", _l("Arabic (Windows)")),
)


class BringForm(Form):
    """One file, and what its rows are."""

    enctype = "multipart/form-data"
    kind = ChoiceField(_l("What is in the list?"), kind=SheetKind, required=_l("Choose what is in the list"))
    file = FileField(
        _l("File"),
        required=_l("Choose a file"),
        hint=_l("An .xlsx, .ods or .csv file of at most 10 MB and 50,000 rows. Hidden sheets are not read."),
    )
    encoding = SelectOneField(
        _l("How was the text saved?"),
        choices=lambda: [(code, str(label)) for code, label in _ENCODINGS],
        hint=_l("Only for .csv, and only if you are asked."),
    )


def columns_form(
    kind: SheetKind, heading: Sequence[Cell], line: int, filled_in: Mapping[str, int | str]
) -> Any:
    """The form that says where each field of such a list stands; `heading`: the cells that name the columns."""
    known = {name: str(place) for name, place in filled_in.items()}
    form = _columns_form_class(kind)(data={"line": line, **known})
    columns = [
        (str(place), _("%(column)s: %(heading)s", column=letter(place), heading=text_of(cell)[:_SHOWN]))
        for place, cell in enumerate(heading)
        if text_of(cell)
    ]
    for field in FIELDS[kind]:
        form[field.name].label.text = heading_of(kind, field.name, language())
        every = [
            (f"{EVERY_ROW}{word.value}", _("Every row: %(word)s", word=words.label(word)))
            for word in field.words
        ]
        form[field.name].offer(columns + every)
    return form


def chosen(form: Form, kind: SheetKind) -> dict[str, int | str]:
    """Where each field stands, as `tracker.actions.sheets` takes it."""
    found = {field.name: form[field.name].data for field in FIELDS[kind]}
    return {name: said if said.startswith(EVERY_ROW) else int(said) for name, said in found.items() if said}


def letter(place: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    before, last = divmod(place, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


@cache
def _columns_form_class(kind: SheetKind) -> type[Form]:
    fields = {field.name: _field(field) for field in FIELDS[kind]}
    return type("ColumnsForm", (Form,), {"line": SeenField(), **fields})


def _field(field: Field) -> SelectOneField:
    """Its label is put there for each form: it is in the language of the request."""
    needed = _l("Choose where this stands: no row goes without it") if field.needed else ""
    return SelectOneField(field.name, required=needed)
