"""How institutions perform: the sheets of `tracker.indicators.figures`, from the histories.

`as_of` None: today; `known_at` None: now. Live figures are for those who may see them (`Permission.PERFORMANCE_LIVE`):
judicial officers for any institution and area, institutions for themselves. Monitors read frozen reports.
"""

from datetime import date, datetime

from tracker.indicators.figures import Comparison, InstitutionFigures, Pathway, Stuck
from tracker.indicators.periods import Period
from tracker.models import Acting, Area, Institution


def institution(
    of: Institution,
    *,
    viewer: Acting | None,
    period: Period,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> InstitutionFigures:
    """The figures of one institution. `viewer` None: an operator's command. Refuses (`NotPermitted`)."""
    raise NotImplementedError


def compare(
    kind: str,
    stage: str,
    indicator: str,
    *,
    viewer: Acting | None,
    period: Period,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Comparison:
    """One indicator ("M6", "M8", "M10") at every institution of a kind, as a funnel. Refuses (`NotPermitted`)."""
    raise NotImplementedError


def pathway(
    area: Area | None,
    *,
    viewer: Acting | None,
    period: Period,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Pathway:
    """Attrition and waiting for an area with all areas below it. Refuses (`NotPermitted`)."""
    raise NotImplementedError


def stuck(*, viewer: Acting) -> list[Stuck]:
    """Where the cases that the viewer's section owns or registered wait longest. Refuses (`NotPermitted`)."""
    raise NotImplementedError
