"""A source of the tests' own, in words that stand nowhere in the code, and the ground on which it is taken in."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from click.testing import CliRunner

from blueprints.ops.importing import import_group
from tracker.db import reading_only

MAPPING = """
[source]
code = "kivu"
title = "Registre du parquet"
as_of = 2024-12-31
date_format = "%d/%m/%Y"
delimiter = ";"
not_named = ["inconnu"]

[[areas]]
code = "CD"
name = "RD Congo"

[[areas]]
code = "CD61"
name = "Nord-Kivu"
level = 1
parent = "CD"

[[institutions]]
code = "kivu-section"
name = "Section judiciaire"
kind = "judicial_affairs"
area = "CD61"

[[institutions]]
code = "kivu-parquet"
name = "Parquet de Goma"
kind = "prosecution"
area = "CD61"
known_as = ["Parquet", "Parquet, bureau 2"]

[[institutions]]
code = "kivu-tripaix"
name = "Tripaix"
kind = "peace_court"
parent = "kivu-parquet"

[stages.police]
kind = "police_station"
unknown = "Poste inconnu"
area = "CD61"

[stages.prosecution]
unknown_kind = "prosecution"
unknown = "Parquet inconnu"
begins = "under_review"
after = ["police"]

[stages.court]
unknown_kind = "peace_court"
unknown = "Tribunal inconnu"
begins = "accepted"
after = ["court", "prosecution"]

[stages.enforcement]
unknown_kind = "peace_court"
unknown = "Tribunal inconnu"
after = ["court"]

[cases]
reference = "dossier"
received_on = "reçu"
incident_on = "faits"
owner = "kivu-section"
registrar = "kivu-section"
area = { always = "CD61" }
risk = { column = "risque", default = "low", words = { "élevé" = "high" } }

[cases.concern]
column = "objet"
words = { "Viol" = "rape", "Coups" = "physical_assault" }

[events]
case_ref = "dossier"
seq = "no"
on = "jour"
event = "acte"
institution = "lieu"
unit = "bureau"
outcome = "suite"

[[rules]]
event = "Plainte"
stage = "police"
to = "accepted"

[[rules]]
event = "Note"
stage = "police"

[[rules]]
event = "Parquet saisi"
stage = "prosecution"
to = "under_review"
then = [{ stage = "police", to = "forwarded" }]

[[rules]]
event = "Classement"
outcomes = ["sans suite"]
stage = "prosecution"
to = "declined"
reason = "insufficient_evidence"

[[rules]]
event = "Audience"
stage = "court"
to = "listed"

[[rules]]
event = "Jugement"
outcomes = ["condamné"]
stage = "court"
to = "decided"
outcome = "convicted"
first = [{ stage = "court", to = "transferred", elsewhere = true }]

[[rules]]
event = "Peine"
stage = "enforcement"
to = "pending"
order = "sentence"

[[rules]]
event = "Exécution"
stage = "enforcement"
to = "implemented"
if_over = "note"
then = [{ stage = "case", to = "closed", reason = "outcome_delivered" }]

[[rules]]
event = "Archives"
stage = "case"

[[rules]]
event = "Brouillon"
leave_out = true
"""

CASES = ("dossier", "reçu", "faits", "objet", "risque", "témoin")
EVENTS = ("dossier", "no", "jour", "acte", "lieu", "bureau", "suite")
A_CASE = ("D1", "10/01/2024", "08/01/2024", "viol", "", "")
A_COMPLAINT = ("D1", "1", "10/01/2024", "Plainte", "Poste Ndosho", "", "")

Row = Sequence[str]


class Ground:
    """A database and a folder; files are written there and taken in as an operator would."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder, self.engine = folder, sa.create_engine(url)

    def write(self, name: str, header: Row, rows: Sequence[Row]) -> Path:
        """A table of the source."""
        place = self.folder / name
        with place.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([header, *rows])
        return place

    def take(self, cases: Sequence[Row], events: Sequence[Row], mapping: str = MAPPING) -> dict[str, Any]:
        """The report after taking these rows in."""
        self.write("cases.csv", CASES, cases)
        self.write("events.csv", EVENTS, events)
        return self.run(mapping=mapping)

    def run(self, *more: str, mapping: str = MAPPING, cases: str | None = "cases.csv") -> dict[str, Any]:
        """The report after taking in the files that are there; a refusal is raised."""
        (self.folder / "mapping.toml").write_text(mapping, encoding="utf-8")
        report = self.folder / "report.json"
        arguments = ["--events", str(self.folder / "events.csv"), "--report", str(report)]
        if cases:
            arguments += ["--cases", str(self.folder / cases)]
        arguments += ["--mapping", str(self.folder / "mapping.toml"), *more]
        result = CliRunner().invoke(import_group, ["cases", *arguments])
        self.printed, self.exit_code = result.output, result.exit_code
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What the database answers."""
        with reading_only(), self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def history(self, reference: str = "D1") -> list[tuple[str, ...]]:
        """The entries of a case: stage, effect, status, day (UTC), flag."""
        found = self.rows(
            "SELECT h.stage, h.effect, h.status_after, h.happened_at, h.flag FROM history_entry h "
            "JOIN protection_case c ON c.id = h.case_id WHERE c.source_ref = :ref ORDER BY h.n",
            ref=reference,
        )
        return [
            (stage, effect, after, str(at)[:10] if at else "", flag or "")
            for stage, effect, after, at, flag in found
        ]

    def tracks(self, reference: str = "D1") -> list[tuple[Any, ...]]:
        """The tracks of a case: stage, status, open, institution."""
        return self.rows(
            "SELECT t.stage, t.status, t.open, i.code FROM track t JOIN protection_case c ON c.id = t.case_id "
            "JOIN institution i ON i.id = t.institution_id WHERE c.source_ref = :ref ORDER BY t.id",
            ref=reference,
        )

    def details(self, event: str) -> dict[str, Any]:
        """The detail of the entry of an event."""
        found = self.rows("SELECT detail FROM history_entry ORDER BY id")
        details = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in found]
        one: dict[str, Any] = next(it for it in details if it.get("source", {}).get("event") == event)
        return one


def whole_way(reference: str = "D1") -> list[Row]:
    """The events of a case from the complaint to the end."""
    return [
        (reference, "1", "10/01/2024", "Plainte", "Poste Ndosho", "bureau 3", ""),
        (reference, "2", "12/01/2024", "Note", "Poste Ndosho", "", ""),
        (reference, "3", "20/01/2024", "Parquet saisi", "Parquet, bureau 2", "", ""),
        (reference, "4", "03/02/2024", "Audience", "Tripaix", "", ""),
        (reference, "5", "04/03/2024", "JUGEMENT", "Tripaix", "", "Condamné "),
        (reference, "6", "05/03/2024", "Peine", "Tripaix", "", ""),
        (reference, "7", "01/06/2024", "Exécution", "Tripaix", "", ""),
    ]


def many(number: int) -> tuple[list[Row], list[Row]]:
    """So many cases, and the events of their whole way."""
    cases: list[Row] = [(f"D{n}", *A_CASE[1:]) for n in range(number)]
    return cases, [row for n in range(number) for row in whole_way(f"D{n}")]
