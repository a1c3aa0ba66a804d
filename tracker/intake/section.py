"""One table of a mapping file, read key by key; whatever is wrong is said with the place where it stands."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar, overload

from tracker.intake.errors import BrokenMapping

Word = TypeVar("Word", bound=StrEnum)


class Section:
    """A table whose keys are taken one by one; `finish` refuses those that nobody knows."""

    def __init__(self, table: Any, where: str, line: int | None = None) -> None:
        self.where, self._line = where, line
        if not isinstance(table, dict):
            raise self.broken("", "must be a table of keys and values")
        self._table: Mapping[str, Any] = table
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._table

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def broken(self, key: str, what: str) -> BrokenMapping:
        """The refusal of what stands at `key`."""
        place = ".".join(filter(None, (self.where, key)))
        line = f"line {self._line}, " if self._line else ""
        return BrokenMapping(f"In {line}`{place}` {what}.")

    def finish(self) -> None:
        """Refuses keys that were not asked for: most are mistyped."""
        if unknown := self._table.keys() - self._taken:
            key = min(unknown)
            raise self.broken(key, f"is no key of a mapping; here stand {_some(self._taken)}")

    @overload
    def text(self, key: str) -> str: ...
    @overload
    def text(self, key: str, default: str) -> str: ...
    @overload
    def text(self, key: str, default: None) -> str | None: ...
    def text(self, key: str, default: str | None = "") -> str | None:
        """The text at `key`; without a default it must be there and say something."""
        value = self._take(key)
        if value is None and default != "":
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.broken(key, "must be a text")
        return value

    def character(self, key: str, default: str) -> str:
        """The single character at `key`."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, str) or len(value) != 1:
            raise self.broken(key, "must be one character")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts at `key`; empty where there is none."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.broken(key, "must be a list of texts")
        return tuple(value)

    def yes(self, key: str, *, default: bool = False) -> bool:
        """The true or false at `key`."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.broken(key, "must be true or false")
        return value

    def number(self, key: str, default: int) -> int:
        """The whole number at `key`."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.broken(key, "must be a whole number")
        return value

    def day(self, key: str) -> date | None:
        """The day at `key`, written as TOML does: 2019-11-30, without quotes."""
        value = self._take(key)
        if value is not None and type(value) is not date:
            raise self.broken(key, "must be a day such as 2019-11-30, without quotes")
        return value

    def word(self, key: str, words: type[Word], default: Word | None = None) -> Word:
        """The word of one of our lists at `key`."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        return self.word_of(key, value, words)

    def word_of(self, key: str, value: object, words: type[Word]) -> Word:
        """`value`, found at `key`, as a word of one of our lists."""
        if value not in list(words):
            raise self.broken(key, f"is {value!r}, which is none of {_some(words)}")
        return words(str(value))

    def one_of(self, key: str, value: str | None, known: Collection[str], what: str) -> str:
        """`value`, which must be in `known`."""
        if value not in known:
            raise self.broken(key, f"is {value!r}, which is no {what}; there are {_some(known)}")
        return str(value)

    def table(self, key: str) -> "Section":
        """The table at `key`, which must be there."""
        value = self._take(key)
        if value is None:
            raise self.broken(key, "is missing")
        return Section(value, f"{self.where}.{key}" if self.where else key, self._line)

    def tables(self, key: str) -> list["Section"]:
        """The tables of the list at `key`."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.broken(key, "must be a list of tables")
        return [
            Section(row, f"{self.where}.{key}[{number}]" if self.where else f"{key}[{number}]", self._line)
            for number, row in enumerate(value, 1)
        ]

    def items(self) -> Iterable[tuple[str, Any]]:
        """Every key with its value, for a table whose keys are the source's own words."""
        self._taken |= self._table.keys()
        return self._table.items()

    def _take(self, key: str) -> Any:
        self._taken.add(key)
        return self._table.get(key)


class Document(Section):
    """The whole file: it also knows at which line each of its tables begins."""

    def __init__(self, table: dict[str, Any], text: str) -> None:
        super().__init__(table, "")
        self._text = text

    def table(self, key: str) -> Section:
        """The table `[key]`."""
        section = super().table(key)
        section._line = self._line_of(rf"\[{key}\]", 1)
        return section

    def tables(self, key: str) -> list[Section]:
        """The tables `[[key]]`."""
        sections = super().tables(key)
        for number, section in enumerate(sections, 1):
            section._line = self._line_of(rf"\[\[{key}\]\]", number)
        return sections

    def _line_of(self, heading: str, number: int) -> int | None:
        """The line of the n-th heading; None where the table is written in another way."""
        found = list(re.finditer(rf"^[ \t]*{heading}", self._text, re.MULTILINE))
        return self._text.count("\n", 0, found[number - 1].start()) + 1 if len(found) >= number else None


def _some(words: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, words))) or "none"
