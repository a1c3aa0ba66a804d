"""When witnesses saw the log grow: what bounds back-dating (history.md, section 4, item 7)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from tracker.log.checkpoints import Signed, open_signed
from tracker.log.encoding import unb64
from tracker.log.keys import VerifierKey
from tracker.log.policy import Policy
from tracker.log.readers import WITNESSED, Reader
from tracker.log.refusals import Malformed, NotProved
from tracker.log.report import Break, Report

_A_DAY = timedelta(days=1)


class Sighting(NamedTuple):
    """A checkpoint that the policy's quorum had seen by `time` (POSIX seconds)."""

    size: int
    root: bytes
    time: int

    def day(self) -> date:
        """Its day in UTC."""
        return datetime.fromtimestamp(self.time, UTC).date()


def sighting(policy: Policy, signed: Signed) -> Sighting | None:
    """The first time by which the policy's quorum had seen a checkpoint (c2sp.org/tlog-policy); None: it never did."""
    for time in sorted(signed.seen.values()):
        if policy.met_by({key for key, at in signed.seen.items() if at <= time}):
            return Sighting(signed.checkpoint.size, signed.checkpoint.root, time)
    return None


def read(reader: Reader, keys: Sequence[VerifierKey], policy: Policy, report: Report) -> list[Sighting]:
    """Every sighting of the `witnessed` file, oldest first; names each line that is not one."""
    found = list[Sighting]()
    for number, line in enumerate((reader.read(WITNESSED) or b"").splitlines(), 1):
        try:
            one = sighting(policy, open_signed(unb64(line.decode("ascii")), keys, policy.witnesses.values()))
        except (Malformed, NotProved, UnicodeDecodeError) as wrong:
            report.add(Break.WITNESSED, f"Line {number} of {WITNESSED}: {wrong}")
            continue
        if one is None:
            report.add(Break.WITNESSED, f"Line {number} of {WITNESSED}: the quorum is not met.")
        elif found and one.size < found[-1].size:
            report.add(Break.WITNESSED, f"Line {number} of {WITNESSED}: the log had been larger before.")
        else:
            found.append(one)
    return found


class Bounds:
    """Holds days of recording against the first sighting that covers their entry, in the log's order."""

    def __init__(self, sightings: Sequence[Sighting], report: Report) -> None:
        """`sightings`: oldest first."""
        self._coming: Iterator[Sighting] = iter(sightings)
        self._next = next(self._coming, None)
        self._report = report

    def take(self, position: int, recorded: date) -> str | None:
        """What is wrong with the day, or None. Notes how far back the entry could have been dated.

        The entry was in the log when it was seen, so it was recorded before; a mission area's day is at most one ahead
        of that of UTC. How long before, nobody saw: that is the bound, and it is published.
        """
        while self._next and self._next.size <= position:
            self._next = next(self._coming, None)
        if self._next is None:
            self._report.unseen += 1
            return None
        seen = self._next.day()
        if recorded > seen + _A_DAY:
            return f"Recorded on {recorded}, and yet a witness had seen it on {seen}."
        self._report.note_lag(position, (seen - recorded).days)
        return None
