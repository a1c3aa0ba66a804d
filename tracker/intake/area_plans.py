"""What a list of areas changes in the areas that are there: worked out before anything is written."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from tracker.errors import say
from tracker.gazetteer.matching import Known

P_CODE: Final = re.compile(r"[A-Z]{2}[A-Z0-9-]{0,18}")
_LONGEST_NAME: Final = 120
_DEEPEST: Final = 9


class AreaLine(NamedTuple):
    """One area as a list has it, all text. `parent`: a P-code, or the `location` that its country is called by.

    `others`: further names. `replaced_by`: P-codes of the areas that it has become part of; it is no longer one itself.
    """

    line: int
    code: str
    name: str
    level: str
    parent: str
    location: str = ""
    others: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()


class WrongLine(StrEnum):
    """Why a line was not taken in."""

    CODE = "code_unreadable"
    NAME = "name_missing"
    LEVEL = "level_unreadable"
    TWICE = "code_twice"
    PARENT = "parent_unknown"
    PARENT_LEVEL = "parent_at_another_level"
    OTHER_LEVEL = "there_at_another_level"
    SUCCESSOR = "successor_unknown"


SENTENCES: Final = {
    WrongLine.CODE: say("The P-code is not two capital letters followed by letters, digits or hyphens."),
    WrongLine.NAME: say("The name is missing, or longer than 120 characters."),
    WrongLine.LEVEL: say("The level is not a whole number from 0 (a country) to 9."),
    WrongLine.TWICE: say("This P-code stands in the list twice."),
    WrongLine.PARENT: say("The area around it is neither in the list nor there already."),
    WrongLine.PARENT_LEVEL: say("The area around it is not of the level just above."),
    WrongLine.OTHER_LEVEL: say("The area is there already, at another level."),
    WrongLine.SUCCESSOR: say("An area that it has become part of is neither in the list nor there already."),
}


@dataclass(frozen=True)
class Refused:
    """A line that is not taken in."""

    line: int
    code: str
    why: WrongLine


class Wanted(NamedTuple):
    """An area as it will be."""

    code: str
    name: str
    level: int
    parent: str | None
    active: bool = True
    others: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()


@dataclass
class AreaPlan:
    """What will be done. Areas are named by P-code; `before` holds what each changed one is now."""

    read: int = 0
    added: list[Wanted] = field(default_factory=list)
    changed: list[Wanted] = field(default_factory=list)
    names: dict[tuple[str, str], bool] = field(default_factory=dict)
    """Further names to keep, by P-code and name: whether it is a former one."""
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    before: dict[str, Known] = field(default_factory=dict)
    around: dict[int, str] = field(default_factory=dict)
    """The P-codes of the areas that are there, by number."""

    @property
    def renamed(self) -> list[Wanted]:
        """Those whose name changes; the former one stays known."""
        return [one for one in self.changed if one.name != self.before[one.code].name]

    @property
    def moved(self) -> list[Wanted]:
        """Those that come to lie in another area."""
        return [one for one in self.changed if one.parent != self.parent_of(one.code)]

    @property
    def retired(self) -> list[Wanted]:
        """Those that are no longer areas: they stay, and nothing new is put there."""
        return [one for one in self.changed if self.before[one.code].active and not one.active]

    @property
    def returned(self) -> list[Wanted]:
        """Those that are areas again."""
        return [one for one in self.changed if one.active and not self.before[one.code].active]

    def parent_of(self, code: str) -> str | None:
        """The P-code of the area around one that is there."""
        parent_id = self.before[code].parent_id
        return self.around[parent_id] if parent_id is not None else None

    @property
    def empty(self) -> bool:
        """Whether nothing is to be written."""
        return not (self.added or self.changed or self.names)


def plan(
    lines: Iterable[AreaLine],
    there: Sequence[Known],
    *,
    countries: Mapping[str, str],
    whole: bool = False,
) -> AreaPlan:
    """What these lines change.

    `countries`: the names of countries by their two letters, for lists that begin below them. `whole`: the list holds
    every area of the levels and countries that it speaks of, so that the others are no longer in use.
    """
    return _Planning(there, countries).all(lines, whole=whole)


class _Planning:
    def __init__(self, there: Sequence[Known], countries: Mapping[str, str]) -> None:
        self._there = {area.code: area for area in there}
        self._countries = countries
        self._plan = AreaPlan(around={area.id: area.code for area in there})
        self._levels = {area.code: area.level for area in there}
        """The level of each area that is there, or will be."""
        self._listed: set[str] = set()

    def all(self, lines: Iterable[AreaLine], *, whole: bool) -> AreaPlan:
        """Lines in order of their level, so that areas come after those around them."""
        read = [(_level(line.level), line) for line in lines]
        self._plan.read = len(read)
        kept = [taken for level, line in sorted(read, key=_by_level) if (taken := self._take(line, level))]
        for wanted in self._with_known_successors(kept):
            self._want(wanted)
        if whole:
            self._retire_others([one for one, _ in kept])
        self._plan.refused.sort(key=lambda one: one.line)
        return self._plan

    def _take(self, line: AreaLine, level: int | None) -> tuple[Wanted, AreaLine] | None:
        """The line as an area, once it is known to be in order; else None, and it is refused."""
        code, name = line.code.strip().upper(), " ".join(line.name.split())
        wrong = self._wrong(code, name, level)
        parent = None
        if wrong is None and level:
            parent = self._parent(code, line, level)
            wrong = self._wrong_parent(parent, level)
        if code in self._listed:
            wrong = WrongLine.TWICE
        self._listed.add(code)
        if wrong is not None or level is None:
            self._plan.refused.append(Refused(line.line, code, wrong or WrongLine.LEVEL))
            return None
        self._levels[code] = level
        others = tuple(dict.fromkeys(filter(None, (" ".join(other.split()) for other in line.others))))
        successors = tuple(other.strip().upper() for other in line.replaced_by if other.strip())
        return Wanted(code, name, level, parent, not successors, others, successors), line

    def _wrong(self, code: str, name: str, level: int | None) -> WrongLine | None:
        if not P_CODE.fullmatch(code):
            return WrongLine.CODE
        if not 0 < len(name) <= _LONGEST_NAME:
            return WrongLine.NAME
        if level is None:
            return WrongLine.LEVEL
        there = self._there.get(code)
        return WrongLine.OTHER_LEVEL if there is not None and there.level != level else None

    def _parent(self, code: str, line: AreaLine, level: int) -> str:
        """The P-code of the area around; a list that names its country otherwise means the one of these two letters."""
        parent = line.parent.strip().upper()
        if level == 1 and parent == line.location.strip().upper():
            parent = code[:2]
            if parent not in self._levels and parent in self._countries:
                self._levels[parent] = 0
                self._plan.added.append(Wanted(parent, self._countries[parent], 0, None))
        return parent

    def _wrong_parent(self, parent: str, level: int) -> WrongLine | None:
        if parent not in self._levels:
            return WrongLine.PARENT
        return WrongLine.PARENT_LEVEL if self._levels[parent] != level - 1 else None

    def _with_known_successors(self, kept: Iterable[tuple[Wanted, AreaLine]]) -> Iterator[Wanted]:
        for wanted, line in kept:
            if all(code in self._levels and code != wanted.code for code in wanted.replaced_by):
                yield wanted
            else:
                self._plan.refused.append(Refused(line.line, wanted.code, WrongLine.SUCCESSOR))

    def _want(self, wanted: Wanted) -> None:
        self._name(wanted.code, wanted.others, former=False)
        for code in wanted.replaced_by:
            self._name(code, [wanted.name], former=True)
        there = self._there.get(wanted.code)
        if there is None:
            self._plan.added.append(wanted)
        elif wanted[1:5] == (there.name, there.level, self._around(there), there.active):
            self._plan.unchanged += 1
        else:
            self._change(wanted, there)

    def _change(self, wanted: Wanted, there: Known) -> None:
        self._plan.changed.append(wanted)
        self._plan.before[wanted.code] = there
        if wanted.name != there.name:
            self._name(wanted.code, [there.name], former=True)

    def _name(self, code: str, names: Iterable[str], *, former: bool) -> None:
        there = self._there.get(code)
        known = there.others if there is not None else ()
        for name in names:
            if name not in known:
                self._plan.names.setdefault((code, name), former)

    def _around(self, area: Known) -> str | None:
        return self._plan.around.get(area.parent_id) if area.parent_id is not None else None

    def _retire_others(self, kept: Sequence[Wanted]) -> None:
        spoken_of = {(one.code[:2], one.level) for one in kept}
        for area in self._there.values():
            if area.active and area.code not in self._listed and (area.code[:2], area.level) in spoken_of:
                self._change(Wanted(area.code, area.name, area.level, self._around(area), active=False), area)


def _level(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and int(text) <= _DEEPEST else None


def _by_level(read: tuple[int | None, AreaLine]) -> tuple[int, int]:
    level, line = read
    return (level if level is not None else _DEEPEST + 1, line.line)
