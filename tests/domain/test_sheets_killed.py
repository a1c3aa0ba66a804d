"""A worker that is killed in the middle of a list: every good row once, whoever goes on."""

import os
import signal
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tests import post_office
from tests.databases import dispose
from tests.sheet_files import CASE_HEADINGS, case_row, xlsx
from tests.world import World
from tracker.actions import sheet_work, sheets
from tracker.db import db, reading_only
from tracker.models import (
    HistoryEntry,
    LogEntry,
    Membership,
    ProtectionCase,
    SheetImport,
    SheetTaken,
    UserAccount,
)
from tracker.queries import sheets as queries
from tracker.vocabulary import SheetKind, SheetState

ROWS, WRONG = 70, 2
"""`python -m benchmarks.lists` does the same with 20,000 rows, of which 400 have errors, and says how fast."""


def rows() -> list[Sequence[Any]]:
    every = ROWS // WRONG
    return [case_row(number, **({} if number % every else {"risk": "who knows"})) for number in range(ROWS)]


def bring(world: World, *lines: Sequence[Any]) -> int:
    """A list that is looked through and confirmed; gives its number."""
    named = sa.select(Membership).join(Membership.user).where(UserAccount.username == "focal_point")
    actor = db.session.scalars(named).one()
    sheet = sheets.bring(SheetKind.CASES, xlsx(CASE_HEADINGS, *lines), actor=actor)
    sheets.choose(sheet, actor=actor, heading=sheet.heading, columns=sheet.columns)
    world.work_lists()
    if sheet.new:
        sheets.confirm(sheet, actor=actor)
    db.session.commit()
    return sheet.id


def start_worker(world: World) -> int:
    """A process that works until nothing is left; gives its number."""
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    dispose(world.app)
    return post_office.start_worker(world.app, None)


def how_many(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_good_rows_once_though_workers_are_killed_and_errors_mended_and_the_file_brought_again(world: World):
    number = bring(world, *rows())
    worker = start_worker(world)
    with reading_only():
        while how_many(ProtectionCase) == 0:
            db.session.rollback()
            time.sleep(0.02)  # between two looks, not for the worker
    os.kill(worker, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(worker, 0)[1])
    db.session.expire_all()
    cases, sheet = how_many(ProtectionCase), db.session.get_one(SheetImport, number)
    assert 0 < cases < ROWS - WRONG, "it was killed on its way"
    assert cases == sheet.taken == how_many(SheetTaken)
    assert cases % sheet_work.BATCH == 0, "each batch is there whole or not at all"
    db.session.rollback()
    assert os.waitpid(start_worker(world), 0)[1] == 0
    sheet = db.session.get_one(SheetImport, number)
    assert (sheet.state, sheet.taken, sheet.wrong) == (SheetState.DONE, ROWS - WRONG, WRONG)
    assert how_many(ProtectionCase) == ROWS - WRONG
    leaves = sa.select(sa.func.count()).where(LogEntry.entry_id.is_not(None))
    assert db.session.scalar(leaves) == how_many(HistoryEntry) == 2 * (ROWS - WRONG)

    wrong = queries.wrong_rows(sheet, viewer=sheet.membership)
    assert len(wrong) == WRONG
    mended = [[*row[:8], "low", *row[9:]] for row in rows() if row[8] == "who knows"]
    bring(world, *mended)
    world.work_lists()
    assert how_many(ProtectionCase) == ROWS
    third = db.session.get_one(SheetImport, bring(world, *[case_row(number) for number in range(ROWS)]))
    assert (third.state, third.new, third.there) == (SheetState.CHECKED, 0, ROWS)
