"""What institutions asked of us: referrals that we sent and that wait for our answer."""

from functools import cache

from sqlalchemy import literal_column

from tracker.db import db
from tracker.models import Membership, Track
from tracker.queries import queues, ranges
from tracker.queries.paging import PAGE_SIZE, Page
from tracker.queries.ranges import COUNT_LIMIT, Range, Rows, TrackRow, Way


def asked_of_us(
    *, viewer: Membership, after: str | None = None, before: str | None = None, size: int = PAGE_SIZE
) -> Page[TrackRow]:
    """The referrals that the viewer's institution sent and whose holder asks for information, by time limit.

    Refuses (`NotPermitted`) roles that do not read cases.
    """
    statement = _statement(ranges.way_of(after, before))
    return ranges.read_page(statement, queues.values(viewer), after=after, before=before, size=size)


def count_asked_of_us(*, viewer: Membership) -> int:
    """How many there are, up to `COUNT_LIMIT`."""
    found = db.session.scalar(_count_statement(), queues.values(viewer)) or 0
    return min(int(found), COUNT_LIMIT)


@cache
def _statement(way: Way) -> Rows:
    return ranges.page_statement([_sent()], way, holder=True)


@cache
def _count_statement() -> Rows:
    return ranges.count_statement([[_sent()]])


def _sent() -> Range:
    # Written out, not a parameter: else SQLite cannot tell that the index `ix_track_asked` holds them all.
    return [Track.sender_id == ranges.asked("institution"), Track.awaiting == literal_column("'sender'")]
