"""The course of a track, told in Python from its entries: what stood at a time, with its corrections.

The plain rule that the database's own counting (`tracker.queries.counts`) is held against. It counts the tracks that
were corrected or suspended, which are few.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from tracker import clock, mission
from tracker.indicators.hand_overs import Wait
from tracker.indicators.limits import Limit
from tracker.indicators.spells import Pause, Spell
from tracker.indicators.tally import Stay
from tracker.indicators.words import Beginning, End
from tracker.models import Effect

UNANSWERED = ("sent", "acknowledged")
NOBODY_S_ANSWER = ("revoked", "expired")
"""How a referral ends without the receiver."""


class Entry(NamedTuple):
    """What a course needs of one history entry, and of its track."""

    track_id: int
    id: int
    holder_id: int
    case_id: int
    stage: str
    action: str
    effect: Effect
    status_before: str | None
    status_after: str
    happened_at: datetime | None
    clock: str | None
    due_at: datetime | None
    reason: str | None
    corrects_id: int | None
    sender_id: int | None
    handed: bool
    again: bool


class Step(NamedTuple):
    """One step that stands, as its newest correction tells it."""

    effect: Effect
    before: str | None
    after: str
    at: datetime | None
    reason: str | None
    clock: str | None
    due_at: datetime | None
    raw_due_at: datetime | None
    """As it was first written: by this a status that keeps the clock is known."""


class Course(NamedTuple):
    """All steps of one track that stand, oldest first."""

    first: Entry
    steps: Sequence[Step]


def courses(entries: Iterable[Entry]) -> Iterable[Course]:
    """The courses of tracks, from their entries in order of track and id; of none where no step stands."""
    for _track, its in groupby(entries, key=lambda entry: entry.track_id):
        kept = list(its)
        standing = list(_standing(kept))
        if standing:
            yield Course(kept[0], standing)


def _standing(entries: Sequence[Entry]) -> Sequence[Step]:
    told = {e.corrects_id: e for e in entries if e.action == "correct" and e.corrects_id is not None}
    standing: list[Entry] = []
    for entry in entries:
        if entry.effect is Effect.NOTES:
            continue
        if entry.action == "withdraw":
            standing.pop()  # only the newest is ever withdrawn
        else:
            standing.append(entry)
    return [_step(entry, told.get(entry.id)) for entry in standing]


def _step(entry: Entry, told: Entry | None) -> Step:
    at = entry.happened_at if told is None else told.happened_at
    reason = entry.reason if told is None else told.reason
    return Step(
        entry.effect,
        entry.status_before,
        entry.status_after,
        at,
        reason,
        entry.clock,
        _due(entry, at),
        entry.due_at,
    )


def _due(entry: Entry, at: datetime | None) -> datetime | None:
    """When the limit ends that the entry began, had it happened at that time; a day that somebody set stays."""
    limit = mission.current().procedure.clocks.get(entry.clock or "")
    if entry.due_at is None or entry.happened_at is None or at is None or limit is None or limit.until:
        return entry.due_at
    return entry.due_at + (at - entry.happened_at)


def stay(course: Course, codes: Mapping[int, str], on: datetime, until: datetime) -> Stay:
    """What is counted of a course. `codes`: of institutions; `on`, `until`: see `tally`."""
    first, last = course.first, course.steps[-1]
    onward = mission.current().procedure.counting.onward
    wait = _wait(course, until) if first.sender_id is not None else None
    return Stay(
        spell=spell(course, codes),
        onward=(first.stage, last.after) in onward and last.effect is Effect.ENDS,
        limits=_limits(course),
        running=_running(course, on),
        sender=codes.get(first.sender_id or 0),
        wait=wait,
        unanswerable=wait is None and first.sender_id is not None and course.steps[0].at is not None,
    )


def spell(course: Course, codes: Mapping[int, str]) -> Spell:
    """The spell that a course makes."""
    first, last = course.first, course.steps[-1]
    ended = last.effect is Effect.ENDS
    return Spell(
        case=str(first.case_id),
        institution=codes.get(first.holder_id, ""),
        stage=first.stage,
        beginning=beginning(first.again, first.handed),
        entered=_day(course.steps[0].at),
        left=_day(last.at) if ended else None,
        end=end_of(first.stage, last.after, last.reason) if ended else None,
        word=last.after,
        pauses=tuple(_pauses(course)),
    )


def beginning(again: bool, handed: bool) -> Beginning:
    """How a stay began: again, from another institution that had the case, or new."""
    if again:
        return Beginning.REOPENED
    return Beginning.TRANSFERRED_IN if handed else Beginning.NEW


def end_of(stage: str, word: str, reason: str | None) -> End:
    """What an end counts as."""
    counting = mission.current().procedure.counting
    if reason is not None and reason in counting.withdrawn_reasons:
        return End.WITHDRAWN
    return End(counting.ends.get((stage, word), End.ADMINISTRATIVE))


def _pauses(course: Course) -> Iterable[Pause]:
    """Its suspensions; one of which nobody knows when it began or was over is none."""
    suspended = mission.current().procedure.counting.suspended
    since: datetime | None = None
    latest: date | None = _day(course.steps[0].at)
    for step in course.steps:
        if since is not None and (course.first.stage, step.after) not in suspended:
            if step.at is not None and step.at >= since:
                yield Pause(_known_day(since), _known_day(step.at))
            since = None
        elif since is None and (course.first.stage, step.after) in suspended and step.at is not None:
            since = step.at if latest is None or _known_day(step.at) >= latest else None
        latest = _day(step.at) or latest
    if since is not None:
        yield Pause(_known_day(since), None)


def _limits(course: Course) -> Sequence[Limit]:
    keeps = mission.current().procedure.stages[course.first.stage].keeps_clock
    limits = []
    for number, step in enumerate(course.steps):
        if step.due_at is None or step.after in keeps:
            continue
        later = course.steps[number + 1 :]
        done = next((one for one in later if one.raw_due_at != step.raw_due_at), None)
        if done is not None and done.at is None:
            continue  # done, nobody knows when
        limits.append(Limit(step.due_at, done and done.at, done is not None and done.after == "revoked"))
    return limits


def _running(course: Course, on: datetime) -> datetime | None:
    by_then = [step for step in course.steps if step.at is None or step.at < on]
    if not by_then:
        return None
    running, raw = by_then[-1], by_then[-1].raw_due_at
    for step in reversed(by_then):
        if step.raw_due_at != raw:
            break
        running = step
    return running.due_at


def _wait(course: Course, until: datetime) -> Wait | None:
    """How the hand-over went; None where nobody knows when it was sent or answered."""
    sent = course.steps[0].at
    if sent is None or sent >= until:
        return None
    known = [one for one in course.steps[1:] if one.at is None or one.at < until]
    acknowledged = next((one for one in known if _acknowledges(one)), None)
    acted = next((one for one in known if _acts(one)), None)
    if any(one is not None and one.at is None for one in (acknowledged, acted)):
        return None
    over = next((one.at for one in known if one.after in NOBODY_S_ANSWER and one.at), None)
    seen = over or until - timedelta(seconds=1)
    days = [
        max(0, (_known_day((one.at if one else None) or seen) - _known_day(sent)).days)
        for one in (acknowledged, acted)
    ]
    return Wait(days[0], acknowledged is not None, days[1], acted is not None)


def _acknowledges(step: Step) -> bool:
    return step.before == "sent" and step.after not in ("sent", *NOBODY_S_ANSWER)


def _acts(step: Step) -> bool:
    return step.before in UNANSWERED and step.after not in (*UNANSWERED, *NOBODY_S_ANSWER)


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else _known_day(instant)


def _known_day(instant: datetime) -> date:
    return clock.day_of(instant, mission.current().zone)
