"""Taking away what is personal in a case: the rows, the key, and the bytes that an engine leaves lying in its files."""

from contextlib import closing
from typing import Any

import sqlalchemy as sa

from tracker import personal
from tracker.db import db
from tracker.errors import StepRefused, say
from tracker.models import (
    AlertContact,
    Attachment,
    CaseKey,
    EntryNote,
    GatewayMessage,
    HistoryEntry,
    LogDisclosure,
    LogEntry,
    LogHistory,
    Narrative,
    Person,
    ProtectionCase,
    ReprisalAssessment,
    SearchTerm,
)
from tracker.vocabulary import AgeGroup, AttachmentState, Sex

SCRUBBED = (
    "log_disclosure",
    "case_key",
    "search_term",
    "entry_note",
    "gateway_message",
    "attachment",
    "narrative",
    "reprisal_assessment",
    "person",
    "alert_contact",
)


def is_erased(case: ProtectionCase) -> bool:
    """Whether the case was erased: nothing of its history is disclosed any more."""
    found = sa.select(LogHistory.id).where(LogHistory.case_id == case.id, LogHistory.erased)
    return db.session.scalar(found) is not None


def forget(connection: sa.Connection, *, case_id: int | None = None, alert_id: int | None = None) -> None:
    """Takes away what is personal in a case or an alert, what may be disclosed of it, and the key of both.

    Another key takes the place of the old one, for what is written afterwards. The caller commits.
    """
    of_case = case_id is not None

    def about(model: type[LogHistory | HistoryEntry | CaseKey]) -> sa.ColumnElement[bool]:
        return model.case_id == case_id if of_case else model.alert_id == alert_id

    wrapped = personal.wrap(personal.new_key(), case_id=case_id, alert_id=alert_id)
    connection.execute(sa.update(CaseKey).where(about(CaseKey)).values(wrapped=wrapped))
    # Before the notes: the database lets them go only once their history is erased.
    connection.execute(sa.update(LogHistory).where(about(LogHistory)).values(erased=True))
    leaves = sa.select(LogEntry.seq).join(LogHistory, LogHistory.id == LogEntry.history_id)
    connection.execute(sa.delete(LogDisclosure).where(LogDisclosure.seq.in_(leaves.where(about(LogHistory)))))
    noted = sa.select(HistoryEntry.id).where(about(HistoryEntry))
    connection.execute(sa.delete(EntryNote).where(EntryNote.entry_id.in_(noted)))
    if of_case:
        people = sa.select(Person.id).where(Person.case_id == case_id)
        connection.execute(sa.delete(SearchTerm).where(SearchTerm.person_id.in_(people)))
        connection.execute(sa.delete(Narrative).where(Narrative.case_id == case_id))
        gone = {"sealed": None, "state": AttachmentState.ERASED}
        connection.execute(sa.update(Attachment).where(Attachment.case_id == case_id).values(gone))
        assessed = sa.update(ReprisalAssessment).where(ReprisalAssessment.case_id == case_id)
        connection.execute(assessed.values(sealed=None))
        nobody = {"sealed": None, "sex": Sex.NOT_RECORDED, "age_group": AgeGroup.NOT_RECORDED}
        connection.execute(sa.update(Person).where(Person.case_id == case_id).values(nobody))
    else:
        connection.execute(
            sa.update(AlertContact).where(AlertContact.alert_id == alert_id).values(sealed=None)
        )
        brought = sa.update(GatewayMessage).where(GatewayMessage.alert_id == alert_id)
        connection.execute(brought.values(sealed=None, sender=None))


def scrub(engine: sa.Engine, *, whole: bool = False) -> None:
    """Takes deleted rows out of the database's files, where the engine leaves them lying; no transaction is open.

    SQLite overwrites what it deletes (`secure_delete`), and its journal is emptied here. PostgreSQL keeps dead rows
    until their table is written anew, and old pages in its own log until that is recycled.
    `whole`: SQLite's file is written anew too. Refuses (`StepRefused`) where readers never let go of its journal.
    """
    with closing(engine.raw_connection()) as borrowed:
        driver: Any = borrowed.driver_connection
        if engine.dialect.name == "sqlite":
            if whole:
                driver.execute("VACUUM")
            blocked, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if blocked:
                raise StepRefused(
                    say(
                        "Somebody was reading all the time, so the database's journal was not emptied. Try again."
                    )
                )
            return
        driver.autocommit = True
        driver.execute(f"VACUUM (FULL) {', '.join(SCRUBBED)}")
        driver.execute("CHECKPOINT")
        driver.autocommit = False
