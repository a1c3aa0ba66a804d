"""How the figures of institutions count the procedure's words: what an end is, what suspends, what leads on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.errors import BrokenProcedure
from tracker.procedure import shape
from tracker.procedure.shape import checked

Word = tuple[str, str]
"""A stage and one of its statuses or ends; written "stage.word"."""

KINDS_OF_END = ("decided", "withdrawn", "administrative", "moved_out")
APART = ("alert", "case")
"""The stages that no track is in."""


@dataclass(frozen=True)
class Counting:
    """The table `[counting]`. Empty where a procedure has none: then there are no figures."""

    ends: Mapping[Word, str] = field(default_factory=dict)
    """Each end of each stage -> one of `KINDS_OF_END`."""
    withdrawn_reasons: frozenset[str] = frozenset()
    """Reasons that make any end a withdrawal."""
    suspended: frozenset[Word] = frozenset()
    onward: frozenset[Word] = frozenset()
    """The ends by which a case comes to the next stage."""
    milestones: Mapping[str, frozenset[Word]] = field(default_factory=dict)
    """How far a case can come, in order; it has come so far once a track of it had one of the words."""
    protective: frozenset[str] = frozenset()
    """The measures that protect a survivor."""


def read(given: Any, words: Mapping[str, Mapping[str, Iterable[str]]]) -> Counting:
    """Reads the table; refuses (`BrokenProcedure`) an end without a kind, or with two. `words`: by stage, then kind."""
    row = checked(given, "The table of counting", shape.COUNTING, *shape.COUNTING)
    ends = {word for stage, its in words.items() if stage not in APART for word in _of(stage, its["ends"])}
    statuses = {word for stage, its in words.items() for word in _of(stage, its["statuses"])}
    kinds = _kinds(row["ends"], ends)
    if missing := ends - kinds.keys():
        raise BrokenProcedure(
            f"No figure counts the end {'.'.join(min(missing))}: name it in [counting.ends]."
        )
    return Counting(
        ends=kinds,
        withdrawn_reasons=frozenset(row["withdrawn_reasons"]),
        suspended=_words(row["suspended"], statuses),
        onward=_words(row["onward"], ends),
        milestones={name: _words(its, ends | statuses) for name, its in row["milestones"].items()},
        protective=frozenset(row["protective"]),
    )


def _kinds(given: Mapping[str, list[str]], ends: set[Word]) -> dict[Word, str]:
    kinds: dict[Word, str] = {}
    for kind, named in given.items():
        if kind not in KINDS_OF_END:
            raise BrokenProcedure(f"There is no kind of end {kind!r} in [counting.ends].")
        for word in _words(named, ends):
            if kinds.setdefault(word, kind) != kind:
                raise BrokenProcedure(f"The end {'.'.join(word)} is counted twice in [counting.ends].")
    return kinds


def _words(named: Iterable[str], known: set[Word]) -> frozenset[Word]:
    found = set()
    for text in named:
        stage, _, name = text.partition(".")
        if (stage, name) not in known:
            raise BrokenProcedure(f"The table of counting names {text!r}, which does not exist.")
        found.add((stage, name))
    return frozenset(found)


def _of(stage: str, names: Iterable[str]) -> set[Word]:
    return {(stage, name) for name in names}
