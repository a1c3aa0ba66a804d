"""What a caseworker's institution holds beside the law's queues: intake, follow-up, feedback; and what it was asked.

Institutions of the law send cases on as well, so they too may be asked for information.
"""

from enum import StrEnum
from functools import cache

from tracker import mission
from tracker.models import Acting, Track
from tracker.queries import queues, ranges
from tracker.queries.paging import PAGE_SIZE, Page
from tracker.queries.ranges import Range, Rows, TrackRow, Way
from tracker.visibility import not_withdrawn


class Part(StrEnum):
    """A list of a caseworker; its value stands in addresses."""

    INTAKE = "intake"
    INFORMATION = "information"
    """Referrals that the viewer's institution sent and whose holder asks for information."""
    FOLLOW_UP = "follow-up"
    ESCALATED = "escalated"
    FEEDBACK = "feedback"


def read(
    part: Part,
    *,
    viewer: Acting,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
    coded: bool = False,
) -> Page[TrackRow]:
    """One page of a list; of `INFORMATION` also at which institution each track is.

    `coded`: with the P-codes of areas.
    `after`, `before`: a key of another page. Refuses (`NotPermitted`) roles that do not read cases.
    """
    statement = _statement(part, ranges.way_of(after, before), mission.current().procedure.version, coded)
    return ranges.read_page(statement, queues.values(viewer), after=after, before=before, size=size)


def counts(*, viewer: Acting) -> dict[Part, int]:
    """How many tracks each list has, up to `COUNT_LIMIT`, in one statement."""
    numbers = ranges.read_counts(_count_statement(mission.current().procedure.version), queues.values(viewer))
    return dict(zip(Part, numbers, strict=True))


@cache
def _statement(part: Part, way: Way, _version: str, coded: bool) -> Rows:
    holder = ("holder",) if part is Part.INFORMATION else ()
    return ranges.page_statement(_ranges(part), way, extras=(*holder, *(ranges.CODED if coded else ())))


@cache
def _count_statement(_version: str) -> Rows:
    return ranges.count_statement([_ranges(part) for part in Part])


def _ranges(part: Part) -> list[Range]:
    match part:
        case Part.INFORMATION:
            # Else SQLite cannot tell that the index `ix_track_asked` holds them all.
            asked = Track.awaiting == ranges.constant("sender")
            us = ranges.asked("institution")
            return [[Track.sender_id == us, asked, not_withdrawn(us, Track.case_id)]]
        case Part.ESCALATED:
            return ranges.with_status("judicial_follow_up", "escalated")
        case Part.INTAKE | Part.FOLLOW_UP | Part.FEEDBACK:
            return [[*ranges.here(_STAGES[part]), Track.open]]


_STAGES = {Part.INTAKE: "referral", Part.FOLLOW_UP: "judicial_follow_up", Part.FEEDBACK: "feedback"}
