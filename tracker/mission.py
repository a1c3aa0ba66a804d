"""What this installation follows: its procedure (with its country pack) and its calendar days."""

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from tracker import procedure
from tracker.log import canonical
from tracker.procedure import Procedure
from tracker.procedure.table import as_table


@dataclass(frozen=True)
class Mission:
    """The procedure in force and the mission area's time zone."""

    procedure: Procedure
    zone: ZoneInfo

    @cached_property
    def table(self) -> bytes:
        """The procedure as the log keeps it: one canonical text, so that its digest names it."""
        return canonical.encode(as_table(self.procedure))


_current: list[Mission] = []


def start(pack: str | None, zone: ZoneInfo) -> Mission:
    """Reads the procedure for a country pack and makes it the one in force; done once, as the application starts."""
    _current[:] = [Mission(procedure.load(pack), zone)]
    return _current[0]


def current() -> Mission:
    """The mission of this process; the default procedure and Juba's days where none was started."""
    return _current[0] if _current else start(None, ZoneInfo("Africa/Juba"))
