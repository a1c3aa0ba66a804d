"""A published report, recomputed from a copy of the log: equal, or told apart number by number."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.world import World
from tracker.actions import corrections, steps
from tracker.actions import reports as acts
from tracker.db import db
from tracker.errors import BadInput
from tracker.indicators.periods import Period
from tracker.ledger.export import Export
from tracker.ledger.signing import Signer
from tracker.ledger.store import Store
from tracker.log import canonical
from tracker.log.keys import SigningKey, write_key_file
from tracker.log.readers import Folder
from tracker.models import HistoryEntry, Report, Track
from tracker.queries import recomputed

QUARTER = Period.of("2026-Q1")


@pytest.fixture
def spring() -> Iterator[time_machine.Traveller]:
    """In the quarter, before it is over."""
    with time_machine.travel(datetime(2026, 2, 1, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def a_quarter(world: World, spring: time_machine.Traveller) -> Report:
    """Two dozen cases at a station, one of them corrected and one withdrawn from, and the report on them."""
    for day in range(24):
        spring.move_to(datetime(2026, 1, 10 + day % 20, 9, tzinfo=UTC))
        world.a_track(("police:accepted", "police:no_action", "police:sent", "police:forwarded")[day % 4])
    spring.move_to(datetime(2026, 2, 20, 9, tzinfo=UTC))
    track = world.a_track("police:sent")
    spring.move_to(datetime(2026, 2, 23, 9, tzinfo=UTC))
    accepted, begun = world.take("accept", track), world.take("start_investigation", track)
    mend(world, corrections.withdraw, begun, track)
    mend(world, corrections.correct, accepted, track, happened_at=datetime(2026, 2, 21, 9, tzinfo=UTC))
    spring.move_to(datetime(2026, 4, 20, 9, tzinfo=UTC))
    report = acts.publish(world.station, actor=None, period=QUARTER)
    db.session.commit()
    return report


def mend(world: World, how: Callable[..., Any], entry: HistoryEntry, track: Track, **told: Any) -> None:
    """Corrects or withdraws an entry of the station."""
    how(
        actor=world.police_officer, entry=entry, on=track, seen=steps.version(track), note="A mistake", **told
    )
    db.session.commit()


def exported(folder: Path) -> Folder:
    """A copy of the log as accredited verifiers have it."""
    (folder / "keys").mkdir()
    write_key_file(folder / "keys" / "1.key", SigningKey("tracker.example/tests", bytes(range(32))))
    Signer(folder / "keys").sign(db.session.connection())
    db.session.commit()
    Export(Store(db.session.connection()), folder / "copy", disclosures=True).write()
    return Folder(folder / "copy")


@pytest.mark.only_on("sqlite")
def test_a_report_is_recomputed_from_the_days_and_statuses_that_the_log_discloses(
    world: World, spring: time_machine.Traveller, tmp_path: Path
):
    report = a_quarter(world, spring)
    world.take("accept", world.sent_to_police())  # after the report: not in its log position
    verdict = recomputed.compare(report.content.encode(), exported(tmp_path))
    assert verdict.differ == []
    assert verdict.holds
    rows = {place[2] for place in verdict.equal}
    assert {"open_at_start", "came_in", "open_at_end", "open_at_30", "quartile_50", "band_0", "part"} <= rows
    assert {place[2] for place in verdict.left} >= {"new", "resolved", "late", "n"}
    assert "Not recomputed" in "\n".join(verdict.lines())

    content = json.loads(report.content)
    for table in content["tables"]:
        for row in table["rows"]:
            if (table["table"], row[0]) == ("caseload", "came_in"):
                row[1] += 5
    forged = recomputed.compare(canonical.encode(content), exported_again(tmp_path))
    assert not forged.published
    assert [(place[2], says - found) for place, says, found in forged.differ] == [("came_in", 5)]
    assert "is NOT in the log" in next(forged.lines())


def exported_again(folder: Path) -> Folder:
    """The copy that is there."""
    return Folder(folder / "copy")


def test_what_is_no_report_or_by_other_definitions_is_refused(tmp_path: Path):
    for data in (b"{}", b"lunch"):
        with pytest.raises(BadInput, match="not a published report"):
            recomputed.compare(data, Folder(tmp_path))
    content = {"format": "protection-tracker/report@v1", "basis": {"definitions": {"M1": 0}}}
    with pytest.raises(BadInput, match="other versions"):
        recomputed.compare(canonical.encode(content), Folder(tmp_path))
