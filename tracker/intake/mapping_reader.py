"""Reads a mapping file and refuses, with a sentence that names the line or the key, what could not work.

Every code is held against the vocabulary and the procedure in force before a single row is read.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import TypeVar

from tracker.history import CASE_STAGE
from tracker.intake.errors import BrokenMapping, UnreadableFile
from tracker.intake.mapping import (
    AreaRow,
    CaseColumns,
    Coded,
    EventColumns,
    Mapping,
    Place,
    Rule,
    Source,
    StageRow,
    fold,
)
from tracker.intake.places import code_of
from tracker.intake.rule_reader import Rules
from tracker.intake.section import Document, Section
from tracker.procedure import Procedure, load
from tracker.vocabulary import Concern, InstitutionKind, Level, Urgency

Word = TypeVar("Word")
Listed = TypeVar("Listed", bound=StrEnum)
Check = Callable[[Section, str, object], Word]
"""Makes a word of ours of a value that stands in a section at a key, or refuses it."""

_LONGEST_CODE = 30
"""Of a source: the codes of the institutions that it makes begin with it."""


def shipped(folder: str = "mappings") -> tuple[str, ...]:
    """The names of the mappings that come with the system, in a folder beside this file."""
    files = resources.files("tracker.intake").joinpath(folder).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def open_mapping(name: str, procedure: Procedure) -> Mapping:
    """The mapping in the file `name`, or the one of that name that comes with the system."""
    try:
        return read(text_of(name), procedure)
    except BrokenMapping as broken:
        raise BrokenMapping(f"The mapping {name} cannot be used. {broken}") from broken


def text_of(name: str, folder: str = "mappings") -> str:
    """What stands in the file `name`, or in the mapping of that name that comes with the system."""
    if name in shipped(folder) and not Path(name).exists():
        file = resources.files("tracker.intake").joinpath(folder, f"{name}.toml")
        return file.read_text(encoding="utf-8")
    try:
        return Path(name).read_text(encoding="utf-8")
    except OSError as wrong:
        raise UnreadableFile(f"The mapping {name} cannot be read: {wrong.strerror}.") from wrong
    except UnicodeDecodeError as wrong:
        raise UnreadableFile(f"The mapping {name} is not UTF-8 text.") from wrong


def read(text: str, procedure: Procedure) -> Mapping:
    """The mapping that a TOML text describes, checked against the procedure; refuses (`BrokenMapping`) a broken one."""
    try:
        document = Document(tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as wrong:
        raise BrokenMapping(f"It is not readable TOML: {wrong}.") from wrong
    source = read_source(document.table("source"))
    areas = tuple(_area(section) for section in document.tables("areas"))
    makes, places = read_places(document.tables("institutions"))
    stages = {row.stage: row for row in _stages(document, source, procedure)}
    rules = Rules(procedure, stages, {place.code: place for place in makes})
    mapping = Mapping(
        source=source,
        areas=areas,
        places=places,
        makes=makes,
        stages=stages,
        cases=_cases(document.table("cases"), {place.code: place for place in makes}, procedure),
        events=_events(document.table("events")),
        rules=_by_words(rules.read(section) for section in document.tables("rules")),
    )
    document.finish()
    return mapping


def read_source(section: Section) -> Source:
    """Where records come from, as the section `[source]` says."""
    code = section.text("code")
    if not re.fullmatch(rf"[a-z0-9-]{{1,{_LONGEST_CODE}}}", code):
        raise section.broken("code", f"must be at most {_LONGEST_CODE} small letters, digits and hyphens")
    source = Source(
        code=code,
        title=section.text("title")[:200],
        as_of=section.day("as_of"),
        date_format=section.text("date_format", "%Y-%m-%d"),
        delimiter=section.character("delimiter", ","),
        not_named=frozenset(map(fold, ("", *section.texts("not_named")))),
    )
    section.finish()
    return source


def _area(section: Section) -> AreaRow:
    row = AreaRow(
        code=section.text("code"),
        name=section.text("name"),
        level=section.number("level", 0),
        parent=section.text("parent", None),
    )
    section.finish()
    return row


def read_places(sections: Iterable[Section]) -> tuple[tuple[Place, ...], dict[str, Place]]:
    """The institutions of a mapping: in order, and by the folded names by which the source knows them."""
    made: list[Place] = []
    by_name: dict[str, Place] = {}
    for section in sections:
        place = Place(
            code=section.text("code"),
            name=section.text("name"),
            kind=section.word("kind", InstitutionKind),
            area=section.text("area", None),
            parent=section.text("parent", None),
        )
        if place.parent and place.parent not in {it.code for it in made}:
            raise section.broken(
                "parent", f"is {place.parent!r}, which is no institution described above this one"
            )
        for name in (place.name, *section.texts("known_as")):
            if by_name.setdefault(fold(name), place) is not place:
                raise section.broken("known_as", f"has {name!r}, by which another institution is known")
        section.finish()
        made.append(place)
    return tuple(made), by_name


def _stages(document: Section, source: Source, procedure: Procedure) -> Iterable[StageRow]:
    section = document.table("stages")
    known = [code for code in procedure.stages if code not in ("alert", CASE_STAGE)]
    for stage in section:
        section.one_of(stage, stage, known, "stage that tracks have")
        yield _stage(stage, section.table(stage), source, procedure)


def _stage(stage: str, section: Section, source: Source, procedure: Procedure) -> StageRow:
    found = procedure.stages[stage]
    kinds = found.kinds | load().stages[stage].kinds  # a source may come from another country than the pack
    made = section.word("kind", InstitutionKind) if "kind" in section else None
    kind = made or section.word("unknown_kind", InstitutionKind)
    unknown = section.text("unknown")
    if kind not in kinds:
        raise section.broken("kind", f"is {kind.value!r}, which cannot hold the stage {stage!r}")
    row = StageRow(
        stage=stage,
        kind=made,
        placeholder=Place(
            code=code_of(source.code, unknown),
            name=unknown,
            kind=kind,
            area=section.text("area", None),
            known=False,
        ),
        begins=section.one_of(
            "begins", section.text("begins", found.first), found.statuses, f"status of {stage!r}"
        ),
        after=section.texts("after"),
        by_referral=found.by_referral,
        kinds=kinds,
    )
    for before in row.after:
        section.one_of("after", before, procedure.stages, "stage")
    section.finish()
    return row


def _cases(section: Section, places: dict[str, Place], procedure: Procedure) -> CaseColumns:
    columns = CaseColumns(
        from_events=section.yes("from_events"),
        reference=section.text("reference"),
        received_on=section.text("received_on"),
        incident_on=section.text("incident_on", None),
        concern=_coded(section, "concern", _in_list(Concern)),
        urgency=_coded(section, "urgency", _in_list(Urgency), Urgency.NORMAL),
        risk=_coded(section, "risk", _in_list(Level), Level.LOW),
        reprisal_risk=_coded(section, "reprisal_risk", _in_list(Level), Level.LOW),
        area=_area_of(section),
        registrar=_worker(section, "registrar", places, procedure, "feedback"),
        owner=_worker(section, "owner", places, procedure, CASE_STAGE),
    )
    section.finish()
    return columns


def _area_of(section: Section) -> Coded[str]:
    """`match`: areas are found by their names, too."""
    row = section.table("area")
    if "match" not in row:
        return _coded(section, "area", _any_text)
    matched = row.yes("match")
    coded = _coded_by_word(row, _any_text)
    return replace(coded, matched=matched)


def _in_list(words: type[Listed]) -> Check[Listed]:
    """Takes the words of one of our lists only."""
    return lambda section, key, word: section.word_of(key, word, words)


def _any_text(section: Section, key: str, word: object) -> str:
    """Takes any text: area codes are looked up when the import begins."""
    if not isinstance(word, str) or not word:
        raise section.broken(key, "must be a text")
    return word


def _worker(section: Section, key: str, places: dict[str, Place], procedure: Procedure, stage: str) -> Place:
    place = places[section.one_of(key, section.text(key), places, "institution of this mapping")]
    if place.kind not in procedure.stages[stage].kinds:
        raise section.broken(
            key, f"is of the kind {place.kind.value!r}, which cannot hold the stage {stage!r}"
        )
    return place


def _coded(section: Section, key: str, check: Check[Word], default: Word | None = None) -> Coded[Word]:
    if key not in section and default is not None:
        return Coded(None, default=default)
    row = section.table(key)
    if "always" in row:
        coded = Coded(None, default=check(row, "always", row.text("always")))
        row.finish()
        return coded
    return _coded_by_word(row, check)


def _coded_by_word(row: Section, check: Check[Word]) -> Coded[Word]:
    words = {}
    for word, ours in row.table("words").items() if "words" in row else ():
        words[fold(word)] = check(row, f"words.{word!r}", ours)
    last = row.text("default", None)
    coded = Coded(row.text("column"), words, check(row, "default", last) if last is not None else None)
    row.finish()
    return coded


def _events(section: Section) -> EventColumns:
    columns = EventColumns(
        case_ref=section.text("case_ref"),
        seq=section.text("seq"),
        on=section.text("on"),
        event=section.text("event"),
        institution=section.text("institution", None),
        unit=section.text("unit", None),
        outcome=section.text("outcome", None),
    )
    section.finish()
    return columns


def _by_words(
    read: Iterable[tuple[Section, tuple[str, ...] | None, Rule]],
) -> dict[tuple[str, str | None], Rule]:
    rules: dict[tuple[str, str | None], Rule] = {}
    for section, outcomes, rule in read:
        for outcome in (None,) if outcomes is None else map(fold, outcomes):
            if rules.setdefault((fold(rule.event), outcome), rule) is not rule:
                what = "every other outcome" if outcome is None else f"the outcome {outcome!r}"
                raise section.broken(
                    "outcomes", f"has {what} of {rule.event!r}, for which there is a rule already"
                )
    if not rules:
        raise BrokenMapping("It has no `[[rules]]`: nothing says what an event does.")
    return rules
