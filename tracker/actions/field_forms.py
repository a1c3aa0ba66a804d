"""Forms that were filled on a phone: each is taken once, by the same acts and through the same gates as a page's.

A phone that is told "refused" keeps the form and cannot mend it. So a form is refused only where nothing of it may be
taken; where the case may be registered and only not be sent on, it is registered, and its sender is left something to
do (`FieldForm.held_back`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock, mission
from tracker.actions import alerts, cases, field_answers, field_files, referrals, steps
from tracker.actions.field_files import Keeping
from tracker.db import db
from tracker.errors import (
    BadInput,
    ConflictOfInterest,
    NoConsent,
    NotFound,
    NotSafe,
    Refusal,
    StepRefused,
    say,
)
from tracker.intake import field_forms as intake
from tracker.intake.field_forms import Filled
from tracker.models import Acting, FieldFile, FieldForm, ProtectionCase
from tracker.models.field_form import fingerprint
from tracker.queries import alikes
from tracker.queries.alikes import Sought
from tracker.vocabulary import FormKind, HeldBack

_HELD_BACK: Mapping[type[Refusal], HeldBack] = {
    NoConsent: HeldBack.NO_CONSENT,
    ConflictOfInterest: HeldBack.CONFLICT_OF_INTEREST,
    NotSafe: HeldBack.NOT_SAFE,
    BadInput: HeldBack.INSTITUTION,
    StepRefused: HeldBack.NOT_OPEN,
}


def take(
    filled: Filled, files: Mapping[str, bytes], *, actor: Acting, keeping: Keeping
) -> tuple[FieldForm, bool]:
    """Takes a form with those of its files that came along; gives its record, and whether it came for the first time.

    The same again, or the rest of its files, changes nothing else. Refuses (`StepRefused`) another content under the
    same number, and the edit of a form that was taken before; (`NotFound`) an unknown form; (`BadInput`) what cannot
    be read; and whatever `alerts.log_alert` and `cases.register` refuse. The caller commits.
    """
    kind = intake.kind_of(filled)
    _require_no_edit_of_what_was_taken(filled)
    row, first = _begin(filled, kind, actor)
    if first:
        _ACTS[kind](row, filled, actor)
        db.session.flush()
    refused = field_files.keep(row, filled, files, actor=actor, keeping=keeping)
    _settle(row, refused=refused)
    return row, first


def look_at(form: FieldForm, *, actor: Acting) -> None:
    """Notes that its sender saw what was left to do. Refuses (`NotFound`) anybody else."""
    if form.user_id != actor.user_id:
        raise NotFound(say("There is no such record that you may see."))
    form.looked_at = form.looked_at or clock.now()


def _require_no_edit_of_what_was_taken(filled: Filled) -> None:
    before = fingerprint(filled.replaces, "instance") if filled.replaces else None
    if before and db.session.scalar(sa.select(FieldForm.id).where(FieldForm.instance == before)) is not None:
        raise StepRefused(
            say(
                "This form was sent before, and was changed since. Change the case or the alert itself instead."
            )
        )


def _begin(filled: Filled, kind: FormKind, actor: Acting) -> tuple[FieldForm, bool]:
    """Writes the form down; a rival with the same number waits here until the first one is over, on both engines."""
    instance, content = fingerprint(filled.instance, "instance"), fingerprint(filled.told, "content")
    edited = db.session.scalar(sa.select(FieldForm).where(FieldForm.replaces == instance))
    if edited is not None:
        return edited, False  # its edit came first, and holds all of it
    number = _write(
        {
            "instance": instance,
            "replaces": fingerprint(filled.replaces, "instance") if filled.replaces else None,
            "content": content,
            "kind": kind,
            "version": filled.version[:80],
            "user_id": actor.user_id,
            "institution_id": actor.institution_id,
            "received_at": clock.now(),
            "files": sum(one in filled.answers for one in intake.FILES),
            "clock_wrong": False,
            "may_be_known": False,
        }
    )
    if number is not None:
        return db.session.get_one(FieldForm, number), True
    row = db.session.scalars(sa.select(FieldForm).where(FieldForm.instance == instance)).one()
    if row.content != content:
        raise StepRefused(
            say("Another form came under the same number before. Fill in a new form and send that one.")
        )
    return row, False


def _write(row: dict[str, Any]) -> int | None:
    engine = db.session.get_bind().dialect.name
    insert = sqlite.insert if engine == "sqlite" else postgresql.insert
    return db.session.scalar(insert(FieldForm).values(row).on_conflict_do_nothing().returning(FieldForm.id))


def _settle(row: FieldForm, *, refused: bool) -> None:
    """Nothing is left to do with a form that was taken whole; something is again where a file of it was refused."""
    if refused:
        row.looked_at = None
    elif not (row.held_back or row.may_be_known or row.clock_wrong or _incomplete(row)):
        row.looked_at = row.looked_at or clock.now()
    db.session.flush()


def _incomplete(row: FieldForm) -> bool:
    kept = sa.select(sa.func.count()).where(FieldFile.form_id == row.id, FieldFile.refusal.is_(None))
    return row.files > 0 and (db.session.scalar(kept) or 0) < row.files


def _log_alert(row: FieldForm, filled: Filled, actor: Acting) -> None:
    new, row.clock_wrong = field_answers.alert(filled)
    row.alert_id = alerts.log_alert(new, actor=actor).id


def _register(row: FieldForm, filled: Filled, actor: Acting) -> None:
    said = field_answers.referral(filled)
    row.clock_wrong = said.clock_wrong
    row.may_be_known = bool(alikes.of_new(_sought(said.case), viewer=actor))
    own = cases.responsible_for(said.case, actor=actor).id == actor.institution_id
    # Where another institution is responsible, it decides to whom the case goes, and reads the note in the history.
    case = cases.register(said.case if own else replace(said.case, note=said.note), actor=actor)
    row.case_id = case.id
    if own and said.refer_to:
        row.held_back = _refer(case, said.refer_to, said.note, actor)


def _sought(case: cases.NewCase) -> Sought:
    """What other cases are compared with."""
    reported = clock.day_of(case.reported_at or clock.now(), mission.current().zone)
    return Sought(
        people=[(one.name, one.phone) for one in case.people],
        concern=case.concern,
        area_id=case.area_id,
        on=case.occurred_on or reported,
    )


def _refer(case: ProtectionCase, chosen: list[int], note: str, actor: Acting) -> HeldBack | None:
    """Sends the case on, or says why it stays: the registration before it holds either way."""
    try:
        with db.session.begin_nested():
            referrals.refer(
                actor=actor, case=case, seen=steps.version(case), institution_ids=chosen, note=note
            )
    except tuple(_HELD_BACK) as refusal:
        return _HELD_BACK[type(refusal)]
    return None


_ACTS = {FormKind.ALERT: _log_alert, FormKind.REFERRAL: _register}
