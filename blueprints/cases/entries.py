"""Mending the history: a correction or a withdrawal is a new entry beside the old one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from blueprints import words
from blueprints.cases import bp, ways
from blueprints.cases.forms import CorrectForm, CorrectReasonForm, WithdrawForm
from blueprints.forms import Form, done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.times import moment
from tracker import mission
from tracker.actions import corrections
from tracker.actions.steps import version
from tracker.errors import NotPermitted, StepRefused, say
from tracker.models import Effect, HistoryEntry, ProtectionCase, Track
from tracker.permissions import Permission
from tracker.queries import cases
from tracker.vocabulary import REASON_LISTS

_MENDS = ("correct", "withdraw")


@bp.route("/<string:reference>/entries/<int(max=2147483647):n>/correct", methods=["GET", "POST"])
@requires(Permission.ENTRY_CORRECT)
def correct(reference: str, n: int) -> ResponseReturnValue:
    """Another time or reason for an entry of the own institution."""
    entry, on = _own(reference, n)
    latest = cases.newest_correction(entry, viewer=signed_in())
    form = _correct_form(entry, latest, on)
    if form.submitted():
        with kept(form):
            said = _changes(form, entry, latest)
            corrections.correct(
                actor=signed_in(), entry=entry, on=on, seen=form.seen.data, note=form.note.data, **said
            )
            return done(_("The correction is recorded."), ways.onward(reference))
    back = _withdrawal(entry, reference) if isinstance(on, Track) else ""
    return _page(form, entry, reference, _("Correct an entry"), _("Correct"), withdrawal=back)


@bp.route("/<string:reference>/entries/<int(max=2147483647):n>/withdraw", methods=["GET", "POST"])
@requires(Permission.ENTRY_CORRECT)
def withdraw(reference: str, n: int) -> ResponseReturnValue:
    """Takes back the newest step of a part of the case, which was recorded by mistake."""
    entry, on = _own(reference, n)
    if not isinstance(on, Track):
        raise StepRefused(say("Only the newest step of this part of the case can be withdrawn."))
    form = WithdrawForm(seen=version(on))
    if form.submitted():
        with kept(form):
            corrections.withdraw(actor=signed_in(), entry=entry, on=on, **form.values())
            return done(_("The step is withdrawn."), ways.onward(reference))
    return _page(form, entry, reference, _("Withdraw a step"), _("Withdraw the step"), grave=True)


def _own(reference: str, n: int) -> tuple[HistoryEntry, Track | ProtectionCase]:
    """The entry, if the viewer's institution made it, and what it is about."""
    viewer = signed_in()
    entry = cases.entry(reference, n, viewer=viewer)
    if entry.institution_id != viewer.institution_id:
        raise NotPermitted(say("Only the institution that made an entry corrects it."))
    if entry.action in _MENDS:
        raise StepRefused(
            say("A correction is not corrected itself. Correct the entry that it is about again.")
        )
    if entry.track_id is None:
        return entry, cases.find(reference, viewer=viewer)
    return entry, cases.track(reference, entry.track_id, viewer=viewer)


def _correct_form(
    entry: HistoryEntry, latest: HistoryEntry | None, on: Track | ProtectionCase
) -> CorrectForm:
    """Filled in with what holds at present."""
    happened_at, reason = _holds(entry, latest)
    listed = _reasons(entry)
    if listed is None:
        return CorrectForm(seen=version(on), happened_at=happened_at)
    form = CorrectReasonForm(seen=version(on), happened_at=happened_at, reason=reason)
    form.reason.offer(words.choices(listed))
    return form


def _reasons(entry: HistoryEntry) -> type[StrEnum] | None:
    """The word list that the entry's step asks its reason from, if it asks for one."""
    step = mission.current().procedure.steps.get((entry.stage, entry.action))
    return REASON_LISTS[str(step.asks["reason"])] if step is not None and "reason" in step.asks else None


def _holds(entry: HistoryEntry, latest: HistoryEntry | None) -> tuple[datetime | None, str | None]:
    if latest is None:
        return entry.happened_at, entry.reason
    return latest.happened_at, latest.reason or entry.reason


def _changes(form: Form, entry: HistoryEntry, latest: HistoryEntry | None) -> dict[str, Any]:
    """What differs from what holds; a second correction says both anew, so that it stands for itself."""
    happened_at, reason = _holds(entry, latest)
    entered = form.values()
    moved = happened_at is None or entered["happened_at"] != happened_at.replace(second=0)
    other = bool(entered.get("reason")) and entered["reason"] != reason
    if not moved and not other:
        return {}
    both = latest is not None
    return {
        "happened_at": entered["happened_at"] if moved else happened_at if both else None,
        "reason": entered.get("reason") if other or both else None,
    }


def _withdrawal(entry: HistoryEntry, reference: str) -> str:
    """The address where the step is taken back, where that can be asked for."""
    if entry.effect not in (Effect.MOVES, Effect.ENDS):
        return ""
    return url_for("cases.withdraw", reference=reference, n=entry.n)


def _page(
    form: Form, entry: HistoryEntry, reference: str, title: str, submit: str, **shown: Any
) -> ResponseReturnValue:
    facts = [
        (_("Entry"), str(entry.n)),
        (_("What was recorded"), words.done(entry.stage, entry.action)),
        (_("Happened"), moment(entry.happened_at) or None),
        (_("Reason"), words.reason(entry.reason) or None),
    ]
    back = ways.case(reference)
    about = {"withdrawal": "", "title": title, "submit": submit, "back": back, "facts": facts}
    return form_page("cases/mend.html", form, **(about | {"reference": reference} | shown))
