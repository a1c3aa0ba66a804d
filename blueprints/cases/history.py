"""The history of a case as its page shows it: newest first, each act with what corrects it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from blueprints import steps, words
from blueprints.details import capital, details
from blueprints.i18n import _
from blueprints.inclusion import Checked
from blueprints.shapes import Tag
from blueprints.times import moment
from tracker import mission
from tracker.models import Acting, Effect
from tracker.permissions import Permission, may
from tracker.queries.case_file import CaseFile
from tracker.queries.case_rows import EntryRow

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
    who: str
    lines: Sequence[str]
    note: str
    marks: Sequence[Tag]
    mends: Sequence[Mend]
    small: str
    n: int
    mend_href: str
    logged: tuple[str, str]
    proof_href: str


def timeline(file: CaseFile, base: str, checked: Checked, *, viewer: Acting) -> list[Act]:
    """Every act that the viewer may know of, the newest first; `base`: the address of the case."""
    mends: dict[int | None, list[EntryRow]] = defaultdict(list)
    for entry in file.entries:
        if entry.action in _MENDS:
            mends[entry.corrects_id].append(entry)
    shown = {entry.id for entry in file.entries}
    visits = file.emergency_ends_at is not None  # who broke the glass has no page of an entry
    own = viewer.institution_id if may(viewer.role, Permission.ENTRY_CORRECT) and not visits else None
    consents = _consents(file)
    return [
        _act(entry, mends.get(entry.id, ()), consents, base if entry.institution_id == own else "")._replace(
            logged=("", "") if visits else checked.words(entry.id), proof_href=f"{base}/entries/{entry.n}"
        )
        for entry in reversed(file.entries)
        if not (entry.action == "correct" and entry.corrects_id in shown)
    ]


def _act(
    entry: EntryRow,
    mends: Sequence[EntryRow],
    consents: Mapping[int, str],
    base: str,
) -> Act:
    changes = entry.effect != Effect.NOTES and entry.stage != "case"
    return Act(
        _title(entry),
        _place(entry),
        _tag(entry) if changes else None,
        moment(entry.happened_at) or _("Time not known"),
        _who(entry),
        [*_reason(entry), *details(entry.detail), *_consent(consents.get(entry.id))],
        entry.note or "",
        _marks(entry, mends),
        [_mend(mend) for mend in mends],
        _small(entry),
        entry.n,
        f"{base}/entries/{entry.n}/correct" if base and entry.action not in _MENDS else "",
        ("", ""),
        "",
    )


def _title(entry: EntryRow) -> str:
    """What was done; where a part of the case began of itself, which."""
    done = words.done(entry.stage, entry.action)
    if entry.effect == Effect.OPENS and entry.action != "send" and entry.stage != "case":
        return _("%(stage)s: %(done)s", stage=words.stage(entry.stage), done=done)
    return capital(done)


def _place(entry: EntryRow) -> str:
    """Which part of the case it is about; the institution only where it is not the actor's own."""
    if entry.stage == "case":
        return ""
    stage = words.stage(entry.stage)
    if entry.holder_id == entry.institution_id:
        return stage
    return _("%(stage)s, %(institution)s", stage=stage, institution=entry.holder)


def _tag(entry: EntryRow) -> Tag:
    return steps.tag(entry.stage, entry.status_after)


def _late(entry: EntryRow) -> bool:
    return entry.happened_at is None or entry.recorded_at - entry.happened_at > LATE


def _small(entry: EntryRow) -> str:
    if not _late(entry):
        return _("Entry %(number)d", number=entry.n)
    when = moment(entry.recorded_at)
    return _("Entry %(number)d, recorded %(moment)s", number=entry.n, moment=when)


def _who(entry: EntryRow) -> str:
    if entry.actor is None or entry.institution is None:
        return entry.actor or entry.institution or ""
    return _("%(person)s, %(institution)s", person=entry.actor, institution=entry.institution)


def _reason(entry: EntryRow) -> list[str]:
    said = words.reason(entry.reason)
    if not said:
        return []
    step = mission.current().procedure.steps.get((entry.stage, entry.action))
    if step is not None and step.asks.get("reason") == "measure":
        return [_("Measure: %(measure)s", measure=said)]
    return [_("Reason: %(reason)s", reason=said)]


def _consents(file: CaseFile) -> dict[int, str]:
    """Which institutions each consent was about, by the entry that recorded it."""
    named: dict[int, list[str]] = defaultdict(list)
    for consent in file.consents:
        named[consent.entry_id].append(consent.institution)
    return {entry_id: ", ".join(dict.fromkeys(names)) for entry_id, names in named.items()}


def _consent(names: str | None) -> list[str]:
    return [_("About sharing with: %(institutions)s", institutions=names)] if names else []


def _marks(entry: EntryRow, mends: Sequence[EntryRow]) -> list[Tag]:
    marks = []
    if any(mend.action == "withdraw" for mend in mends):
        marks.append(Tag(_("Withdrawn"), "stopped"))
    if entry.import_id is not None:
        marks.append(Tag(_("Imported"), "stopped"))
    if entry.flag is not None:
        marks.append(Tag(words.label(entry.flag), "late"))
    return marks


def _mend(mend: EntryRow) -> Mend:
    lines = []
    if mend.action == "correct":
        lines.append(_("Happened: %(moment)s", moment=moment(mend.happened_at)))
    if mend.action == "correct" and mend.reason:
        lines.append(_("Reason: %(reason)s", reason=words.reason(mend.reason)))
    title = capital(words.done(mend.stage, mend.action))
    return Mend(title, moment(mend.recorded_at), _who(mend), lines, mend.note or "")
