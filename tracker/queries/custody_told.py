"""Who is told of a limit of custody: never those who hold the person, nor anybody from whom the case is hidden."""

from collections.abc import Iterable

from sqlalchemy import select

from tracker.db import db
from tracker.models import Area, Custody, Institution, Wall
from tracker.vocabulary import InstitutionKind


def outside(custody: Custody) -> list[int]:
    """The institutions that are told: the judicial affairs section of the area, and who is responsible for the case.

    Where that is the very institution that holds the person: the one above it and every other section.
    """
    holder, case = custody.institution, custody.case
    sections = _sections()
    near = _nearest(holder, sections)
    told = _able([*near, case.owner_id], custody)
    if told:
        return told
    return _able([holder.parent_id, *(one.id for one in sections)], custody)


def _sections() -> list[Institution]:
    found = select(Institution).where(
        Institution.kind == InstitutionKind.JUDICIAL_AFFAIRS, Institution.active
    )
    return list(db.session.scalars(found.order_by(Institution.id)))


def _nearest(holder: Institution, sections: Iterable[Institution]) -> list[int]:
    """The sections of the innermost area around the place that has any; one without an area is for the whole."""
    area = holder.area
    while area is not None:
        here = [one.id for one in sections if one.area_id == area.id]
        if here:
            return here
        area = db.session.get(Area, area.parent_id) if area.parent_id is not None else None
    return [one.id for one in sections if one.area_id is None]


def _able(ids: Iterable[int | None], custody: Custody) -> list[int]:
    """Each once, in order, without those that hold the person, from whom the case is hidden, or that are no more."""
    wanted = dict.fromkeys(one for one in ids if one is not None and one != custody.institution_id)
    walled = select(Wall.institution_id).where(Wall.case_id == custody.case_id)
    active = select(Institution.id).where(
        Institution.id.in_(wanted), Institution.active, Institution.id.not_in(walled)
    )
    known = set(db.session.scalars(active))
    return [one for one in wanted if one in known]
