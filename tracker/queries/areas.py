"""Areas: by name for choosing, and how near one is to another."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from tracker.db import db
from tracker.errors import NotFound, say
from tracker.models import Acting, Area

_FAR = 99
_STATE = 1


class AreaRow(NamedTuple):
    """One area, and the one around it."""

    id: int
    name: str
    level: int
    parent_id: int | None
    active: bool = True


class Atlas:
    """All areas, each with those around it. They are public knowledge, and few."""

    def __init__(self, rows: Iterable[AreaRow]) -> None:
        self._areas = {row.id: row for row in rows}

    def around(self, area_id: int | None) -> tuple[AreaRow, ...]:
        """The area and those around it, from the inside out; nothing for an unknown one."""
        found: list[AreaRow] = []
        while area_id is not None and (row := self._areas.get(area_id)) is not None and row not in found:
            found.append(row)
            area_id = row.parent_id
        return tuple(found)

    def lies_in(self, area_id: int, other: int | None) -> bool:
        """Whether an area is another one or lies in it; every area does where there is no other."""
        return other is None or any(area.id == other for area in self.around(area_id))

    def apart(self, one: int | None, other: int | None) -> int:
        """How many borders lie between two areas: 0 in the same, more the farther; far if one is unknown."""
        first, second = self.around(one), self.around(other)
        for steps, area in enumerate(first):
            if area in second:
                return steps + second.index(area)
        return _FAR

    def surroundings(self, area_id: int | None) -> Sequence[AreaRow]:
        """The areas of the same state by name, then the other states; every area where the state is unknown.

        Those that are no longer in use are left out.
        """
        state = next((area for area in self.around(area_id) if area.level == _STATE), None)
        in_use = (area for area in self._areas.values() if area.active)
        by_name = sorted(in_use, key=lambda area: (area.name, area.id))
        if state is None:
            return by_name
        inside = [area for area in by_name if state in self.around(area.id)]
        return inside + [area for area in by_name if area.level <= _STATE and area != state]


def find(number: str, *, viewer: Acting) -> Area:
    """The area that an address names by its number. Refuses (`NotFound`) an unknown one."""
    assert viewer is not None  # noqa: S101
    known = number.isdecimal() and int(number) < 2**31
    found = db.session.get(Area, int(number)) if known else None
    if found is None:
        raise NotFound(say("There is no such area."))
    return found


def atlas(*, viewer: Acting) -> Atlas:
    """Every area; the viewer is anybody who has signed in."""
    assert viewer is not None  # noqa: S101 - nothing is read for nobody
    return Atlas(
        AreaRow._make(row)
        for row in db.session.execute(select(Area.id, Area.name, Area.level, Area.parent_id, Area.active))
    )


def codes(*, viewer: Acting) -> dict[int, str]:
    """The P-code of every area."""
    assert viewer is not None  # noqa: S101 - nothing is read for nobody
    return {row.id: row.code for row in db.session.execute(select(Area.id, Area.code))}


def areas_inside(area_id: int) -> frozenset[int]:
    """The area with all areas inside it, by their ids."""
    inside = select(Area.id).where(Area.id == area_id).cte(recursive=True)
    inside = inside.union(select(Area.id).where(Area.parent_id == inside.c.id))
    return frozenset(db.session.scalars(select(inside.c.id)))


def states(*, viewer: Acting | None) -> Mapping[str, tuple[str, str]]:
    """By the P-code of each area in a state: the P-code and the name of the state. The viewer is None for a command."""
    del viewer  # areas are public knowledge
    asked = select(Area.id, Area.parent_id, Area.level, Area.code, Area.name)
    rows: dict[int | None, Any] = {row.id: row for row in db.session.execute(asked)}
    found = {}
    for row in rows.values():
        state = row
        while state and state.level > _STATE:
            state = rows.get(state.parent_id)
        if state and state.level == _STATE:
            found[row.code] = (state.code, state.name)
    return found
