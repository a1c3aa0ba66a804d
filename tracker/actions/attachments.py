"""Adding a file to a case, having it scanned, and clearing away what is erased."""

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from tracker import clock, history, mission
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, Refusal, StepRefused, say
from tracker.history import CASE_STAGE, Act
from tracker.intake import scanning, uploads
from tracker.ledger.erased import is_erased
from tracker.models import Acting, Attachment, Effect, ProtectionCase
from tracker.models.case_key import content_of
from tracker.permissions import Permission, may
from tracker.queries import stored
from tracker.queries.case_file import case_file
from tracker.visibility import Sight
from tracker.vocabulary import AttachmentState, DataClass

ACTION = "attach"
MOST_OF_A_CASE = 50_000_000
_QUARANTINED = Attachment.state == AttachmentState.QUARANTINED


def attach(
    case: ProtectionCase,
    *,
    actor: Acting,
    title: str,
    data: bytes,
    data_class: DataClass,
    folder: Path,
    scanner: Path | None = None,
) -> Attachment:
    """Keeps a file on the case, sealed. The caller commits; without that the file is cleared away by `clear`.

    Refuses (`NotPermitted`) who does not work on the whole case, (`StepRefused`) an erased or full case, and
    (`BadInput`) what `uploads.checked` refuses and what the scanner finds. While the scanner does not answer, the file
    is kept in quarantine. The history says that a file was added, not which.
    """
    if not may(actor.role, Permission.CASE_ATTACH) or not _works_on(case, actor):
        raise NotPermitted(say("Only who works on the whole case adds files to it."))
    upload = uploads.checked(title, data)
    state = _verdict(upload.data, scanner)
    if state is AttachmentState.INFECTED:
        raise BadInput(file=say("The scanner found something harmful in this file. It was not kept."))
    history.lock(case)
    _require_room(case, len(upload.data))
    entry = history.record(_act(case), actor=actor, about=case)
    name, sealed = stored.put(folder, upload.data, uploads.plain_title(title), case.key.content)
    added = Attachment(
        case_id=case.id,
        entry_id=entry.id,
        name=name,
        sealed=sealed,
        kind=upload.kind,
        data_class=data_class,
        state=state,
        size=len(upload.data),
        added_by_id=actor.user_id,
        institution_id=actor.institution_id,
        added_at=entry.recorded_at,
    )
    db.session.add(added)
    db.session.flush()
    return added


def scan_waiting(folder: Path, scanner: Path) -> Iterator[tuple[int, AttachmentState]]:
    """Asks the scanner about every file in quarantine, for the caller to commit each verdict; ends where it still does
    not answer. What is infected stays locked away: it is evidence as well.

    No transaction is open while the scanner thinks: on SQLite nobody else could write meanwhile. So two who ask at
    once ask about the same files, and come to the same verdicts. A file that is gone or was changed stays locked away.
    """
    waiting = sa.select(Attachment.id, Attachment.name, Attachment.case_id, Attachment.sealed)
    rows = db.session.execute(waiting.where(_QUARANTINED).order_by(Attachment.id)).all()
    contents = {row.case_id: content_of(db.session.connection(), case_id=row.case_id) for row in rows}
    db.session.rollback()
    for number, name, case_id, sealed in rows:
        if sealed is None:
            continue
        try:
            data = stored.get(folder, name, sealed, contents[case_id])
        except Refusal:
            continue
        verdict = _verdict(data, scanner)
        if verdict is AttachmentState.QUARANTINED:
            return
        found = sa.update(Attachment).where(_QUARANTINED, Attachment.id == number).values(state=verdict)
        db.session.execute(found)
        yield number, verdict


def clear(folder: Path) -> int:
    """Takes away the files of erased cases, and those that no record names; says how many.

    Files of the last hour stay: what is being added has no record yet.
    """
    if not folder.is_dir():
        return 0
    named = sa.select(Attachment.name).where(Attachment.sealed.is_not(None))
    erased = set(db.session.scalars(sa.select(Attachment.name).where(Attachment.sealed.is_(None))))
    live = set(db.session.scalars(named))
    before = clock.now().timestamp() - 3600
    gone = [
        path
        for path in folder.iterdir()
        if path.name in erased or (path.name not in live and path.stat().st_mtime < before)
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _works_on(case: ProtectionCase, actor: Acting) -> bool:
    file = case_file(case.reference, viewer=actor)
    return file.sight is Sight.FULL and file.emergency_ends_at is None


def _verdict(data: bytes, scanner: Path | None) -> AttachmentState:
    if scanner is None:
        return AttachmentState.KEPT
    try:
        return AttachmentState.INFECTED if scanning.infected(data, scanner) else AttachmentState.SCANNED
    except scanning.ScannerDown:
        return AttachmentState.QUARANTINED


def _require_room(case: ProtectionCase, more: int) -> None:
    if is_erased(case):
        raise StepRefused(say("This case was erased before."))
    asked = sa.select(sa.func.coalesce(sa.func.sum(Attachment.size), 0)).where(Attachment.case_id == case.id)
    if (db.session.scalar(asked) or 0) + more > MOST_OF_A_CASE:
        raise StepRefused(say("This case has as many files as it can hold: 50 MB in all."))


def _act(case: ProtectionCase) -> Act:
    return Act(
        action=ACTION,
        stage=CASE_STAGE,
        effect=Effect.NOTES,
        status_before=case.status,
        status_after=case.status,
        holder_id=case.owner_id,
        procedure=mission.current().procedure.version,
        happened_at=clock.now(),
    )
