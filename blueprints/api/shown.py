"""A case file in JSON: as much as the page of the case shows, and what is personal only to a token with that scope."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from blueprints import details
from blueprints.guards import bearer, signed_in
from tracker import mission, visibility
from tracker.history import CASE_STAGE
from tracker.models import Track
from tracker.permissions import Scope
from tracker.procedure import Step
from tracker.queries import case_rows
from tracker.queries.case_file import CaseFile
from tracker.visibility import Sight
from tracker.vocabulary import DECISIONS, REASON_LISTS, Level, Urgency

_FACTS = ("reference", "concern", "urgency", "risk")
_WHOLE = (
    "occurred_on",
    "channel",
    "reprisal_risk",
    "registered_at",
    "closed_at",
    "closure_reason",
    "source_ref",
)
OWN_DOORS = {
    "refer": "api.refer",
    "record_consent": "api.record_consent",
    "add_person": "api.add_person",
    "wall_off": "api.wall_off",
    "assess_reprisal": "api.assess_reprisal",
    "agree_to_share": "api.agree_to_share",
    "record_arrest": "api.record_arrest",
    "record_release": "api.record_release",
    "decide": "api.decide",
}
"""The steps that are posted elsewhere than to `acts`, because they ask more than the procedure says."""
_NOT_HERE = frozenset({"link_cases"})
"""What the pages alone do: two cases are compared by eye."""


def case(file: CaseFile) -> dict[str, Any]:
    """The whole, or in a preview what is shown before accepting."""
    shown = {name: getattr(file.case, name) for name in _FACTS} | {
        "sight": file.sight.name.lower(),
        "district": file.district,
        "tracks": [track(part, file.case) for part in file.parts],
        "consents": file.consents,
    }
    if file.sight is Sight.FULL:
        shown |= _whole(file)
        if personal():
            shown |= {"people": file.people, "narratives": file.narratives}
    return shown


def answers_for(of: case_rows.CaseFacts) -> bool:
    """Whether the bearer's institution answers for the case: then its number of entries tells them nothing new."""
    return bool(visibility.sides(signed_in(), owner_id=of.owner_id, registrar_id=of.registrar_id))


def personal() -> bool:
    """Whether the token was issued for what is personal."""
    return Scope.PARTICULARS_READ in bearer().scopes


def track(part: case_rows.Part, of: case_rows.CaseFacts) -> dict[str, Any]:
    """One part, and what the bearer may do there now."""
    viewer = signed_in()
    sides = visibility.sides(
        viewer,
        owner_id=of.owner_id,
        registrar_id=of.registrar_id,
        holder_id=part.institution_id,
        sender_id=part.sender_id,
    )
    opened = mission.current().procedure.steps_open(
        viewer.role, sides, part.stage, part.status, part.awaiting
    )
    return part._asdict() | {
        "reference": of.reference,
        "due_at": part.limit,
        "steps": steps(opened, reference=of.reference, track_id=part.id),
    }


def entries(rows: Sequence[case_rows.EntryRow], of: Sequence[case_rows.EntryRow]) -> list[dict[str, Any]]:
    """These entries `of` a case, in order; a note only where the bearer may read it."""
    numbers = {row.id: row.n for row in of}
    return [_entry(row, numbers.get(row.corrects_id or 0)) for row in rows]


def steps(opened: Iterable[Step], *, reference: str, track_id: int | None = None) -> list[dict[str, Any]]:
    """Steps with what each asks and where it is posted to."""
    return [
        open_step(step, at=_address(step, reference, track_id))
        for step in opened
        if step.name not in _NOT_HERE
    ]


def open_step(step: Step, *, at: str) -> dict[str, Any]:
    """One step, what it asks, and where it is posted to."""
    return {"step": step.name, "asks": _asks(step), "words": _words(step), "at": at}


def done(on: Track) -> dict[str, Any]:
    """What came of an act on a track."""
    return {
        "reference": on.case.reference,
        "track": on.id,
        "status": on.status,
        "version": on.version,
    }


def _whole(file: CaseFile) -> dict[str, Any]:
    viewer, of = signed_in(), file.case
    sides = visibility.sides(viewer, owner_id=of.owner_id, registrar_id=of.registrar_id)
    status = "open" if of.closed_at is None else "closed"
    opened = mission.current().procedure.steps_open(viewer.role, sides, CASE_STAGE, status, None)
    return {name: getattr(of, name) for name in _WHOLE} | {
        "area": file.area,
        "registrar": file.registrar,
        "owner": file.owner,
        "withheld": file.withheld,
        "custodies": [_custody(one) for one in file.custodies],
        "orders": file.orders,
        "steps": steps(opened, reference=of.reference),
    }


def _custody(row: case_rows.CustodyRow) -> dict[str, Any]:
    shown = row._asdict() | {"track": row.track_id}
    return shown if personal() else {name: value for name, value in shown.items() if name != "name"}


def _entry(row: case_rows.EntryRow, corrects: int | None) -> dict[str, Any]:
    shown = row._asdict() | {
        "track": row.track_id,
        "detail": {name: value for name, value in row.detail.items() if name in details.SAID},
        "corrects": corrects,
        "imported": row.import_id is not None,
    }
    if row.note is None or not personal():
        del shown["note"]
    return shown


def _asks(step: Step) -> list[str]:
    asked = ["institution" if name == "target" else name for name in step.asks]
    return [*asked, "happened_at", *(["outside_safe_times"] if step.reassess else [])]


def _words(step: Step) -> dict[str, list[str]]:
    lists: dict[str, Any] = {"outcome": DECISIONS, "urgency": Urgency, "risk": Level}
    if "reason" in step.asks:
        lists["reason"] = REASON_LISTS[str(step.asks["reason"])]
    return {name: [word.value for word in words] for name, words in lists.items() if name in step.asks}


def _address(step: Step, reference: str, track_id: int | None) -> str:
    if door := OWN_DOORS.get(step.name):
        if door in _OF_TRACKS:
            return url_for(door, reference=reference, track_id=track_id)
        return url_for(door, reference=reference)
    if track_id is None:
        return url_for("api.act_on_case", reference=reference)
    return url_for("api.act_on_track", reference=reference, track_id=track_id)


_OF_TRACKS = ("api.record_arrest", "api.record_release", "api.decide")
