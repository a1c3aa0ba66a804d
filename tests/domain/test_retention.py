"""Keeping no longer than is needed: by time, save what a legal hold keeps; figures and log stay as they are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import post_office
from tests.domain.test_erasure import KEY
from tests.world import World
from tracker import clock
from tracker.actions import erasure, holds, retention
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused
from tracker.indicators.periods import Period
from tracker.ledger.erased import is_erased
from tracker.ledger.signing import Signer
from tracker.ledger.store import Store
from tracker.log.keys import write_key_file
from tracker.log.verify import Trust, verify
from tracker.models import ProtectionCase
from tracker.queries import performance
from tracker.vocabulary import HoldReason

MONTHS = 24
LATER = 800
WHY = "The county court asked for the file."


def anonymised() -> int:
    """How many cases the command would do, each batch committed."""
    done = 0
    for number in retention.anonymise(MONTHS):
        db.session.commit()
        done += number
    return done


def hold(world: World, case: ProtectionCase) -> None:
    """A legal hold, committed."""
    holds.hold(case, actor=world.auditor, reason=HoldReason.COURT_PROCEEDINGS, note=WHY)
    db.session.commit()


def test_what_was_closed_long_ago_is_erased_and_what_is_held_open_or_newer_is_not(world: World):
    old, held, opened = (world.a_case("case:closed") for _ in range(3))
    still_open = world.a_case("police:accepted")
    hold(world, held)
    world.take("reopen", opened)
    with world.travel(days=LATER):
        newer = world.a_case("case:closed")
        assert retention.count_due(MONTHS) == (1, 1)
        assert anonymised() == 1
        assert [is_erased(case) for case in (old, held, opened, still_open, newer)] == [True, *[False] * 4]
        assert retention.count_due(MONTHS) == (0, 1)
        assert anonymised() == 0
        entry = world.entries(old)[-1]
        assert (entry.action, entry.actor_id) == ("expire", None)
        holds.lift(held, actor=world.judicial_officer, note="The court is done with it.")
        db.session.commit()
        assert anonymised() == 1


def test_the_worker_erases_by_time_where_the_installation_asks_for_it(
    world: World, capsys: pytest.CaptureFixture[str]
):
    old = world.a_case("case:closed")
    with world.travel(days=LATER):
        post_office.run_worker(world.app, None)
        assert not is_erased(old)
        post_office.run_worker(world.app, None, retention_months=MONTHS)
        assert is_erased(old)
    assert "Cases kept long enough, and erased: 1." in capsys.readouterr().out


def test_stopped_after_a_batch_it_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "BATCH", 1)
    for _ in range(3):
        world.a_case("case:closed")
    with world.travel(days=LATER):
        assert next(retention.anonymise(MONTHS)) == 1
        db.session.commit()
        assert next(retention.anonymise(MONTHS)) == 1
        db.session.rollback()
        assert anonymised() == 2


def test_figures_are_the_same_before_and_after_and_the_log_verifies(world: World, tmp_path: Path):
    write_key_file(tmp_path / "1.key", KEY)
    world.a_case("case:closed")
    world.a_track("police:no_action")
    period = Period.of(f"{clock.now().year}")

    def figures() -> str:
        found = performance.institution(world.station, viewer=None, period=period)
        return repr((found.stages, found.peers, found.received, found.sent, found.detention, found.told))

    with world.travel(days=LATER):
        before = figures()
        assert anonymised() >= 1
        assert figures() == before
        Signer(tmp_path).sign(db.session.connection())
        report = verify(Store(db.session.connection()), Trust(keys=[KEY.verifier()]))
    assert report.findings == []
    assert report.leaves["erase"] >= 1


def test_a_hold_keeps_a_case_from_everybody_who_would_erase_it(world: World):
    case = world.a_case("case:closed")
    hold(world, case)
    assert [entry.action for entry in world.entries(case)][-1] == "hold"
    with pytest.raises(StepRefused, match="legal hold"):
        erasure.erase(case, actor=world.judicial_officer)
    with pytest.raises(StepRefused):
        hold(world, case)
    for stranger in (
        world.other_judicial_officer,
        world.police_officer,
        world.focal_point,
        world.administrator,
    ):
        with pytest.raises(NotPermitted):
            holds.lift(case, actor=stranger, note=WHY)
    with pytest.raises(BadInput):
        holds.lift(case, actor=world.judicial_officer, note=" ")
    holds.lift(case, actor=world.judicial_officer, note=WHY)
    db.session.commit()
    with pytest.raises(StepRefused):
        holds.lift(case, actor=world.auditor, note=WHY)
    erasure.erase(case, actor=world.judicial_officer)
    with pytest.raises(StepRefused):
        hold(world, case)


def test_months_are_counted_by_the_calendar():
    for instant, months, before in (
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2024, 3, 31), 1, (2024, 2, 29)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 11, 27), 24, (2024, 11, 27)),
    ):
        day = datetime(*instant, tzinfo=UTC)
        assert retention.months_before(day, months) == datetime(*before, tzinfo=UTC)
