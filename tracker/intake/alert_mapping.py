"""What a mapping of alerts of the past says, and the reader that refuses a broken one. See docs/importing.md."""

import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass

from tracker.intake.errors import BrokenMapping
from tracker.intake.mapping import Place, Source, fold
from tracker.intake.mapping_reader import read_places, read_source, text_of
from tracker.intake.section import Document, Section
from tracker.procedure import Procedure


@dataclass(frozen=True)
class PlaceColumns:
    """Where the place stands, and how far it is to be believed."""

    words: str
    """The column with the place in the source's own words."""
    areas: tuple[str, ...]
    """The columns with the areas around it, the innermost first."""
    country: str
    """The P-code of the area in which every alert of the source is, if nothing nearer is known."""
    precision: str | None
    believed: Map[str, int]
    """By the folded word in `precision`: how many of `areas`, from the outside in; others are all believed."""
    points: frozenset[str]
    """The words in `precision` that say that the place is known to the town."""
    known_as: Map[str, tuple[str, ...]]
    """P-codes of areas, with the names that the source knows them by, also as parts of larger ones."""


@dataclass(frozen=True)
class AlertMapping:
    """The whole file. Get it from `open_mapping`."""

    source: Source
    institutions: tuple[Place, ...]
    network: Place
    """Whose alerts they become; nobody sees them but its people."""
    reference: str
    first_day: str
    last_day: str
    says: Map[str, str]
    """What becomes the account: the words before it, and the column."""
    place: PlaceColumns

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, each once; the reference is the first."""
        place = self.place
        named = (
            self.reference,
            self.first_day,
            self.last_day,
            *self.says.values(),
            place.words,
            *place.areas,
        )
        return tuple(dict.fromkeys(filter(None, (*named, place.precision))))


def open_mapping(name: str, procedure: Procedure) -> AlertMapping:
    """The mapping in the file `name`, or the shipped one of that name. Refuses (`BrokenMapping`) a broken one."""
    text = text_of(name, "alert_mappings")
    try:
        return _read(Document(tomllib.loads(text), text), procedure)
    except tomllib.TOMLDecodeError as wrong:
        raise BrokenMapping(f"The mapping {name} is not readable TOML: {wrong}.") from wrong
    except BrokenMapping as broken:
        raise BrokenMapping(f"The mapping {name} cannot be used. {broken}") from broken


def _read(document: Document, procedure: Procedure) -> AlertMapping:
    source = read_source(document.table("source"))
    institutions, _by_name = read_places(document.tables("institutions"))
    section = document.table("alerts")
    mapping = AlertMapping(
        source=source,
        institutions=institutions,
        network=_network(section, {place.code: place for place in institutions}, procedure),
        reference=section.text("reference"),
        first_day=section.text("first_day"),
        last_day=section.text("last_day"),
        says=_texts(section, "says"),
        place=_place(section.table("place")),
    )
    section.finish()
    document.finish()
    return mapping


def _network(section: Section, places: dict[str, Place], procedure: Procedure) -> Place:
    place = places[section.one_of("network", section.text("network"), places, "institution of this mapping")]
    if place.kind not in procedure.stages["alert"].kinds:
        raise section.broken("network", f"is of the kind {place.kind.value!r}, which has no alerts")
    return place


def _place(section: Section) -> PlaceColumns:
    areas = section.texts("areas")
    precision = section.text("precision", None)
    place = PlaceColumns(
        words=section.text("words"),
        areas=areas,
        country=section.text("country"),
        precision=precision,
        believed=_believed(section, len(areas)),
        points=frozenset(map(fold, section.texts("points"))),
        known_as=_names(section),
    )
    section.finish()
    return place


def _believed(section: Section, most: int) -> Map[str, int]:
    if "believed" not in section:
        return {}
    rows = section.table("believed").items()
    for word, number in rows:
        if not isinstance(number, int) or not 0 <= number <= most:
            raise section.broken(f"believed.{word!r}", f"must be a whole number from 0 to {most}")
    return {fold(word): number for word, number in rows}


def _texts(section: Section, key: str) -> Map[str, str]:
    table = section.table(key) if key in section else None
    return {words: table.text(words) for words, _column in table.items()} if table is not None else {}


def _names(section: Section) -> Map[str, tuple[str, ...]]:
    table = section.table("known_as") if "known_as" in section else None
    return {code: table.texts(code) for code, _names in table.items()} if table is not None else {}
