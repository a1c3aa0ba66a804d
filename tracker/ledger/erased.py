"""What is left of erased cases: whether one is, and the bytes that an engine leaves lying in its files."""

from contextlib import closing
from typing import Any

import sqlalchemy as sa

from tracker.db import db
from tracker.errors import StepRefused, say
from tracker.models import LogHistory, ProtectionCase

_SCRUBBED = ("log_disclosure", "log_history", "entry_note", "narrative", "person", "alert_contact")


def is_erased(case: ProtectionCase) -> bool:
    """Whether the case was erased: its history in the log has no key any more."""
    found = sa.select(LogHistory.id).where(LogHistory.case_id == case.id, LogHistory.key.is_(None))
    return db.session.scalar(found) is not None


def scrub(engine: sa.Engine) -> None:
    """Takes deleted rows out of the database's files, where the engine leaves them lying; no transaction is open.

    SQLite overwrites what it deletes (`secure_delete`), and its journal is emptied here. PostgreSQL keeps dead rows
    until their table is written anew, and old pages in its own log until that is recycled.
    Refuses (`StepRefused`) where readers of SQLite never let go of its journal.
    """
    with closing(engine.raw_connection()) as borrowed:
        driver: Any = borrowed.driver_connection
        if engine.dialect.name == "sqlite":
            blocked, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if blocked:
                raise StepRefused(
                    say(
                        "Somebody was reading all the time, so the database's journal was not emptied. Try again."
                    )
                )
            return
        driver.autocommit = True
        driver.execute(f"VACUUM (FULL) {', '.join(_SCRUBBED)}")
        driver.execute("CHECKPOINT")
        driver.autocommit = False
