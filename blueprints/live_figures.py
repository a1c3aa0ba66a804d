"""Live figures as the pages, their files and other systems ask for them: one door, so that none of them shows more.

Who may see whose stands in `visibility.FIGURES_REACH`; here, of what there are any.
"""

from enum import StrEnum

from blueprints.asked import Asked
from blueprints.guards import allowed, signed_in
from tracker import mission
from tracker.errors import BadInput, NotFound, say
from tracker.indicators.figures import Comparison, InstitutionFigures, Pathway
from tracker.models import Area, Institution
from tracker.permissions import Permission
from tracker.queries import institutions, monitoring, performance
from tracker.vocabulary import InstitutionKind


class Compared(StrEnum):
    """The indicators that are compared between institutions, by their codes."""

    M10 = "M10"
    M6 = "M6"
    M8 = "M8"


def subject(code: str) -> Institution:
    """The institution of that code: everybody's own; for those who oversee an area any that is followed there.

    Refuses (`NotFound`) every other.
    """
    viewer = signed_in()
    found = institutions.find(code, viewer=viewer)
    overseen = allowed(Permission.AREA_OVERSEE) and found.kind in monitoring.watched_kinds()
    if not overseen and found.id != viewer.institution_id:
        raise NotFound(say("There is no such institution."))
    return found


def institution(of: Institution, asked: Asked) -> InstitutionFigures:
    """Its figures."""
    return performance.institution(
        of, viewer=signed_in(), period=asked.period, as_of=asked.as_of, known_at=asked.known_at
    )


def comparison(kind: str, indicator: str, asked: Asked) -> Comparison:
    """One indicator at every institution of a kind. Refuses (`BadInput`) what is not compared."""
    if kind not in monitoring.watched_kinds() or indicator not in list(Compared):
        raise BadInput(kind=say("There is no such list. Begin at the first page."))
    return performance.compare(
        kind,
        mission.current().procedure.stages_of(InstitutionKind(kind))[0],
        indicator,
        viewer=signed_in(),
        period=asked.period,
        as_of=asked.as_of,
        known_at=asked.known_at,
    )


def pathway(area: Area | None, asked: Asked) -> Pathway:
    """How far the cases of an area come; None: of all that the viewer oversees."""
    return performance.pathway(
        area, viewer=signed_in(), period=asked.period, as_of=asked.as_of, known_at=asked.known_at
    )
