"""Every act is a leaf of the log, in the act's own transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock, mission
from tracker.actions import corrections, steps
from tracker.db import db
from tracker.errors import CannotSign, LogIncomplete
from tracker.ledger import bringing_in
from tracker.ledger.append import append_notice
from tracker.ledger.signing import HIGH_WATER, Signer
from tracker.ledger.store import NOTICES, Store
from tracker.log import leaf, proofs
from tracker.log.disclosures import open_disclosure
from tracker.log.keys import SigningKey, write_key_file
from tracker.log.leaf import CaseLeaf, Kind, Notice
from tracker.log.report import Report
from tracker.log.tiles import Tile, unpack_bundle
from tracker.log.verify import Trust, verify
from tracker.models import (
    HistoryEntry,
    LogCheckpoint,
    LogDisclosure,
    LogEntry,
    LogHead,
    LogHistory,
    LogNotice,
    ProtectionCase,
)

KEY = SigningKey("tracker.example/tests", bytes(range(32)))


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """Signs with a key of this test."""
    write_key_file(tmp_path / "1.key", KEY)
    return Signer(tmp_path)


def _sign(signer: Signer) -> None:
    signer.sign(db.session.connection())
    db.session.commit()


def _verified() -> Report:
    return verify(Store(db.session.connection()), Trust(keys=[KEY.verifier()]))


def _leaves() -> list[leaf.Leaf]:
    rows = db.session.scalars(sa.select(LogEntry.leaf).order_by(LogEntry.seq))
    return [leaf.parse(row) for row in rows]


def _disclosed(case: ProtectionCase, name: str) -> list[Any]:
    """The values of one name that the leaves of a case disclose, in order."""
    seqs = db.session.scalars(
        sa.select(LogEntry.seq)
        .join(LogHistory, LogHistory.id == LogEntry.history_id)
        .where(LogHistory.case_id == case.id)
        .order_by(LogEntry.seq)
    ).all()
    shown = Store(db.session.connection()).disclosed(seqs, [name])
    return [open_disclosure(shown[seq][0]).value for seq in seqs]


# --- every act has its leaf --------------------------------------------------------------------------------------


def test_every_entry_of_cases_and_alerts_is_a_leaf_and_the_whole_log_verifies(world: World, signer: Signer):
    alert = world.an_alert("case")
    case = world.a_case("court:decided")
    _sign(signer)

    entries = db.session.scalar(sa.select(sa.func.count()).select_from(HistoryEntry))
    report = _verified()
    assert report.findings == []
    assert report.entries == entries + 1, "and the procedure in force"
    assert report.opened == 2 * entries, "a step and a day of each"
    assert sum(report.leaves.values()) == report.entries
    logged = db.session.execute(
        sa.select(LogHistory.alert_id, LogHistory.case_id, sa.func.count())
        .join(LogEntry, LogEntry.history_id == LogHistory.id)
        .group_by(LogHistory.id)
    ).all()
    assert (alert.id, None, alert.entries) in [tuple(row) for row in logged]
    assert (None, case.id, case.entries) in [tuple(row) for row in logged]


def test_the_leaf_says_nothing_of_the_step_and_the_disclosures_say_all_of_it(world: World):
    case = world.a_case("police:accepted")
    entry = world.entries(case)[-1]

    steps_told, days = _disclosed(case, "step"), _disclosed(case, "day")
    assert steps_told[-1] == {
        "stage": "police",
        "effect": "moves",
        "before": entry.status_before,
        "after": "accepted",
        "institution": world.station.code,
        "procedure": mission.current().procedure.version,
    }
    today = clock.day_of(entry.recorded_at, mission.current().zone).isoformat()
    assert days[-1] == {"recorded": today, "happened": today}
    assert _disclosed(case, "personal")[-1]["actor"] == entry.actor.username
    for one in _leaves():
        if isinstance(one, CaseLeaf):
            text = one.encode().decode()
            assert not any(word in text for word in ("police", "accepted", world.station.code, today))


def test_who_is_named_stays_out_of_every_table_of_the_log_in_clear(world: World):
    world.a_case("police:accepted")
    for model in (LogEntry, LogDisclosure, LogHistory):
        rows = db.session.execute(sa.select(model.__table__)).all()
        text = repr([tuple(row) for row in rows])
        assert rows
        assert world.station.code not in text
        assert world.police_officer.user.username not in text


def test_kinds_of_leaves_tell_beginnings_corrections_and_assignments_apart(world: World):
    track = world.a_track("police:accepted")
    entry = world.entries(track)[-1]
    corrections.correct(
        actor=world.police_officer,
        entry=entry,
        on=track,
        seen=steps.version(track),
        note="The clock on the wall was wrong.",
        happened_at=entry.happened_at,
    )
    db.session.commit()
    kinds = [one.kind for one in _leaves()]
    assert {Kind.PROCEDURE, Kind.OPEN, Kind.STATUS, Kind.CORRECT} <= set(kinds)
    assert _disclosed(track.case, "step")[-1]["corrects"] == entry.n - 1


def test_what_is_rolled_back_leaves_no_leaf_and_a_number_is_never_skipped(world: World):
    case = world.a_case("police:sent")
    before = db.session.scalar(sa.select(LogHead.size))
    track = world.track(case, "police")
    steps.take("acknowledge", actor=world.police_officer, on=track, seen=track.version)
    db.session.rollback()
    world.take("acknowledge", world.track(case, "police"))
    seqs = db.session.scalars(sa.select(LogEntry.seq).order_by(LogEntry.seq)).all()
    assert seqs == list(range(before + 1))


def test_the_day_never_goes_back_in_the_log_also_when_the_clock_does(world: World, signer: Signer):
    with world.travel(days=3):
        first = world.register()
    second = world.register()
    _sign(signer)
    assert _disclosed(second, "day")[0]["recorded"] == _disclosed(first, "day")[0]["recorded"]
    assert _verified().findings == []


def test_a_procedure_stands_in_the_log_once_and_before_its_first_step(world: World):
    world.a_case("police:accepted")
    world.register()
    told = db.session.execute(sa.select(LogNotice.seq, LogNotice.of, LogNotice.digest)).all()
    version = mission.current().procedure.version
    assert [(row.seq, row.of) for row in told] == [(0, version)]
    content = Store(db.session.connection()).read(f"{NOTICES}/{told[0].digest}")
    assert content == mission.current().table


def test_a_case_costs_the_same_few_statements_whatever_the_log_holds(world: World, statements: Any):
    track = world.a_track("police:sent")
    with statements() as asked:
        world.take("acknowledge", track)
    of_the_log = [one for one in asked if "log_" in one]
    assert len(of_the_log) <= 5, of_the_log


# --- proofs and files ----------------------------------------------------------------------------------------------


def test_tiles_and_bundles_of_every_width_hold_what_the_tree_holds(world: World):
    world.a_case("court:decided")
    store = Store(db.session.connection())
    size = store.size()
    for width in range(1, size + 1):
        hashes = store.read(Tile(0, 0, width).path())
        entries = unpack_bundle(store.read(Tile("entries", 0, width).path()), width)
        assert len(hashes) == 32 * width
        assert len(entries) == width
    assert store.read(Tile(0, 0, size + 1).path()) is None
    assert store.read("tile/0/../checkpoint") is None
    for index in range(size):
        row = db.session.scalar(sa.select(LogEntry.hash).where(LogEntry.seq == index))
        proof = proofs.inclusion(index, size, store.nodes(size))
        proofs.check_inclusion(row, index, size, proof, store.root(size))


def test_hashes_above_the_leaves_are_kept_when_full_tiles_are_done(world: World, signer: Signer):
    for number in range(600):
        append_notice(db.session.connection(), Kind.CONFIG, f"setting {number}", b"")
    _sign(signer)
    assert len(Store(db.session.connection()).read("tile/1/000.p/2")) == 64
    assert _verified().findings == []
    assert isinstance(_leaves()[599], Notice)


# --- signing ---------------------------------------------------------------------------------------------------------


def test_without_a_key_nothing_is_signed_and_everything_else_goes_on(world: World, tmp_path: Path):
    world.register()
    with pytest.raises(CannotSign, match="tracker log keygen"):
        Signer(tmp_path).sign(db.session.connection())
    world.register()


def test_a_checkpoint_is_signed_once_a_size_and_at_most_once_a_second(world: World, signer: Signer):
    world.register()
    _sign(signer)
    _sign(signer)
    world.register()
    first, size = Store(db.session.connection()), db.session.scalar(sa.select(LogHead.size))
    assert first.first_checkpoint_from(size) is None
    with world.travel(hours=1):
        _sign(signer)
    sizes = db.session.scalars(sa.select(LogCheckpoint.size).order_by(LogCheckpoint.size)).all()
    assert sizes[-1] == size
    assert len(sizes) == 2


@contextmanager
def _unguarded() -> Iterator[None]:
    """Inside, the log's guards are off: as for whoever owns the database."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE log_checkpoint DISABLE TRIGGER USER")
        connection.exec_driver_sql("ALTER TABLE log_entry DISABLE TRIGGER USER")
        connection.exec_driver_sql("ALTER TABLE log_disclosure DISABLE TRIGGER USER")
    else:
        for table in ("log_checkpoint", "log_entry"):
            connection.exec_driver_sql(f"DROP TRIGGER {table}_no_delete")
    yield
    db.session.commit()


def test_a_database_that_was_restored_from_an_older_copy_goes_on_and_is_not_signed(
    world: World, signer: Signer
):
    world.register()
    _sign(signer)
    head = db.session.execute(sa.select(LogHead.size, LogHead.frontier)).one()
    world.a_case("police:accepted")
    with world.travel(hours=1):
        _sign(signer)

    with _unguarded():  # the older copy
        db.session.execute(sa.delete(LogCheckpoint).where(LogCheckpoint.size > head.size))
        db.session.execute(sa.delete(LogDisclosure).where(LogDisclosure.seq >= head.size))
        db.session.execute(sa.delete(LogEntry).where(LogEntry.seq >= head.size))
        db.session.execute(sa.update(LogHead).values(size=head.size, frontier=head.frontier))

    with pytest.raises(CannotSign, match="restored from an older copy"):
        signer.sign(db.session.connection())
    world.register()
    assert signer.standing(db.session.connection()).refusal is not None


def test_a_log_that_does_not_continue_what_was_signed_is_not_signed(
    world: World, signer: Signer, tmp_path: Path
):
    world.register()
    _sign(signer)
    note = (tmp_path / HIGH_WATER).read_text().split("\n")
    note[2] = "A" * 43 + "="
    (tmp_path / HIGH_WATER).write_text("\n".join(note))
    world.register()
    with world.travel(hours=1), pytest.raises(CannotSign, match="are not those that were signed before"):
        signer.sign(db.session.connection())


def test_what_a_witness_saw_beyond_counts_as_much_as_what_was_signed(world: World, signer: Signer):
    world.register()
    signer.seen_beyond(10_000)
    with pytest.raises(CannotSign, match="10000"):
        signer.sign(db.session.connection())


# --- an installation from before the log -----------------------------------------------------------------------------


def test_entries_from_before_the_log_are_brought_in_and_until_then_nothing_is_added(
    world: World, signer: Signer
):
    world.a_case("court:decided")
    world.an_alert("verified")
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(HistoryEntry))
    _as_before_the_log()

    case = world.new_case()
    with pytest.raises(LogIncomplete, match="tracker db upgrade"):
        _register(world, case)
    db.session.rollback()
    assert bringing_in.waiting(db.session.connection()) == entries
    db.session.commit()
    told: list[int] = []
    assert bringing_in.bring_in(db.engine, told.append) == entries
    assert sum(told) == entries
    assert bringing_in.waiting(db.session.connection()) == 0
    world.register()
    _sign(signer)
    assert _verified().findings == []


def _register(world: World, case: Any) -> None:
    from tracker.actions import cases

    cases.register(case, actor=world.focal_point)
    db.session.commit()


def _as_before_the_log() -> None:
    connection = db.session.connection()
    tables = ("log_node", "log_notice", "log_disclosure", "log_entry", "log_history", "log_head")
    for table in tables:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        connection.exec_driver_sql(f"DELETE FROM {table}")
    db.session.commit()
