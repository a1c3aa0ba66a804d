"""The worker's turn at lists from spreadsheets: some seconds, then mails and alarms have theirs."""

import logging
import threading
from time import monotonic

from sqlalchemy.exc import OperationalError

from blueprints.lexicon import lexicon
from tracker.actions import sheet_work, sheets
from tracker.db import db
from tracker.intake import sheet_reading
from tracker.intake.sheet_reading import Setting
from tracker.models import SheetImport
from tracker.vocabulary import SheetState

log = logging.getLogger(__name__)

TURN = 10.0
"""Seconds: alarms of custody are not to wait for a long list."""


BREATH = 0.12
"""Seconds between two batches on SQLite, where one writes at a time and who waits looks about ten times a second."""


def go_on(stopped: threading.Event, turn: float = TURN) -> bool:
    """Goes on with the lists that wait, within an application's context; gives whether there is more to do."""
    known: Setting | None = None
    began = monotonic()
    while not stopped.is_set() and monotonic() - began < turn:
        sheet = sheet_work.next_file()
        if sheet is None:
            db.session.rollback()
            return False
        known = known or sheet_reading.setting(lexicon())
        _some_rows(sheet, known)
        db.session.commit()
        db.session.remove()
        breathe(stopped)
    return True


def breathe(stopped: threading.Event) -> None:
    """Lets others write before the next batch."""
    if db.engine.dialect.name == "sqlite":
        stopped.wait(BREATH)


def _some_rows(sheet: SheetImport, known: Setting) -> None:
    """A list on which the program fails is stopped: it must not keep mails and alarms from anybody."""
    number = sheet.id
    try:
        sheet_work.go_on(sheet, known)
    except OperationalError:
        raise  # the database is away, or busy: the next round tries again
    except Exception as fault:  # noqa: BLE001
        log.error("A list was stopped: %s", type(fault).__name__)  # noqa: TRY400 - what it says may name somebody
        db.session.rollback()
        found = db.session.get_one(SheetImport, number)
        sheets.end(found, SheetState.STOPPED, actor=found.membership)
