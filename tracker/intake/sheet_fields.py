"""What can be read from a spreadsheet: the fields of each kind of list, which of them a row needs, and their words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import cache
from importlib.resources import files

from tracker.spelling import letters
from tracker.vocabulary import (
    AgeGroup,
    Channel,
    Concern,
    ConsentDecision,
    InstitutionKind,
    Level,
    PerpetratorKind,
    ReleaseReason,
    Role,
    Sex,
    SheetKind,
    Urgency,
)


class Shape(Enum):
    """How a cell is read. `DAY` may hold the time too; `TIME` stands beside a day. `NAMES`: several institutions."""

    TEXT = auto()
    WORD = auto()
    DAY = auto()
    TIME = auto()
    AREA = auto()
    INSTITUTION = auto()
    NAMES = auto()
    PHONE = auto()
    REFERENCE = auto()


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that a row says. `words`: those that it may choose from; `needed`: no row goes without it.

    `key`: by it alone, where it is filled in, a row is known again.
    """

    name: str
    shape: Shape = Shape.TEXT
    needed: bool = False
    words: tuple[StrEnum, ...] = ()
    most: int = 200
    key: bool = False


def _word(name: str, *words: StrEnum, needed: bool = False) -> Field:
    return Field(name=name, shape=Shape.WORD, words=words, needed=needed)


KEY = Field(name="key", most=120, key=True)
"""What the list itself calls the row: by it the row is known again, whatever else changes."""

ASKED = (ConsentDecision.GIVEN, ConsentDecision.DECLINED, ConsentDecision.NOT_POSSIBLE)
ROLES = tuple(role for role in Role if role not in (Role.ADMINISTRATOR, Role.AUDITOR))
"""Who administers and who audits is added one by one, by somebody who looks at each."""

FIELDS: Mapping[SheetKind, tuple[Field, ...]] = {
    SheetKind.CASES: (
        KEY,
        _word("concern", *Concern, needed=True),
        Field(name="area", shape=Shape.AREA, needed=True),
        Field(name="occurred_on", shape=Shape.DAY),
        Field(name="place", most=200),
        Field(name="narrative", most=5000),
        _word("channel", *(channel for channel in Channel if channel is not Channel.IMPORTED)),
        Field(name="reported_on", shape=Shape.DAY),
        Field(name="reported_time", shape=Shape.TIME),
        Field(name="survivor_name", most=160),
        Field(name="survivor_phone", shape=Shape.PHONE),
        _word("survivor_sex", *Sex),
        _word("survivor_age", *AgeGroup),
        Field(name="reporter_name", most=160),
        Field(name="reporter_phone", shape=Shape.PHONE),
        Field(name="perpetrator_name", most=160),
        _word("perpetrator_kind", *PerpetratorKind),
        Field(name="perpetrator_institution", shape=Shape.INSTITUTION),
        _word("urgency", *Urgency, needed=True),
        _word("risk", *Level, needed=True),
        _word("reprisal_risk", *Level, needed=True),
        _word("consent", *ASKED, needed=True),
        Field(name="consent_institutions", shape=Shape.NAMES),
        Field(name="refer_to", shape=Shape.NAMES),
    ),
    SheetKind.CUSTODY: (
        KEY,
        Field(name="reference", shape=Shape.REFERENCE, needed=True),
        Field(name="held_name", needed=True, most=160),
        _word("held_age", *AgeGroup),
        Field(name="arrested_on", shape=Shape.DAY, needed=True),
        Field(name="arrested_time", shape=Shape.TIME),
        Field(name="note", most=2000),
        Field(name="released_on", shape=Shape.DAY),
        Field(name="released_time", shape=Shape.TIME),
        _word("release_reason", *ReleaseReason),
    ),
    SheetKind.PEOPLE: (
        Field(name="username", needed=True, most=80),
        Field(name="full_name", needed=True, most=120),
        Field(name="institution", shape=Shape.INSTITUTION, needed=True),
        _word("role", *ROLES, needed=True),
        Field(name="email", most=254),
    ),
    SheetKind.INSTITUTIONS: (
        Field(name="name", needed=True, most=160),
        _word("kind", *InstitutionKind, needed=True),
        Field(name="area", shape=Shape.AREA),
        Field(name="code", most=60),
    ),
    SheetKind.AREAS: (
        Field(name="p_code", needed=True, most=20, key=True),
        Field(name="name", needed=True, most=120),
        Field(name="parent", most=20),
    ),
}

REMARK = "remark"
"""The column that we add to rows which go back: it is no field."""


LANGUAGES = ("en", "fr", "ar", "es")
"""Whose headings stand first in the file of headings, in this order."""


def heading_of(kind: SheetKind, name: str, language: str) -> str:
    """What a field is called in a language: on pages, and in the templates of lists."""
    return _names(kind, name)[LANGUAGES.index(language)]


@cache
def known_headings(kind: SheetKind) -> Mapping[str, str]:
    """How lists head their columns, in four languages: the heading as `letters` writes it, and the field."""
    fields = [field.name for field in FIELDS[kind]]
    found: dict[str, str] = {}
    for name in [*fields, REMARK]:
        for heading in (name, *_names(kind, name)):
            found.setdefault(letters(heading), name)
    return found


def _names(kind: SheetKind, name: str) -> list[str]:
    headings = _headings()
    return headings[own] if (own := f"{kind}.{name}") in headings else headings[name]


@cache
def _headings() -> Mapping[str, list[str]]:
    table = tomllib.loads((files(__package__) / "sheet_headings.toml").read_text("utf-8"))
    found = dict(table.pop("any"))
    for kind, headings in table.items():
        found |= {f"{kind}.{name}": names for name, names in headings.items()}
    return found
