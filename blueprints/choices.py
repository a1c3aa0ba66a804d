"""Choices that forms of several rooms offer: areas and institutions, those nearby first."""

from collections.abc import Iterable, Sequence

from blueprints import words
from blueprints.i18n import _
from tracker.models import Acting, Institution
from tracker.queries import areas as area_queries
from tracker.queries import institutions as institution_queries
from tracker.queries.areas import Atlas
from tracker.vocabulary import InstitutionKind

Choice = tuple[str, str]


def areas(*, viewer: Acting) -> list[Choice]:
    """(id, "Lologo, Juba") of the areas of the viewer's state by name, then of the other states."""
    atlas = area_queries.atlas(viewer=viewer)
    near = atlas.surroundings(viewer.institution.area_id)
    return [(str(area.id), area_name(atlas, area.id)) for area in near]


def area_name(atlas: Atlas, area_id: int | None) -> str:
    """An area with the one around it, as people say it; "" for none."""
    return in_area(*(area.name for area in atlas.around(area_id)[:2]))


def in_area(name: str = "", parent: str = "") -> str:
    """ "Lologo, Juba"."""
    return _("%(area)s, %(parent)s", area=name, parent=parent) if parent else name


def institutions(stages: Iterable[str], *, viewer: Acting, near: int | None) -> list[Choice]:
    """(id, "Yei police station (Police station, Yei)") of those that take a case for one of these stages.

    `near`: the area of the case; the nearest to it come first. The viewer's own institution is left out.
    """
    return [(str(one.id), institution_name(one)) for one in nearest(stages, viewer=viewer, near=near)]


def nearest(stages: Iterable[str], *, viewer: Acting, near: int | None) -> Sequence[Institution]:
    """The institutions that a case can be referred to for one of these stages, the nearest to an area first."""
    found = institution_queries.for_stages(stages, viewer=viewer)
    return by_distance(found, viewer=viewer, near=near)


def by_distance(found: Iterable[Institution], *, viewer: Acting, near: int | None) -> Sequence[Institution]:
    """These institutions, the nearest to an area first."""
    atlas = area_queries.atlas(viewer=viewer)
    return sorted(found, key=lambda one: atlas.apart(near, one.area_id))


def of_kinds(kinds: Iterable[InstitutionKind], *, viewer: Acting, near: int | None) -> list[Choice]:
    """(id, name) of the institutions of these kinds, the nearest to an area first."""
    atlas = area_queries.atlas(viewer=viewer)
    found = institution_queries.of_kinds(kinds, viewer=viewer)
    in_order = sorted(found, key=lambda one: atlas.apart(near, one.area_id))
    return [(str(one.id), institution_name(one)) for one in in_order]


def institution_name(one: Institution) -> str:
    """An institution with its kind and area, to tell it from others of a like name."""
    kind = words.label(one.kind)
    if one.area is None:
        return _("%(institution)s (%(kind)s)", institution=one.name, kind=kind)
    return _("%(institution)s (%(kind)s, %(area)s)", institution=one.name, kind=kind, area=one.area.name)
