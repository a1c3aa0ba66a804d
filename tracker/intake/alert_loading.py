"""Takes in alerts of the past: over since long, as vague as they were told, each once."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tracker import bulk, clock, personal, references
from tracker.db import reading_only
from tracker.gazetteer import stored
from tracker.intake.alert_mapping import AlertMapping
from tracker.intake.alert_places import AlertPlaces, Matched, Where
from tracker.intake.days import Calendar
from tracker.intake.directory import Directory
from tracker.intake.report import RefusedFor
from tracker.intake.tables import Table
from tracker.ledger.append import append_entries
from tracker.ledger.facts import Which
from tracker.models import NO_LIMIT, Alert, AlertContact, CaseKey, Effect, HistoryEntry
from tracker.models.alert import CONTACT
from tracker.personal import Content
from tracker.procedure import Procedure
from tracker.vocabulary import Channel

BATCH = 500
EXAMPLES = 100
STAGE = "alert"
OVER = "historical"
"""The end of an alert that nobody has to answer any more."""

_ALERT, _CONTACT = cast(sa.Table, Alert.__table__), cast(sa.Table, AlertContact.__table__)
_KEY, _ENTRY = cast(sa.Table, CaseKey.__table__), cast(sa.Table, HistoryEntry.__table__)
_LONGEST_REFERENCE = 120


class PastAlert(NamedTuple):
    """One alert of the source, in order."""

    reference: str
    first_day: date
    last_day: date
    where: Where
    message: str


@dataclass
class AlertReport:
    """What became of the rows."""

    read: int = 0
    taken: int = 0
    there: int = 0
    places: Counter[Matched] = field(default_factory=Counter)
    vague_days: int = 0
    refused: Counter[RefusedFor] = field(default_factory=Counter)
    examples: list[tuple[int, RefusedFor, str]] = field(default_factory=list)

    def refuse(self, line: int, why: RefusedFor, sentence: str) -> None:
        """Counts a row that is not taken in; the first are named."""
        self.refused[why] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((line, why, sentence))


class AlertLoader:
    """Loads the alerts of one source into one database."""

    def __init__(
        self, engine: sa.Engine, mapping: AlertMapping, procedure: Procedure, zone: ZoneInfo
    ) -> None:
        with reading_only(), engine.connect() as connection:
            areas = stored.known(connection)
        self._places = AlertPlaces(mapping.place, areas)
        directory = Directory(engine, mapping.source, makes=mapping.institutions)
        directory.prepare()
        self._engine, self._mapping, self._procedure, self._zone = engine, mapping, procedure, zone
        self._source_id, self._network_id = directory.source(), directory.number_of(mapping.network)
        self._now = clock.now()
        self._calendar = Calendar(zone, self._now, mapping.source.date_format, mapping.source.as_of)
        self._seen: set[str] = set()

    def load(self, table: Table, report: AlertReport, progress: Callable[[int], object]) -> None:
        """Takes in every row that is in order and not there yet; `progress` is told how many were dealt with."""
        rows = self._read(table, report)
        while batch := list(islice(rows, BATCH)):
            with self._engine.begin() as connection:
                there = self._there(connection, [one.reference for one in batch])
                new = [one for one in batch if one.reference not in there]
                self._write(connection, new)
            report.taken += len(new)
            report.there += len(there)
            report.places.update(one.where.how for one in new)
            report.vague_days += sum(one.first_day != one.last_day for one in new)
            progress(len(batch))

    # --- reading ------------------------------------------------------------------------------------------------------

    def _read(self, table: Table, report: AlertReport) -> Iterator[PastAlert]:
        places = dict(zip(self._mapping.columns, table.places(self._mapping.columns), strict=True))
        width = len(table.columns)
        for line, row in table.rows:
            report.read += 1
            if len(row) != width:
                report.refuse(line, RefusedFor.MALFORMED, "The row does not have the columns of the table.")
            elif alert := self._alert(line, {name: row[at] for name, at in places.items()}, report):
                yield alert

    def _alert(self, line: int, fields: Mapping[str, str], report: AlertReport) -> PastAlert | None:
        reference = fields[self._mapping.reference].strip()
        why = self._wrong_reference(reference)
        if why is not None:
            report.refuse(line, why, f"{reference[:40]!r} is no reference, or comes twice.")
            return None
        days = [
            self._calendar.read(fields[name]) for name in (self._mapping.first_day, self._mapping.last_day)
        ]
        first, last = (day.on if day.at is not None else None for day in days)
        if first is None or last is None or first > last:
            report.refuse(
                line, RefusedFor.DATE_UNREADABLE, "Its days are missing, unreadable or in the future."
            )
            return None
        said = (
            f"{words}: {fields[column]}" for words, column in self._mapping.says.items() if fields[column]
        )
        return PastAlert(reference, first, last, self._places.of(fields), "\n".join(said))

    def _wrong_reference(self, reference: str) -> RefusedFor | None:
        if not reference:
            return RefusedFor.MISSING
        if len(reference) > _LONGEST_REFERENCE:
            return RefusedFor.TOO_LONG
        twice = reference in self._seen
        self._seen.add(reference)
        return RefusedFor.DUPLICATE_CASE if twice else None

    # --- writing ------------------------------------------------------------------------------------------------------

    def _there(self, connection: sa.Connection, wanted: Sequence[str]) -> set[str | None]:
        known = sa.select(_ALERT.c.source_ref)
        return set(
            connection.scalars(
                known.where(_ALERT.c.import_id == self._source_id, _ALERT.c.source_ref.in_(wanted))
            )
        )

    def _write(self, connection: sa.Connection, alerts: Sequence[PastAlert]) -> None:
        if not alerts:
            return
        rows = [self._row(one) for one in alerts]
        bulk.insert(connection, _ALERT, rows)
        wanted = sa.select(_ALERT.c.reference, _ALERT.c.id)
        made = dict(
            connection.execute(wanted.where(_ALERT.c.reference.in_([row["reference"] for row in rows]))).all()
        )
        ids = [made[row["reference"]] for row in rows]
        keys = {number: personal.wrap(personal.new_key(), case_id=None, alert_id=number) for number in ids}
        bulk.insert(
            connection,
            _KEY,
            [{"case_id": None, "alert_id": number, "wrapped": key} for number, key in keys.items()],
        )
        bulk.insert(
            connection,
            _CONTACT,
            [
                {"alert_id": number, "sealed": _sealed(Content(keys[number], alert_id=number), one)}
                for number, one in zip(ids, alerts, strict=True)
            ],
        )
        entries = [
            entry for number, one in zip(ids, alerts, strict=True) for entry in self._entries(number, one)
        ]
        bulk.insert(connection, _ENTRY, entries)
        numbers = connection.scalars(
            sa.select(_ENTRY.c.id).where(_ENTRY.c.alert_id.in_(ids)).order_by(_ENTRY.c.id)
        ).all()
        append_entries(connection, Which.ENTRIES, numbers)

    def _row(self, one: PastAlert) -> dict[str, Any]:
        """As its two entries make it."""
        at = self._at(one)
        return {
            "reference": references.new(),
            "institution_id": self._network_id,
            "channel": Channel.IMPORTED,
            "area_id": one.where.area_id,
            "received_at": self._now,
            "first_day": one.first_day,
            "last_day": one.last_day,
            "import_id": self._source_id,
            "source_ref": one.reference,
            "entries": 2,
            "case_id": None,
            "stage": STAGE,
            "status": OVER,
            "status_since": at,
            "open": False,
            "entered_at": at,
            "left_at": at,
            "clock": None,
            "due_at": NO_LIMIT,
            "reason": None,
            "outcome": None,
            "awaiting": None,
            "next_on": None,
            "version": 2,
        }

    def _at(self, one: PastAlert) -> datetime | None:
        """The instant by which the day is kept, where it is known to the day."""
        return clock.start_of(one.first_day, self._zone) if one.first_day == one.last_day else None

    def _entries(self, number: int, one: PastAlert) -> list[dict[str, Any]]:
        first = self._procedure.stages[STAGE].first
        days = {"happened_from": one.first_day.isoformat(), "happened_until": one.last_day.isoformat()}
        steps = (("raise", Effect.OPENS, None, first), ("keep_as_record", Effect.ENDS, first, OVER))
        return [
            {
                "alert_id": number,
                "n": n,
                "stage": STAGE,
                "action": action,
                "effect": effect,
                "status_before": before,
                "status_after": after,
                "holder_id": self._network_id,
                "happened_at": self._at(one),
                "recorded_at": self._now,
                "detail": {"precision": "day", **days},
                "procedure": self._procedure.version,
                "import_id": self._source_id,
            }
            for n, (action, effect, before, after) in enumerate(steps, 1)
        ]


def _sealed(content: Content, one: PastAlert) -> bytes:
    return content.seal(CONTACT, name="", phone="", message=one.message, place=one.where.words)
