"""The numbers of the areas and institutions that a source names; what is missing is made."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.db import Base, reading_only
from tracker.intake.errors import NotReady
from tracker.intake.mapping import AreaRow, Place, Source
from tracker.models import Area, ImportSource, Institution


class Directory:
    """Areas and institutions by code. Each is made in a transaction of its own, so that no batch can take it back."""

    def __init__(
        self,
        engine: sa.Engine,
        source: Source,
        *,
        makes: Sequence[Place],
        areas: Iterable[AreaRow] = (),
        named: Iterable[str] = (),
    ) -> None:
        """`makes`: the institutions that the mapping describes; `areas`: its areas; `named`: codes that must exist."""
        self._engine, self._source, self._makes = engine, source, makes
        self._places: dict[str, int] = {}
        self.made = 0
        self.area_ids = self._areas(areas, named)

    def prepare(self) -> None:
        """Makes every institution that the mapping describes, in its order: parents come first."""
        for place in self._makes:
            self.number_of(place)

    def number_of(self, place: Place) -> int:
        """The number of an institution; refuses (`NotReady`) a code that another kind of institution has."""
        number = self._places.get(place.code)
        if number is None:
            number = self._places[place.code] = self._find(place) or self._make(place)
        return number

    def source(self) -> int:
        """The number of the source, which is made at its first run."""
        source = self._source
        with self._engine.begin() as connection:
            number = connection.scalar(sa.select(ImportSource.id).where(ImportSource.code == source.code))
            if number is None:
                row = {"code": source.code, "title": source.title, "first_run_at": clock.now()}
                number = _insert(connection, ImportSource, row)
        return int(number)

    def _find(self, place: Place) -> int | None:
        wanted = sa.select(Institution.id, Institution.kind).where(Institution.code == place.code)
        with reading_only(), self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is not None and row.kind != place.kind:
            raise NotReady(
                f"There is an institution {place.code!r} already, of the kind {row.kind.value!r} and not "
                f"{place.kind.value!r}. Give the one of the mapping another code."
            )
        return row.id if row is not None else None

    def _make(self, place: Place) -> int:
        row = {
            "code": place.code,
            "name": place.name,
            "kind": place.kind,
            "area_id": self.area_ids[place.area] if place.area else None,
            "parent_id": self._places[place.parent] if place.parent else None,
            "active": True,
        }
        with self._engine.begin() as connection:
            number = _insert(connection, Institution, row)
        self.made += 1
        return number

    def _areas(self, areas: Iterable[AreaRow], named: Iterable[str]) -> dict[str, int]:
        with self._engine.begin() as connection:
            ids: dict[str, int] = dict(connection.execute(sa.select(Area.code, Area.id)).all())
            for area in areas:
                if area.code not in ids:
                    parent_id = _known(ids, [area.parent])[0] if area.parent else None
                    row = {"code": area.code, "name": area.name, "level": area.level, "parent_id": parent_id}
                    ids[area.code] = _insert(connection, Area, row)
        _known(ids, named)
        return ids


def _known(ids: dict[str, int], codes: Iterable[str]) -> list[int]:
    for code in codes:
        if code not in ids:
            raise NotReady(f"There is no area {code!r}. Describe it under [[areas]], or make it first.")
    return [ids[code] for code in codes]


def _insert(connection: sa.Connection, model: type[Base], row: dict[str, Any]) -> int:
    made = connection.execute(sa.insert(model).values(row)).inserted_primary_key
    assert made is not None, "one row was inserted"  # noqa: S101 - what the driver promises
    return int(made[0])
