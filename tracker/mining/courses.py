"""A case as process mining sees it: what was done to it, in order, without who, whose and when to the hour."""

from collections.abc import Sequence
from typing import NamedTuple


class Step(NamedTuple):
    """One act on one stay of a case: codes of the procedure and word lists, nothing else."""

    stay: int
    """Which stay of the case, counted from 1 as they began; 0: the case as a whole."""
    stage: str
    action: str
    status: str
    """What it led to."""
    place: str
    """The kind of the institution that held the stay."""
    role: str
    """What the person was who did it; "" for what happens by time, or was not said."""

    @property
    def activity(self) -> str:
        """How it is named in files."""
        return f"{self.stage}.{self.action}"


class Course(NamedTuple):
    """One case as it was recorded. `days`: the calendar day of each step (`date.toordinal`), which never go back."""

    steps: tuple[Step, ...]
    days: tuple[int, ...]
    concern: str
    area: str
    """The P-code of the state; "" where none is known."""


class Group(NamedTuple):
    """What may be said of so many cases: nothing tells one of them from another.

    `outline`: of each stay only its beginning and its last status are told.
    """

    cases: int
    steps: tuple[Step, ...]
    days: Sequence[int]
    concern: str
    area: str
    outline: bool


class Disclosed(NamedTuple):
    """What may leave: the groups, and how many cases are in none of them."""

    groups: Sequence[Group]
    left_out: int
