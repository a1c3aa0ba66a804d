"""Writes the cases of one source, some hundred in a transaction: each is there whole or not at all."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.db import reading_only
from tracker.gazetteer import stored
from tracker.gazetteer.matching import Gazetteer
from tracker.intake.days import Calendar
from tracker.intake.directory import Directory
from tracker.intake.mapping import Mapping
from tracker.intake.planning import Planner
from tracker.intake.plans import PlannedCase, Setting
from tracker.intake.report import Report, Tally
from tracker.intake.staging import CaseRows, Staging
from tracker.intake.writing import CASE, write
from tracker.models import ImportSource
from tracker.procedure import Procedure

BATCH = 500
"""Cases in a transaction: some tenths of a second in which nobody else writes."""

_ATTEMPTS = 3


class Loader:
    """Loads what is staged into one database; the report counts what is written for good."""

    def __init__(self, engine: sa.Engine, mapping: Mapping, procedure: Procedure, zone: ZoneInfo) -> None:
        self._engine, self._mapping = engine, mapping
        self._directory = Directory(
            engine, mapping.source, makes=mapping.makes, areas=mapping.areas, named=mapping.named_areas
        )
        self._directory.prepare()
        self._source_id = self._directory.source()
        recorded_at = clock.now()
        self._planner = Planner(
            Setting(
                mapping=mapping,
                procedure=procedure,
                calendar=Calendar(zone, recorded_at, mapping.source.date_format, mapping.source.as_of),
                import_id=self._source_id,
                recorded_at=recorded_at,
                area_ids=self._directory.area_ids,
                number_of=self._directory.number_of,
                areas=self._gazetteer() if mapping.cases.area.matched else None,
            )
        )

    def _gazetteer(self) -> Gazetteer:
        with reading_only(), self._engine.connect() as connection:
            return stored.gazetteer(connection)

    def load(self, staging: Staging, report: Report, progress: Callable[[int], object]) -> None:
        """Writes all that is not there yet; `progress` is told how many cases were dealt with."""
        for batch in staging.batches(BATCH):
            report.tally.add(self._load(batch))
            report.tally.institutions = self._directory.made
            progress(len(batch))

    def _load(self, batch: Sequence[CaseRows]) -> Tally:
        """Plans and writes a batch; anew where another run was quicker, or a reference was drawn twice."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(IntegrityError):
                return self._attempt(batch)
        return self._attempt(batch)

    def _attempt(self, batch: Sequence[CaseRows]) -> Tally:
        tally, cases = self._plan(batch)
        self._write(cases)
        return tally

    def _plan(self, batch: Sequence[CaseRows]) -> tuple[Tally, list[PlannedCase]]:
        tally, there = Tally(), self._there([rows.reference for rows in batch])
        cases = []
        for rows in batch:
            if rows.reference in there:
                tally.cases_there += 1
                tally.events_there += len(rows.events)
            elif case := self._planner.plan(rows, tally):
                cases.append(case)
        return tally, cases

    def _there(self, references: Sequence[str]) -> set[str | None]:
        known = sa.select(CASE.c.source_ref).where(
            CASE.c.import_id == self._source_id, CASE.c.source_ref.in_(references)
        )
        with reading_only(), self._engine.connect() as connection:
            return set(connection.scalars(known))

    def _write(self, cases: Sequence[PlannedCase]) -> None:
        if not cases:
            return
        with self._engine.begin() as connection:
            # One run of a source at a time on PostgreSQL too; SQLite has one writer anyway.
            connection.execute(
                sa.select(ImportSource.id).where(ImportSource.id == self._source_id).with_for_update()
            )
            write(connection, cases)
