"""Reads lists of areas as OCHA's common operational datasets have them: one row an area, in a CSV file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tracker.intake.area_plans import AreaLine
from tracker.intake.errors import UnreadableFile
from tracker.intake.tables import open_table
from tracker.spelling import letters

_CALLED: Final = {
    "code": ("p-code", "pcode", "code"),
    "name": ("name",),
    "level": ("admin level", "level"),
    "parent": ("parent p-code", "parent pcode", "parent"),
    "location": ("location", "country"),
    "others": ("other names", "alternative names"),
    "replaced_by": ("replaced by", "merged into"),
}
"""What the columns are called; the first four must be there. Capitals and hyphens do not matter."""

_NEEDED: Final = ("code", "name", "level", "parent")


def read(path: Path) -> list[AreaLine]:
    """The areas in a file. Refuses (`UnreadableFile`) one that lacks a column, or that is none."""
    with open_table(path, ",") as table:
        return list(lines_of(table.columns, table.rows))


def lines_of(columns: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[AreaLine]:
    """The areas in rows of text, each with its line; columns that mean nothing here are not read."""
    places = _places(columns)
    for line, fields in rows:
        said = {name: fields[at] if at < len(fields) else "" for name, at in places.items()}
        yield AreaLine(
            line,
            code=said["code"],
            name=said["name"],
            level=said["level"],
            parent=said["parent"],
            location=said.get("location", ""),
            others=_several(said.get("others", "")),
            replaced_by=_several(said.get("replaced_by", "")),
        )


def _several(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(";"))))


def country_names() -> Mapping[str, str]:
    """The English names of countries by their two letters (Unicode CLDR), for lists that begin below them."""
    from babel import Locale

    return {
        code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()
    }


def _places(columns: Sequence[str]) -> dict[str, int]:
    there = {letters(column): at for at, column in reversed(list(enumerate(columns)))}
    found = {
        name: there[letters(called)]
        for name, words in _CALLED.items()
        for called in words
        if letters(called) in there
    }
    for name in _NEEDED:
        if name not in found:
            raise UnreadableFile(
                f"The list of areas has no column {_CALLED[name][0]!r}. Its columns are {', '.join(columns)}."
            )
    return found
