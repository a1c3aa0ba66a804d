"""Which institutions there are: for choosing where a case goes, and who is responsible for an area."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker import mission
from tracker.db import db
from tracker.errors import NotFound, say
from tracker.models import Acting, Area, Institution
from tracker.vocabulary import InstitutionKind


def section_for(area_id: int | None, *, viewer: Acting, without: Collection[int] = ()) -> Institution | None:
    """The judicial affairs section responsible for an area: its own, or that of the nearest area around it.

    A judicial officer's own section comes first where several share an area. `without`: those that it cannot be.
    """
    around = _areas_around(area_id) if area_id is not None else []
    sections = db.session.scalars(
        select(Institution).where(
            Institution.kind == InstitutionKind.JUDICIAL_AFFAIRS,
            Institution.active,
            Institution.area_id.in_(around),
            Institution.id.not_in(without),
        )
    ).all()
    return min(
        sections,
        key=lambda s: (around.index(s.area_id or 0), s.id != viewer.institution_id, s.id),
        default=None,
    )


def for_stages(stages: Iterable[str], *, viewer: Acting) -> Sequence[Institution]:
    """The active institutions that a case can be referred to for one of these stages, other than the viewer's."""
    procedure = mission.current().procedure
    kinds = {kind for stage in stages for kind in procedure.stages[stage].kinds}
    return db.session.scalars(
        select(Institution)
        .options(joinedload(Institution.area))
        .where(Institution.kind.in_(kinds), Institution.active, Institution.id != viewer.institution_id)
        .order_by(Institution.name)
    ).all()


def others(*, viewer: Acting) -> Sequence[Institution]:
    """Every institution but the viewer's own, also those out of use, by name."""
    return db.session.scalars(
        select(Institution)
        .options(joinedload(Institution.area))
        .where(Institution.id != viewer.institution_id)
        .order_by(Institution.name)
    ).all()


def of_kinds(kinds: Iterable[InstitutionKind], *, viewer: Acting) -> Sequence[Institution]:
    """The active institutions of these kinds; the viewer is anybody who has signed in."""
    assert viewer is not None  # noqa: S101
    return db.session.scalars(
        select(Institution)
        .options(joinedload(Institution.area))
        .where(Institution.kind.in_(tuple(kinds)), Institution.active)
        .order_by(Institution.name)
    ).all()


def find(code: str, *, viewer: Acting) -> Institution:
    """The institution with that code; institutions are public knowledge to everyone who may sign in."""
    found = db.session.scalar(select(Institution).where(Institution.code == code))
    if found is None or viewer is None:
        raise NotFound(say("There is no such institution."))
    return found


def names(codes: Iterable[str], *, viewer: Acting) -> dict[str, str]:
    """The names of these institutions by their codes."""
    assert viewer is not None  # noqa: S101 - nothing is read for nobody
    rows = db.session.execute(
        select(Institution.code, Institution.name).where(Institution.code.in_(sorted(codes)))
    )
    return {row.code: row.name for row in rows}


def _areas_around(area_id: int) -> list[int]:
    around = [area_id]
    while (area := db.session.get(Area, around[-1])) is not None and area.parent_id is not None:
        around.append(area.parent_id)
    return around
