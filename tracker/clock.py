"""The one clock. Instants are aware and UTC; calendar days are the mission area's."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, aware, in UTC, whole seconds (what the database keeps and forms show)."""
    return datetime.now(UTC).replace(microsecond=0)


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an aware instant in the mission area."""
    return instant.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) of a calendar day of the mission area."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last whole second (UTC) of a calendar day of the mission area."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
