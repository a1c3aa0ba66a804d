"""Institutions and areas as lists, for those who keep them and those who look for an institution."""

from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.errors import NotFound, say
from tracker.gazetteer import stored
from tracker.gazetteer.matching import Gazetteer
from tracker.models import Acting, Area, Institution
from tracker.queries import by_name
from tracker.queries.paging import PAGE_SIZE, Page
from tracker.vocabulary import InstitutionKind


class InstitutionRow(NamedTuple):
    """One institution in a list."""

    id: int
    code: str
    name: str
    kind: InstitutionKind
    area: str | None
    active: bool
    area_code: str | None


class AreaRow(NamedTuple):
    """One area in a list, with how many areas lie directly in it."""

    id: int
    code: str
    name: str
    inside: int
    level: int
    active: bool


def institutions(
    *,
    viewer: Acting,
    kinds: frozenset[InstitutionKind] | None = None,
    area_id: int | None = None,
    name: str = "",
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[InstitutionRow]:
    """Institutions in order of name. `kinds`: only these; `area_id`: only in this area and those inside it."""
    assert viewer is not None  # noqa: S101 - institutions are public to all who sign in, and to nobody else
    statement = select(
        Institution.id,
        Institution.code,
        Institution.name,
        Institution.kind,
        Area.name,
        Institution.active,
        Area.code,
    ).outerjoin(Institution.area)
    if kinds is not None:
        statement = statement.where(Institution.kind.in_(sorted(kinds)))
    if area_id is not None:
        statement = statement.where(Institution.area_id.in_(_inside(area_id)))
    if name.strip():
        statement = statement.where(Institution.name.icontains(name.strip(), autoescape=True))
    return by_name.page(
        statement,
        InstitutionRow,
        name=Institution.name,
        key=Institution.id,
        after=after,
        before=before,
        size=size,
    )


def kinds(*, viewer: Acting) -> list[InstitutionKind]:
    """The kinds of which there is an institution, in the order of the word list."""
    assert viewer is not None  # noqa: S101
    there = set(db.session.scalars(select(Institution.kind).distinct()))
    return [kind for kind in InstitutionKind if kind in there]


def areas(
    *,
    viewer: Acting,
    parent: Area | None,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[AreaRow]:
    """The areas directly inside `parent`, or the countries, in order of name."""
    assert viewer is not None  # noqa: S101
    part = aliased(Area)
    inside = select(func.count()).where(part.parent_id == Area.id).scalar_subquery()
    around = Area.parent_id == parent.id if parent else Area.parent_id.is_(None)
    statement = select(Area.id, Area.code, Area.name, inside, Area.level, Area.active).where(around)
    return by_name.page(
        statement, AreaRow, name=Area.name, key=Area.id, after=after, before=before, size=size
    )


def area(code: str, *, viewer: Acting) -> Area:
    """The area of a P-code. Refuses (`NotFound`) an unknown one."""
    assert viewer is not None  # noqa: S101
    found = db.session.scalar(select(Area).where(Area.code == code))
    if found is None:
        raise NotFound(say("There is no area with this P-code."))
    return found


def matcher(*, viewer: Acting) -> Gazetteer:
    """All areas, ready to say which one a typed text means. Get it once for many texts."""
    assert viewer is not None  # noqa: S101
    return stored.gazetteer(db.session())


def around(area: Area) -> list[Area]:
    """The areas around one, from the outside in, itself last."""
    found = [area]
    while (parent := found[0].parent) is not None:
        found.insert(0, parent)
    return found


def _inside(area_id: int) -> Select[int]:
    """The ids of an area and of all areas inside it."""
    inside = select(Area.id).where(Area.id == area_id).cte("inside", recursive=True)
    deeper = select(Area.id).join(inside, Area.parent_id == inside.c.id)
    return select(inside.union_all(deeper).c.id)
