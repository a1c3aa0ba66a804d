"""The files of a form that was filled on a phone: each goes the way of any file on a case, and is taken once."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from tracker.actions import attachments
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, StepRefused, say
from tracker.intake import field_forms as intake
from tracker.intake.field_forms import Filled
from tracker.models import Acting, Attachment, FieldFile, FieldForm, ProtectionCase
from tracker.models.field_form import fingerprint
from tracker.vocabulary import FileRefusal


class Keeping(NamedTuple):
    """Where files are kept, and who scans them."""

    folder: Path
    scanner: Path | None = None


def keep(
    form: FieldForm, filled: Filled, files: Mapping[str, bytes], *, actor: Acting, keeping: Keeping
) -> bool:
    """Keeps those of these files that the form names and that did not come before; says whether one was refused.

    A refused file does not hold the form back: the case is registered, and its sender is told. Refuses (`StepRefused`)
    another content under the same name, and the files of a form that somebody else began.
    """
    named = {filled.answers[one] for one in intake.FILES if one in filled.answers}
    if form.case is None or not named.intersection(files):
        return False
    known, refused = {one.name: one for one in _of(form)}, False
    for title in sorted(named.intersection(files)):
        coming = FieldFile(
            form_id=form.id,
            name=fingerprint(title, "file"),
            content=fingerprint(files[title].hex(), "file content"),
        )
        if not _is_known(coming, known.get(coming.name)):
            _require_own(form, actor)
            kept = _attach(form.case, filled, title, files[title], actor=actor, keeping=keeping)
            coming.attachment_id = kept.id if isinstance(kept, Attachment) else None
            coming.refusal = kept if isinstance(kept, FileRefusal) else None
            refused = refused or coming.refusal is not None
            db.session.add(coming)
    db.session.flush()
    return refused


def _of(form: FieldForm) -> list[FieldFile]:
    return list(db.session.scalars(sa.select(FieldFile).where(FieldFile.form_id == form.id)))


def _is_known(coming: FieldFile, before: FieldFile | None) -> bool:
    if before is not None and before.content != coming.content:
        raise StepRefused(say("Another file came under the same name before."))
    return before is not None


def _require_own(form: FieldForm, actor: Acting) -> None:
    if form.user_id != actor.user_id:
        raise StepRefused(
            say("Somebody else sent this form before. The rest of its files must come from them.")
        )


def _attach(
    case: ProtectionCase, filled: Filled, title: str, data: bytes, *, actor: Acting, keeping: Keeping
) -> Attachment | FileRefusal:
    try:
        with db.session.begin_nested():
            return attachments.attach(
                case,
                actor=actor,
                title=title,
                data=data,
                data_class=intake.data_class(filled),
                folder=keeping.folder,
                scanner=keeping.scanner,
            )
    except BadInput:
        return FileRefusal.NOT_TAKEN
    except (StepRefused, NotPermitted, NotFound):
        return FileRefusal.NO_ROOM
