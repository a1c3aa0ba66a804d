"""What the translators get besides the sentences in code and templates: word lists and the procedure's words.

Used by `pybabel extract` (babel.cfg) only.
"""

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, BinaryIO

from blueprints import words
from tracker import vocabulary
from tracker.indicators.words import Beginning, End

Message = tuple[int, str, tuple[str, str], list[str]]


LISTS = [
    kind
    for kind in (*vars(vocabulary).values(), Beginning, End)
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
]
"""Every list of `tracker.vocabulary`, and how spells begin and end in the figures."""


def word_lists(_file: BinaryIO, *_: Any, **__: Any) -> Iterator[Message]:
    """Every word of every list."""
    for kind in LISTS:
        for word in kind:
            yield 1, "pgettext", (words.context(kind), words.english(word)), [kind.__name__]


def procedure(file: BinaryIO, *_: Any, **__: Any) -> Iterator[Message]:
    """Every label of a procedure file."""
    table = tomllib.loads(file.read().decode())
    for context, text in _labels(table):
        yield 1, "pgettext", (context, text), []


def _labels(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for stage in table.get("stages", {}).values():
        yield "stage", stage["label"]
        yield from (("status", status["label"]) for status in stage.get("statuses", {}).values())
        yield from (("status", text) for text in stage.get("ends", {}).values())
    for ends in ("referral_ends", "track_ends"):
        yield from (("status", text) for text in table.get(ends, {}).values())
    steps = [*table.get("steps", {}).values(), table.get("referral_steps", {}), table.get("track_steps", {})]
    for step in (step for group in steps for step in group.values()):
        yield "step", step["label"]
        yield "done", step["done"]
    yield from (("done", text) for text in table.get("acts", {}).values())
    yield from (("clock", clock["label"]) for clock in table.get("clocks", {}).values() if "label" in clock)
