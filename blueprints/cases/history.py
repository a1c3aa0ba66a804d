"""The history of a case as its page shows it: newest first, each act with what corrects it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from blueprints import steps, words
from blueprints.i18n import _
from blueprints.shapes import Tag
from blueprints.times import day, moment
from tracker.models import Effect, HistoryEntry, Membership
from tracker.permissions import Permission, may
from tracker.queries.cases import CaseFile
from tracker.vocabulary import ConsentDecision, CourtOutcome, Level, OrderKind, PartyRole, Urgency

LATE = timedelta(hours=1)
"""An act that was recorded later than this after it happened shows both times."""

_MENDS = ("correct", "withdraw")


class Mend(NamedTuple):
    """A correction, as it is shown beside what it corrects."""

    title: str
    when: str
    who: str
    lines: Sequence[str]
    note: str


class Act(NamedTuple):
    """One act, as it is shown."""

    title: str
    place: str
    tag: Tag | None
    when: str
    recorded: str
    who: str
    lines: Sequence[str]
    note: str
    marks: Sequence[Tag]
    mends: Sequence[Mend]
    n: int
    mend_href: str


def timeline(file: CaseFile, base: str, *, viewer: Membership) -> list[Act]:
    """Every act that the viewer may know of, the newest first; `base`: the address of the case."""
    mends: dict[int | None, list[HistoryEntry]] = defaultdict(list)
    for entry in file.entries:
        if entry.action in _MENDS:
            mends[entry.corrects_id].append(entry)
    shown = {entry.id for entry in file.entries}
    own = viewer.institution_id if may(viewer.role, Permission.ENTRY_CORRECT) else None
    consents = _consents(file)
    return [
        _act(
            entry, mends.get(entry.id, ()), file.notes, consents, base if entry.institution_id == own else ""
        )
        for entry in reversed(file.entries)
        if not (entry.action == "correct" and entry.corrects_id in shown)
    ]


def _act(
    entry: HistoryEntry,
    mends: Sequence[HistoryEntry],
    notes: Mapping[int, str],
    consents: Mapping[int, str],
    base: str,
) -> Act:
    changes = entry.effect is not Effect.NOTES and entry.stage != "case"
    return Act(
        _title(entry),
        _place(entry),
        _tag(entry) if changes else None,
        moment(entry.happened_at) or _("Time not known"),
        moment(entry.recorded_at) if _late(entry) else "",
        _who(entry),
        [*_reason(entry), *_details(entry.detail), *_consent(consents.get(entry.id))],
        notes.get(entry.id, ""),
        _marks(entry, mends),
        [_mend(mend, notes) for mend in mends],
        entry.n,
        f"{base}/entries/{entry.n}/correct" if base and entry.action not in _MENDS else "",
    )


def _title(entry: HistoryEntry) -> str:
    """What was done; where a part of the case began of itself, which."""
    done = words.done(entry.stage, entry.action)
    if entry.effect is Effect.OPENS and entry.action != "send" and entry.stage != "case":
        return _("%(stage)s: %(done)s", stage=words.stage(entry.stage), done=done)
    return _capital(done)


def _capital(words_: str) -> str:
    return words_[:1].upper() + words_[1:]


def _place(entry: HistoryEntry) -> str:
    """Which part of the case it is about; the institution only where it is not the actor's own."""
    if entry.stage == "case":
        return ""
    stage = words.stage(entry.stage)
    if entry.holder_id == entry.institution_id:
        return stage
    return _("%(stage)s, %(institution)s", stage=stage, institution=entry.holder.name)


def _tag(entry: HistoryEntry) -> Tag:
    return Tag(words.status(entry.stage, entry.status_after), steps.tone(entry.stage, entry.status_after))


def _late(entry: HistoryEntry) -> bool:
    return entry.happened_at is None or entry.recorded_at - entry.happened_at > LATE


def _who(entry: HistoryEntry) -> str:
    if entry.actor is None:
        return entry.institution.name if entry.institution else ""
    if entry.institution is None:
        return entry.actor.full_name
    return _("%(person)s, %(institution)s", person=entry.actor.full_name, institution=entry.institution.name)


def _reason(entry: HistoryEntry) -> list[str]:
    said = words.reason(entry.reason)
    return [_("Reason: %(reason)s", reason=said)] if said else []


def _details(detail: Mapping[str, Any]) -> list[str]:
    """What an entry says besides: outcome, next hearing, urgency, risk, orders."""
    known = [(make, detail[name]) for name, make in _DETAILS.items() if detail.get(name)]
    return [make(value) for make, value in known]


_DETAILS: Mapping[str, Callable[[Any], str]] = {
    "outcome": lambda code: _("Outcome: %(outcome)s", outcome=words.label(CourtOutcome(code))),
    "orders": lambda kinds: _(
        "Orders: %(orders)s", orders=", ".join(words.label(OrderKind(kind)) for kind in kinds)
    ),
    "next_on": lambda iso: _("Next hearing: %(day)s", day=day(datetime.fromisoformat(iso).date())),
    "urgency": lambda code: _("Urgency: %(urgency)s", urgency=words.label(Urgency(code))),
    "risk": lambda code: _("Risk: %(level)s", level=words.label(Level(code))),
    "reprisal_risk": lambda code: _("Risk of reprisals: %(level)s", level=words.label(Level(code))),
    "party_role": lambda code: _("Person: %(role)s", role=words.label(PartyRole(code))),
    "consent": lambda code: _("Consent: %(decision)s", decision=words.label(ConsentDecision(code))),
    "decision": lambda code: _("Consent: %(decision)s", decision=words.label(ConsentDecision(code))),
}


def _consents(file: CaseFile) -> dict[int, str]:
    """Which institutions each consent was about, by the entry that recorded it."""
    named: dict[int, list[str]] = defaultdict(list)
    for consent in file.consents:
        named[consent.entry_id].append(consent.institution.name)
    return {entry_id: ", ".join(names) for entry_id, names in named.items()}


def _consent(names: str | None) -> list[str]:
    return [_("About sharing with: %(institutions)s", institutions=names)] if names else []


def _marks(entry: HistoryEntry, mends: Sequence[HistoryEntry]) -> list[Tag]:
    marks = []
    if any(mend.action == "withdraw" for mend in mends):
        marks.append(Tag(_("Withdrawn"), "stopped"))
    if entry.import_id is not None:
        marks.append(Tag(_("Imported"), "stopped"))
    if entry.flag is not None:
        marks.append(Tag(words.label(entry.flag), "late"))
    return marks


def _mend(mend: HistoryEntry, notes: Mapping[int, str]) -> Mend:
    lines = []
    if mend.action == "correct":
        lines.append(_("Happened: %(moment)s", moment=moment(mend.happened_at)))
    if mend.action == "correct" and mend.reason:
        lines.append(_("Reason: %(reason)s", reason=words.reason(mend.reason)))
    title = _capital(words.done(mend.stage, mend.action))
    return Mend(title, moment(mend.recorded_at), _who(mend), lines, notes.get(mend.id, ""))
