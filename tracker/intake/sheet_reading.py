"""Reads one row of a list into what an action takes, or says of every cell what is wrong with it."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, NamedTuple

from tracker import clock, mission, references
from tracker.db import db
from tracker.errors import BadInput, Mistyped, Sentence, say
from tracker.gazetteer.matching import Gazetteer
from tracker.gazetteer.stored import gazetteer
from tracker.intake import sheet_places
from tracker.intake.cells import Cell, text_of
from tracker.intake.sheet_columns import EVERY_ROW, Columns
from tracker.intake.sheet_fields import FIELDS, Field, Shape
from tracker.intake.sheet_places import Institutions, Unclear
from tracker.spelling import letters
from tracker.vocabulary import AgeGroup, SheetKind

Values = dict[str, Any]
Words = Mapping[type[StrEnum], Mapping[str, StrEnum]]
"""For each list of words, in all languages at once: the word as `letters` writes it, and what it is."""

GROWN_UP, OLDER = 18, 60
"""From how many years on somebody is an adult, and an older person, where a list gives an age."""

_BETWEEN = re.compile(r"[;\n|]")
_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
_PHONE = re.compile(r"\+?\d{6,15}")


class Setting(NamedTuple):
    """What rows are read with; made once for many rows."""

    words: Words
    areas: Gazetteer
    institutions: Institutions


def codes() -> Words:
    """The words of all lists by their codes alone, for lists that a program wrote."""
    lists = {type(field.words[0]) for fields in FIELDS.values() for field in fields if field.words}
    return {words: {letters(word.value): word for word in words} for words in lists}


class _Wrong(Exception):  # noqa: N818 - an answer, not a fault
    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def setting(words: Words) -> Setting:
    """What rows are read with now."""
    return Setting(words, gazetteer(db.session()), sheet_places.institutions())


def read(kind: SheetKind, columns: Columns, cells: Sequence[Cell], known: Setting) -> Values:
    """What the row says, by field; fields that it leaves empty are left out.

    Refuses (`BadInput`) with a sentence for each field that is missing or cannot be read.
    """
    values: Values = {}
    wrong: dict[str, str] = {}
    for field in FIELDS[kind]:
        cell = _cell(field, columns, cells)
        if not text_of(cell):
            if field.needed:
                wrong[field.name] = say("Fill this in: no row goes without it.")
            continue
        try:
            values[field.name] = _READERS[field.shape](cell, field, known)
        except (_Wrong, Unclear) as refused:
            wrong[field.name] = refused.sentence
    if wrong:
        raise BadInput(**wrong)
    return values


def identity_of(kind: SheetKind, columns: Columns, cells: Sequence[Cell]) -> str:
    """By what the row is known again: its key where it has one, else all that is read of it."""
    by_field = {field: text_of(_cell(field, columns, cells)) for field in FIELDS[kind]}
    for field, text in by_field.items():
        if field.key and text:
            return key_of(text)
    said = sorted((field.name, " ".join(text.split())) for field, text in by_field.items() if text)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def key_of(text: str) -> str:
    """What stands for a row with this key."""
    return f"key\0{letters(text) or text}"


def _cell(field: Field, columns: Columns, cells: Sequence[Cell]) -> Cell:
    place = columns.get(field.name)
    if isinstance(place, str):
        return place.removeprefix(EVERY_ROW)
    return cells[place] if place is not None and place < len(cells) else None


# --- one cell ---------------------------------------------------------------------------------------------------------


def _text(cell: Cell, field: Field, _known: Setting) -> str:
    text = text_of(cell)
    if len(text) > field.most:
        raise _Wrong(
            say("This has %(length)d characters. Shorten it to %(most)d.", length=len(text), most=field.most)
        )
    return text


def _word(cell: Cell, field: Field, known: Setting) -> StrEnum:
    if AgeGroup.CHILD in field.words and isinstance(cell, int | float) and 0 <= cell < 130:
        return AgeGroup.CHILD if cell < GROWN_UP else AgeGroup.ADULT if cell < OLDER else AgeGroup.OLDER
    text = text_of(cell)
    found = known.words[type(field.words[0])].get(letters(text))
    if found is None and AgeGroup.CHILD in field.words and _latin(text).isdecimal():
        return _word(int(_latin(text)), field, known)
    if found not in field.words or found is None:
        raise _Wrong(
            say(
                "“%(word)s” is not in the list of words. Choose one from the template's list.", word=text[:40]
            )
        )
    return found


def _moment(cell: Cell, _field: Field, _known: Setting) -> date | datetime:
    """A day, or a day and a time of the mission area, where the cell has both."""
    found = cell if isinstance(cell, date) else _written(_latin(text_of(cell)))
    if _as_day(found) > clock.day_of(clock.now(), mission.current().zone):
        raise _Wrong(say("This day is in the future. Enter a day that has been."))
    if _as_day(found).year < 1900:
        raise _Wrong(_no_day())
    return found


def _written(text: str) -> date | datetime:
    day, _, hour = text.replace("T", " ").strip().partition(" ")
    if (spaced := _DAY_FIRST.match(text)) is not None:
        day, hour = spaced[0], text[spaced.end() :]
    if (first := _DAY_FIRST.fullmatch(day)) is not None:
        day = f"{first[3]}-{int(first[2]):02}-{int(first[1]):02}"
    try:
        on = date.fromisoformat(day)
        return datetime.combine(on, time.fromisoformat(hour.strip())) if hour.strip() else on
    except ValueError as unreadable:
        raise _Wrong(_no_day()) from unreadable


def _time(cell: Cell, _field: Field, _known: Setting) -> time:
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    found = re.fullmatch(r"(\d{1,2})[:.hH](\d{2})(?::\d{2})?", _latin(text_of(cell)))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise _Wrong(say("Enter a time such as 14:30."))
    return time(int(found[1]), int(found[2]))


def _area(cell: Cell, _field: Field, known: Setting) -> int:
    return sheet_places.area_of(text_of(cell), known.areas)


def _institution(cell: Cell, _field: Field, known: Setting) -> int:
    return known.institutions.number_of(text_of(cell))


def _names(cell: Cell, _field: Field, known: Setting) -> list[int]:
    """Several institutions, with a semicolon or a line between them."""
    names = filter(None, (name.strip() for name in _BETWEEN.split(text_of(cell))))
    return list(dict.fromkeys(known.institutions.number_of(name) for name in names))


def _phone(cell: Cell, _field: Field, _known: Setting) -> str:
    number = re.sub(r"[\s().-]", "", _latin(text_of(cell)))
    if not _PHONE.fullmatch(number):
        raise _Wrong(say("Enter a telephone number with 6 to 15 digits."))
    return number


def _reference(cell: Cell, _field: Field, _known: Setting) -> str:
    try:
        return references.parse(text_of(cell))
    except Mistyped as mistyped:
        raise _Wrong(
            say("This reference is mistyped. Compare it with the paper, letter by letter.")
        ) from mistyped


def _latin(text: str) -> str:
    return "".join(str(unicodedata.digit(one)) if one.isdecimal() else one for one in text)


def _as_day(found: date | datetime) -> date:
    return found.date() if isinstance(found, datetime) else found


def _no_day() -> Sentence:
    return say("Enter a day that exists, such as 27/3/2026.")


_READERS: Mapping[Shape, Callable[[Cell, Field, Setting], Any]] = {
    Shape.TEXT: _text,
    Shape.WORD: _word,
    Shape.DAY: _moment,
    Shape.TIME: _time,
    Shape.AREA: _area,
    Shape.INSTITUTION: _institution,
    Shape.NAMES: _names,
    Shape.PHONE: _phone,
    Shape.REFERENCE: _reference,
}


def instant(day: date | datetime, hour: time | None) -> datetime | None:
    """The instant (UTC) of a day and a time of the mission area; None where there is no time."""
    if isinstance(day, datetime):
        hour = hour or day.time()
        day = day.date()
    if hour is None:
        return None
    return datetime.combine(day, hour, mission.current().zone).astimezone(clock.now().tzinfo)
