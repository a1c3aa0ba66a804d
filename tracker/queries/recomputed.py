"""A published report, recomputed from a copy of the log: what a verifier checks with nothing but the files.

The disclosures that accredited verifiers hold say, of every step, the stage, the statuses, the institution and the
days. So the stays of an institution can be told again, and with them everything that counts days and statuses. What
hangs on what stays personal cannot: the reason (a withdrawal), the sender (whether a case was new or handed over), the
hour (whether a limit was kept), the area. Of those rows it is said that they were not recomputed, and nothing more.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from tracker import clock, mission
from tracker.errors import BadInput, say
from tracker.indicators import definitions, published, reported, tally
from tracker.indicators.published import Cell, Said
from tracker.indicators.reported import Counts
from tracker.indicators.tally import Asked, Stay
from tracker.log import checkpoints, leaf, notes, tiles
from tracker.log.disclosures import opened, unpack_lines
from tracker.log.encoding import b64url
from tracker.log.leaf import CaseLeaf, Kind, Notice
from tracker.log.readers import CHECKPOINT, Reader, read_items
from tracker.log.shown import DAY, STEP
from tracker.log.tiles import DISCLOSURES, unpack_bundle
from tracker.models import Effect
from tracker.procedure.counting import APART
from tracker.queries import courses
from tracker.queries.courses import Entry

RECOMPUTED: Mapping[str, frozenset[str] | None] = {
    "caseload": frozenset(
        {"open_at_start", "came_in", "reactivated", "suspended", "open_at_end", "suspended_at_end"}
    ),
    "time": None,
    "ends": frozenset({"n"}),
    "ages": frozenset({"n", "band_0", "band_91", "band_181", "band_366", "band_731", "median"}),
    "progression": None,
}
"""The rows of each table that days and statuses alone make; None: all of them."""

_ME = 1
_NOON = time(12)

Place = tuple[str, str, str, str]


@dataclass
class Verdict:
    """What came of it."""

    name: str
    published: bool
    """The log has a leaf with the digest of this very file."""
    equal: list[Place] = field(default_factory=list)
    differ: list[tuple[Place, object, object]] = field(default_factory=list)
    """Place, what the report says, what was recomputed."""
    left: list[Place] = field(default_factory=list)
    """Not recomputed."""
    kept: int = 0
    """Numbers that stand as an earlier edition said them (`indicators.editions`): that edition is to be verified."""
    undisclosed: int = 0
    """Leaves of cases of which nothing is disclosed, as of erased ones."""

    @property
    def holds(self) -> bool:
        """Whether the file is the published one, and everything that was recomputed is equal."""
        return self.published and not self.differ

    def lines(self) -> Iterator[str]:
        """The same in sentences."""
        yield f"{self.name}: " + (
            "its digest is in the log."
            if self.published
            else "its digest is NOT in the log: this is no published report."
        )
        yield f"Recomputed and equal: {len(self.equal)} numbers."
        for place, says, found in self.differ:
            yield f"DIFFERS: {_words(place)}: the report says {_cell(says)}, the log gives {_cell(found)}."
        if self.left:
            tables = ", ".join(
                sorted({f"{table} ({stage})" if stage else table for table, stage, *_ in self.left})
            )
            yield (
                f"Not recomputed: {len(self.left)} numbers, because they hang on reasons, senders, hours or areas, "
                f"which are not disclosed to verifiers. In: {tables}."
            )
        if self.kept:
            yield f"Kept as an earlier edition said them: {self.kept} numbers. Verify that edition too."
        if self.undisclosed:
            yield f"Entries without disclosures, as of erased cases: {self.undisclosed}. Numbers may differ by them."


def compare(data: bytes, log: Reader) -> Verdict:
    """Recomputes the report in `data` from the files of a log. Verify the log itself first.

    Refuses (`BadInput`) what is no report, what was reckoned by other definitions, and a log that cannot be read.
    """
    content = _content(data)
    subject, said = content["subject"], published.read(content)
    asked = Asked(said.period, date.fromisoformat(content["basis"]["as_of"]))
    told = _Told(subject["code"], content["basis"]["log_position"], b64url(sha256(data).digest()))
    for position, found, values in _leaves(log):
        told.take(position, found, values)
    name = f"{subject['name']}, {said.period}, edition {content['edition']}"
    verdict = Verdict(name, told.published, undisclosed=told.undisclosed)
    again = _recomputed(told, said, asked) if subject["kind"] == "institution" else {}
    _judge(_said_anew(content, verdict), again, verdict)
    return verdict


def _said_anew(content: Mapping[str, Any], verdict: Verdict) -> dict[Place, Cell]:
    """The cells that this edition reckoned; not its shares of kept numbers."""
    cells = published.cells(published.read(content).tables)
    if not content["corrects"]:
        return cells
    anew = {tuple(place) for *place, _was, _now in content["corrects"]["changed"]}
    verdict.kept = sum(cell != published.NOTHING and place not in anew for place, cell in cells.items())
    return {place: cell for place, cell in cells.items() if place in anew and place[3] != published.PERCENT}


def _content(data: bytes) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(data)
    except ValueError:
        content = {}
    if content.get("format") != published.FORMAT:
        raise BadInput(file=say("This file is not a published report (JSON)."))
    if content["basis"]["definitions"] != definitions.versions():
        raise BadInput(
            file=say(
                "This report was reckoned by other versions of the definitions: use the release that made it."
            )
        )
    return content


class Shown(NamedTuple):
    """What is disclosed of a step."""

    step: Mapping[str, Any]
    day: Mapping[str, Any]


def _leaves(log: Reader) -> Iterator[tuple[int, leaf.Leaf, Shown | None]]:
    """Every leaf in order, with what is disclosed of it."""
    data = log.read(CHECKPOINT)
    if data is None:
        raise BadInput(log=say("There is no log in this folder."))
    for bundle in tiles.bundles_of_size(checkpoints.parse_text(notes.parse(data).text).size):
        entries = read_items(log, bundle, unpack_bundle)
        if entries is None:
            raise BadInput(log=say("This copy of the log is not whole. Copy it again, then verify it."))
        shown = read_items(log, bundle._replace(level=DISCLOSURES), unpack_lines) or [""] * len(entries)
        for at, (entry, disclosures) in enumerate(zip(entries, shown, strict=False)):
            found = leaf.parse(entry)
            yield bundle.number * tiles.WIDTH + at, found, _shown(found, disclosures)


def _shown(found: leaf.Leaf, disclosures: str) -> Shown | None:
    if not disclosures or isinstance(found, Notice):
        return None
    values = opened(found.digests, disclosures.split("~"))
    return Shown(values[STEP], values[DAY]) if STEP in values and DAY in values else None


class _Told:
    """The steps at one institution, as the log tells them up to a position, each with the track that it belongs to."""

    def __init__(self, code: str, position: int | None, digest: str) -> None:
        self.code, self.position, self.digest = code, position, digest
        self.published, self.undisclosed = False, 0
        self.entries: list[Entry] = []
        self._tracks: dict[tuple[str, str], int] = {}
        self._ids: dict[tuple[str, int], int] = {}
        self._cases: dict[str, int] = {}

    def take(self, position: int, found: leaf.Leaf, values: Shown | None) -> None:
        """Looks at one leaf."""
        if isinstance(found, Notice):
            self.published |= found.kind is Kind.REPORT and found.digest == self.digest
        elif self.position is None or position < self.position:
            if values is None:
                self.undisclosed += 1
            elif values.step["institution"] == self.code:
                self._step(position, found, values)

    def _step(self, position: int, found: CaseLeaf, values: Shown) -> None:
        step, effect = values.step, Effect(values.step["effect"])
        if step["stage"] in APART:
            return
        about = (found.case, step["stage"])
        if effect is Effect.OPENS:
            self._tracks[about] = position
        if about not in self._tracks:
            return
        self._ids[found.case, found.n] = position
        corrects = step.get("corrects")
        self.entries.append(
            Entry(
                track_id=self._tracks[about],
                id=position,
                holder_id=_ME,
                case_id=self._cases.setdefault(found.case, len(self._cases)),
                stage=step["stage"],
                action=_action(effect, corrects),
                effect=effect,
                status_before=step["before"],
                status_after=step["after"],
                happened_at=_noon(values.day["happened"]),
                clock=None,
                due_at=None,
                reason=None,
                corrects_id=None if corrects is None else self._ids.get((found.case, corrects)),
                sender_id=None,
                handed=False,
                again=False,
            )
        )


def _action(effect: Effect, corrects: int | None) -> str:
    if corrects is None:
        return ""
    return "correct" if effect is Effect.NOTES else "withdraw"


def _noon(day: str | None) -> datetime | None:
    """An instant of that day: which one does not matter to figures of days."""
    if day is None:
        return None
    return datetime.combine(date.fromisoformat(day), _NOON, mission.current().zone).astimezone(UTC)


def _recomputed(told: _Told, said: Said, asked: Asked) -> dict[Place, object]:
    """The cells that days and statuses alone make."""
    days = (asked.period.first, asked.as_of + timedelta(days=1), asked.on + timedelta(days=1))
    since, until, on = (clock.start_of(day, mission.current().zone) for day in days)
    in_order = sorted(told.entries, key=lambda entry: (entry.track_id, entry.id))
    stays = [courses.stay(course, {_ME: told.code}, on, until) for course in courses.courses(in_order)]
    counts: list[Counts] = []
    seldom: dict[tuple[str, str], Counter[int]] = {}
    for stage in {table.stage for table in said.tables if table.stage}:
        own = [stay for stay in stays if stay.spell.stage == stage]
        counted = tally.tally(own, asked, since=since, until=until, on=on)
        figures = tally.stage_figures(stage, counted, asked)
        counts += reported.of_stage(figures, asked.period, asked.as_of)
        seldom["", stage] = _repeats(own, asked)
    counts = reported.with_repeats(counts, seldom)
    cells = published.cells(published.at_step(counts, said.period, said.step).tables)
    return {place: cell for place, cell in cells.items() if _is_recomputed(place)}


def _repeats(stays: Sequence[Stay], asked: Asked) -> Counter[int]:
    """How many cases stand in a stage k times, by k, as `queries.repeats` counts them."""
    spells = [stay.spell for stay in stays]
    recent = (spell for spell in spells if spell.left is None or spell.left >= asked.period.first)
    times = Counter(spell.case for spell in recent)
    return Counter(number for number in times.values() if number > 1)


def _is_recomputed(place: Place) -> bool:
    table, _stage, row, _column = place
    rows = RECOMPUTED.get(table, frozenset())
    return rows is None or row in rows


def _judge(says: Mapping[Place, object], again: Mapping[Place, object], verdict: Verdict) -> None:
    for place, cell in says.items():
        if cell == published.NOTHING:
            continue
        if not _is_recomputed(place) or place not in again:
            verdict.left.append(place)
        elif cell == again[place]:
            verdict.equal.append(place)
        else:
            verdict.differ.append((place, cell, again[place]))


def _words(place: Place) -> str:
    return " ".join(part for part in place if part)


def _cell(cell: object) -> str:
    return "<5" if cell is None else str(cell)
