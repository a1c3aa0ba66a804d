"""The files on a case: those that a person may have, and one of them with its content."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from tracker.db import db
from tracker.errors import NotFound, StepRefused, say
from tracker.models import Acting, Attachment, Institution, UserAccount
from tracker.models.case_key import content_of
from tracker.queries import noted, stored
from tracker.queries.case_file import CaseFile, case_file
from tracker.visibility import Sight
from tracker.vocabulary import (
    AccessKind,
    AttachmentKind,
    AttachmentState,
    DataClass,
    Relation,
)

GIVEN_OUT = (AttachmentState.KEPT, AttachmentState.SCANNED)


class AttachmentRow(NamedTuple):
    """One file; `title`: what the sender called it."""

    id: int
    title: str
    kind: AttachmentKind
    data_class: DataClass
    state: AttachmentState
    size: int
    added_by: str
    institution: str
    added_at: datetime


class Download(NamedTuple):
    """A file with its content."""

    title: str
    kind: AttachmentKind
    data: bytes


def attachments(typed: str, *, viewer: Acting) -> tuple[CaseFile, Sequence[AttachmentRow]]:
    """The files of a case that the viewer may have, the newest first, with the file of the case.

    Refuses (`NotFound`) whoever does not see the whole case.
    """
    file = _whole(typed, viewer)
    asked = (
        select(
            Attachment.id,
            Attachment.name,
            Attachment.sealed,
            Attachment.kind,
            Attachment.data_class,
            Attachment.state,
            Attachment.size,
            UserAccount.full_name,
            Institution.name,
            Attachment.added_at,
        )
        .join(Attachment.added_by)
        .join(Attachment.institution)
        .where(Attachment.case_id == file.case.id, _may_have(viewer, file))
        .order_by(Attachment.id.desc())
    )
    content = content_of(db.session.connection(), case_id=file.case.id)
    return file, [
        AttachmentRow(one, stored.title(name, sealed, content), *rest)
        for one, name, sealed, *rest in db.session.execute(asked)
    ]


def download(typed: str, attachment_id: int, folder: Path, *, viewer: Acting) -> Download:
    """One file with its content.

    Refuses (`NotFound`) what the viewer may not have or know of, and (`StepRefused`) what was not scanned yet.
    """
    file = _whole(typed, viewer)
    found = db.session.scalar(
        select(Attachment).where(
            Attachment.id == attachment_id, Attachment.case_id == file.case.id, _may_have(viewer, file)
        )
    )
    if found is None or found.sealed is None:
        raise NotFound(say("There is no such file that you may have."))
    if found.state not in GIVEN_OUT:
        raise StepRefused(say("This file was not scanned yet. It is given out once it was."))
    why = Relation.BREAK_GLASS if file.emergency_ends_at else _relation(file, viewer)
    noted.note(noted.Noted(AccessKind.ATTACHMENT, why, case_id=file.case.id))
    content = content_of(db.session.connection(), case_id=file.case.id)
    title = stored.title(found.name, found.sealed, content)
    return Download(title, found.kind, stored.get(folder, found.name, found.sealed, content))


def _whole(typed: str, viewer: Acting) -> CaseFile:
    file = case_file(typed, viewer=viewer)
    if file.sight is not Sight.FULL:
        raise NotFound(say("There is no such file that you may have."))
    return file


def _may_have(viewer: Acting, file: CaseFile) -> ColumnElement[bool]:
    """Those who answer for the case have every file; others their own, and what may be shared with them."""
    if viewer.institution_id in (file.case.owner_id, file.case.registrar_id):
        return Attachment.case_id == file.case.id
    return or_(
        Attachment.institution_id == viewer.institution_id, Attachment.data_class.not_in(file.withheld)
    )


def _relation(file: CaseFile, viewer: Acting) -> Relation:
    case = file.case
    return noted.relation(viewer, owner_id=case.owner_id, registrar_id=case.registrar_id, tracks=file.parts)
