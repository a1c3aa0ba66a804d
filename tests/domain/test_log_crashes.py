"""Eight writers, each killed as by `kill -9` at any moment: no entry without its leaf, no leaf without its entry."""

import itertools
import os
import random
import signal
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from tests.world import World
from tracker import clock, history, mission
from tracker.db import db
from tracker.history import CASE_STAGE, Act
from tracker.ledger.signing import Signer
from tracker.ledger.store import Store
from tracker.log.keys import SigningKey, write_key_file
from tracker.log.verify import Trust, verify
from tracker.models import Effect, HistoryEntry, LogEntry, LogHead, Membership, ProtectionCase

KEY = SigningKey("tracker.example/crashes", bytes(range(32)))
KILLS, WRITERS, LONGEST = 200, 8, 0.02


def _note(case_id: int, member_id: int) -> None:
    """An act on a case as every action records one, committed."""
    case, actor = db.session.get_one(ProtectionCase, case_id), db.session.get_one(Membership, member_id)
    history.lock(case)
    act = Act(
        action="note",
        stage=CASE_STAGE,
        effect=Effect.NOTES,
        status_before="open",
        status_after="open",
        holder_id=case.owner_id,
        procedure=mission.current().procedure.version,
        happened_at=clock.now(),
        note="Written while machines fail.",
    )
    history.record(act, actor=actor, about=case)
    db.session.commit()


def _write_until_killed(app: Any, cases: Sequence[int], member_id: int, begun: int) -> None:
    with app.app_context():
        for case_id in itertools.cycle(cases):
            try:
                _note(case_id, member_id)
            except sa.exc.OperationalError:  # PostgreSQL ends a writer whose server is told to
                os._exit(1)
            os.write(begun, b".")
            db.session.expire_all()


def _a_round(app: Any, cases: Sequence[int], member_id: int, chance: random.Random) -> None:
    """Eight writers start; once one of them has written they are killed, one by one, each at a moment of chance."""
    told, begun = os.pipe()
    writers = []
    for number in range(WRITERS):
        child = os.fork()
        if child == 0:
            try:
                _write_until_killed(app, [*cases[number:], *cases[:number]], member_id, begun)
            finally:
                os._exit(1)
        writers.append(child)
    os.close(begun)
    os.read(told, 1)
    for child in writers:
        time.sleep(chance.random() * LONGEST)  # the moment of the kill, not a wait for something
        os.kill(child, signal.SIGKILL)
    statuses = [os.waitpid(child, 0)[1] for child in writers]
    os.close(told)
    assert all(os.WIFSIGNALED(status) for status in statuses), "a writer failed by itself"


def _check() -> None:
    """Entries and leaves are equal, and the head is where the leaves end."""
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(HistoryEntry))
    leaves = db.session.scalar(sa.select(sa.func.count(LogEntry.entry_id)))
    last = db.session.scalar(sa.select(sa.func.max(LogEntry.seq)))
    size = db.session.scalar(sa.select(LogHead.size))
    assert (leaves, last + 1) == (entries, size)
    db.session.rollback()


def test_two_hundred_times_killed_the_log_verifies_and_every_entry_has_its_leaf(world: World, tmp_path: Any):
    cases = [world.register().id for _ in range(4)]
    member_id = world.judicial_officer.id
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    chance = random.Random(20_261_127)  # noqa: S311 - the same moments each time
    before = db.session.scalar(sa.select(LogHead.size))
    for _ in range(KILLS // WRITERS):
        db.session.remove()
        db.engine.dispose()
        _a_round(app, cases, member_id, chance)
        _check()

    write_key_file(tmp_path / "1.key", KEY)
    Signer(tmp_path).sign(db.session.connection())
    db.session.commit()
    report = verify(Store(db.session.connection()), Trust(keys=[KEY.verifier()]))
    assert report.findings == []
    assert report.entries > before + KILLS // WRITERS
