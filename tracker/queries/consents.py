"""What a survivor decided about sharing, and what of it is in force."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from tracker.models import Acting
from tracker.visibility import ALLOWS
from tracker.vocabulary import ConsentDecision, DataClass


class Decided(Protocol):
    """One decision about one class for one institution, as a row of consent says it."""

    @property
    def institution_id(self) -> int: ...

    @property
    def data_class(self) -> DataClass: ...

    @property
    def decision(self) -> ConsentDecision: ...


Row = TypeVar("Row", bound=Decided)


def newest(rows: Iterable[Row], *, viewer: Acting) -> Mapping[int, Mapping[DataClass, Row]]:
    """By institution and class, the newest of decisions that came in order; the viewer has read them already."""
    assert viewer is not None  # noqa: S101 - nothing is read for nobody
    found: dict[int, dict[DataClass, Row]] = {}
    for row in rows:
        found.setdefault(row.institution_id, {})[row.data_class] = row
    return found


def in_force(rows: Iterable[Decided], institution_id: int, *, viewer: Acting) -> frozenset[DataClass]:
    """The classes that the institution may have."""
    of_it = newest(rows, viewer=viewer).get(institution_id, {})
    return frozenset(one for one, row in of_it.items() if row.decision in ALLOWS)
