"""What auditors read, in words. Times stand beside each other, so that a late record shows."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from flask import url_for

from blueprints import steps, words
from blueprints.details import capital, details
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.inclusion import Checked
from blueprints.shapes import Column, Row, Tag
from blueprints.times import clock_of, day, moment, span
from tracker.models import Effect
from tracker.queries.audit_rows import ActRow, AlertFacts, CaseFacts, EntryRow, TrackRow
from tracker.vocabulary import AdministrativeAct, InstitutionKind, Role, SheetKind

LONG_AFTER = timedelta(hours=48)
"""An act recorded later than this after it happened is said to be: field offices record on the next day."""

COLUMNS = (
    Column(_l("Case or alert"), "link"),
    Column(_l("What was done")),
    Column(_l("Person"), "name"),
    Column(_l("Role and institution")),
    Column(_l("Happened"), "name"),
    Column(_l("Recorded"), "name"),
    Column(_l("Remarks")),
)

TRACK_COLUMNS = (
    Column(_l("Stage")),
    Column(_l("Institution"), "name"),
    Column(_l("Sent by"), "name"),
    Column(_l("Status"), "tag"),
    Column(_l("Came")),
    Column(_l("Left")),
    Column(_l("Time limit"), "clock"),
)


class Act(NamedTuple):
    """One entry of a history."""

    n: int
    title: str
    place: str
    tag: Tag
    who: str
    lines: Sequence[str]
    remarks: Sequence[str]
    late: str
    happened: str
    recorded: str
    procedure: str
    logged: tuple[str, str] = ("", "")
    proof_href: str = ""


class Administered(NamedTuple):
    """One act of an administrator."""

    title: str
    when: str
    who: str
    lines: Sequence[tuple[str, str]]


def recent(rows: Sequence[EntryRow]) -> list[Row]:
    """The newest entries; one that was recorded long after it happened has the edge of a late one."""
    bases = {kind: url_for("audit.index") + f"{kind}s/" for kind in ("case", "alert")}
    return [_recent(row, bases) for row in rows]


def timeline(rows: Sequence[EntryRow], base: str, checked: Checked) -> list[Act]:
    """A whole history, newest first; corrections are entries of their own and name the one that they correct.

    `base`: the address of the case or alert.
    """
    corrected = {row.corrects: row.n for row in rows if row.corrects is not None}
    return [
        _act(row, corrected.get(row.n))._replace(
            logged=checked.words(row.id), proof_href=f"{base}/entries/{row.n}"
        )
        for row in rows
    ]


def track_rows(tracks: Sequence[TrackRow]) -> list[tuple[Any, ...]]:
    """Where a case is and was."""
    return [
        (
            words.stage(track.stage),
            track.holder,
            track.sender or "",
            steps.tag(track.stage, track.status),
            moment(track.entered_at),
            moment(track.left_at),
            clock_of(track.limit) if track.open else clock_of(None),
        )
        for track in tracks
    ]


def case_facts(case: CaseFacts) -> list[tuple[str, str | None]]:
    """What a case is about, without whom."""
    return [
        (_("Urgency"), words.label(case.urgency)),
        (_("Risk"), words.label(case.risk)),
        (_("Risk of reprisals"), words.label(case.reprisal_risk)),
        (_("Area"), case.area),
        (_("How it came"), words.label(case.channel)),
        (_("Registered"), moment(case.registered_at)),
        (_("Registered by"), case.registrar),
        (_("Responsible"), case.owner),
        (_("Closed"), _closed(case)),
        (_("Taken in from"), case.source),
    ]


def alert_facts(alert: AlertFacts) -> list[tuple[str, str | None]]:
    """How an alert came and what it came to."""
    return [
        (_("Status"), words.status("alert", alert.status)),
        (_("How it came"), words.label(alert.channel)),
        (_("Area"), alert.area),
        (_("Received"), moment(alert.received_at)),
        (_("Institution"), alert.holder),
    ]


def administrative(rows: Sequence[ActRow]) -> list[Administered]:
    """What administrators did."""
    return [
        Administered(
            words.label(row.action),
            moment(row.recorded_at),
            _person_at(row.actor, row.actor_institution),
            [(label, value) for label, value in _about(row) if value],
        )
        for row in rows
    ]


def _recent(row: EntryRow, bases: Mapping[str, str]) -> Row:
    kind, reference = ("case", row.case) if row.case else ("alert", row.alert)
    late = _late(row)
    cells = (
        reference,
        _("%(stage)s: %(done)s", stage=words.stage(row.stage), done=words.done(row.stage, row.action)),
        row.actor or "",
        _role_at(row),
        moment(row.happened_at) or _("not known"),
        moment(row.recorded_at),
        " ".join((*([late] if late else []), *_remarks(row, None))),
    )
    return Row(f"{bases[kind]}{reference}#entry-{row.n}", cells, late=bool(late))


def _act(row: EntryRow, corrected_by: int | None) -> Act:
    reason = [_("Reason: %(reason)s", reason=words.reason(row.reason))] if row.reason else []
    return Act(
        n=row.n,
        title=_title(row),
        place=_("%(stage)s, %(institution)s", stage=words.stage(row.stage), institution=row.holder),
        tag=steps.tag(row.stage, row.status_after),
        who=_who(row),
        lines=[*_change(row), *reason, *details(row.detail), *_limit(row)],
        remarks=_remarks(row, corrected_by),
        late=_late(row),
        happened=moment(row.happened_at) or _("not known"),
        recorded=moment(row.recorded_at),
        procedure=row.procedure,
    )


def _title(row: EntryRow) -> str:
    done = words.done(row.stage, row.action)
    if row.effect is Effect.OPENS and row.action != "send":
        return _("%(stage)s: %(done)s", stage=words.stage(row.stage), done=done)
    return capital(done)


def _change(row: EntryRow) -> list[str]:
    if row.effect is Effect.NOTES or row.status_before in (None, row.status_after):
        return []
    before = words.status(row.stage, row.status_before or "")
    return [_("Before: %(status)s", status=before)]


def _limit(row: EntryRow) -> list[str]:
    return [_("Time limit: %(moment)s", moment=moment(row.due_at))] if row.due_at else []


def _late(row: EntryRow) -> str:
    """In words, how long after it happened an act was recorded; "" where that is no remark."""
    if row.happened_at is None or row.source is not None:
        return ""
    delay = row.recorded_at - row.happened_at
    return _("Recorded %(span)s after it happened.", span=span(delay)) if delay >= LONG_AFTER else ""


def _remarks(row: EntryRow, corrected_by: int | None) -> list[str]:
    found = []
    if row.corrects is not None:
        found.append(_("Corrects entry %(n)s.", n=row.corrects))
    if corrected_by is not None:
        found.append(_("Corrected by entry %(n)s.", n=corrected_by))
    if row.source is not None:
        found.append(_("Taken in from %(source)s.", source=row.source))
    if row.flag is not None:
        found.append(_("Flagged: %(flag)s.", flag=words.label(row.flag)))
    return found


def _who(row: EntryRow) -> str:
    if row.actor is None:
        return _("By time, nobody's act") if row.source is None else ""
    return f"{row.actor} · {_role_at(row)}"


def _role_at(row: EntryRow) -> str:
    return " · ".join(
        part for part in (words.label(row.role) if row.role else "", row.institution or "") if part
    )


def _person_at(person: str | None, institution: str | None) -> str:
    return " · ".join(part for part in (person, institution) if part)


def _closed(case: CaseFacts) -> str | None:
    if case.closed_at is None or case.closure_reason is None:
        return None
    return f"{day(case.closed_at)} · {words.label(case.closure_reason)}"


def _about(row: ActRow) -> list[tuple[str, str]]:
    detail = row.detail
    return [
        (_("Person"), row.person or ""),
        (_("Username"), str(detail.get("username", ""))),
        (_("Role"), words.label(Role(detail["role"])) if "role" in detail else ""),
        (_("Institution"), row.institution or ""),
        (_("Kind"), words.label(InstitutionKind(detail["kind"])) if "kind" in detail else ""),
        (_("List"), _list_said(row)),
        (_("Name before"), str(detail.get("before", ""))),
        (_("Name after"), str(detail.get("after", ""))),
        (_("Limit"), _limit_said(row)),
        (_("Organisation"), str(detail.get("organisation", ""))),
        (_("Data agreement"), str(detail.get("agreement", ""))),
        (
            _("Area"),
            f"{row.subject} {detail.get('name', '')}" if row.action is AdministrativeAct.AREA_ADDED else "",
        ),
    ]


def _list_said(row: ActRow) -> str:
    if row.action is not AdministrativeAct.SHEET_TAKEN_IN:
        return ""
    kind, detail = words.label(SheetKind(row.subject)), row.detail
    return _(
        "%(kind)s: %(taken)s taken in, %(there)s there already, %(wrong)s with errors",
        kind=kind,
        taken=detail["taken"],
        there=detail["there"],
        wrong=detail["wrong"],
    )


def _limit_said(row: ActRow) -> str:
    if row.action is not AdministrativeAct.LIMIT_CONFIRMED:
        return ""
    return _("%(limit)s: %(hours)s hours", limit=_clock(row.subject), hours=row.detail.get("hours"))


def _clock(code: str) -> str:
    try:
        return words.clock(code)
    except KeyError:  # of a procedure that is no longer in force
        return code
