"""What whoever sent a form is told: what came of it, and what is left to do."""

import sqlalchemy as sa

from blueprints import words
from blueprints.i18n import _
from tracker.db import db
from tracker.models import Acting, FieldFile, FieldForm


def of(form: FieldForm, *, viewer: Acting) -> str:
    """What came of a form. Somebody else than its sender learns only that it came."""
    if form.user_id != viewer.user_id:
        return _("This form was received before.")
    return " ".join([_done(form), *left(form)])


def left(form: FieldForm) -> list[str]:
    """What its sender has to look at: a sentence each."""
    return [
        sentence
        for holds, sentence in (
            (form.held_back, _("It was not sent on.")),
            (form.held_back, f"{words.label(form.held_back)}." if form.held_back else ""),
            (form.may_be_known, _("There are cases that may be the same.")),
            (form.clock_wrong, _("The clock of this phone is wrong: look at the dates.")),
            (_refused_files(form), _("Not every file could be kept.")),
        )
        if holds
    ]


def _done(form: FieldForm) -> str:
    if form.alert is not None:
        return _("The alert is logged. Call back now.")
    return _(
        "The case is registered. Its reference is %(reference)s.",
        reference=form.case.reference if form.case is not None else "",
    )


def _refused_files(form: FieldForm) -> bool:
    refused = sa.select(FieldFile.id).where(FieldFile.form_id == form.id, FieldFile.refusal.is_not(None))
    return db.session.scalar(refused.limit(1)) is not None
