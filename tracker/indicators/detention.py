"""M11 detention, as far as arrests and releases are recorded."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from tracker.indicators import survival
from tracker.indicators.measured import Interval, Measured, frame, wilson
from tracker.indicators.survival import Point, Quantile

PROMPT_HOURS = 48
"""General Comment 35, paragraph 33: forty-eight hours are ordinarily sufficient to bring a person before a judge."""

BEFORE_COURT = "before_court"


class Held(NamedTuple):
    """One arrest; `released_at` None: still held, or nobody wrote it down. `produced_at`: first before a court."""

    arrested_at: datetime
    due_at: datetime | None
    released_at: datetime | None
    reason: str | None
    produced_at: datetime | None = None

    @property
    def judged_at(self) -> datetime | None:
        """When the person first was before a court: brought there and held on, or released to it."""
        released = self.released_at if self.reason == BEFORE_COURT else None
        return min((at for at in (self.produced_at, released) if at is not None), default=None)


@dataclass(frozen=True, kw_only=True)
class Detention(Measured):
    """M11. `n`: arrests in the period; the people held are those held on as_of, whenever arrested."""

    held: int
    held_past_limit: int
    hours_to_judge: Quantile
    """Kaplan-Meier from the arrest to being brought before a court; other releases are censored."""
    curve: Sequence[Point]
    """By the hour."""
    judged: int
    """Brought before a court, or held for 48 hours and more."""
    within_48_hours: int
    """Brought before a court within 48 hours."""
    within_48_share: float | None
    interval: Interval | None
    releases: Mapping[str, int]
    """By the word of the release."""


def detention(arrests: Collection[Held], since: datetime, until: datetime) -> Detention:
    """M11 of one institution's arrests, as it stood at the instant `until`; the cohort was arrested from `since` on."""
    known = [_at(arrest, until) for arrest in arrests if arrest.arrested_at <= until]
    held = [arrest for arrest in known if arrest.released_at is None]
    cohort = [arrest for arrest in known if arrest.arrested_at >= since]
    histogram = Counter((_hours(a, until), a.judged_at is not None) for a in cohort)
    curve = survival.kaplan_meier(histogram, {True})
    judged = [one for one in histogram.elements() if one[1] or one[0] >= PROMPT_HOURS]
    in_time = sum(hours <= PROMPT_HOURS for hours, seen in judged if seen)
    return Detention(
        **frame("M11", len(cohort)),
        held=len(held),
        held_past_limit=sum(arrest.due_at is not None and arrest.due_at < until for arrest in held),
        hours_to_judge=survival.quantile(curve, 0.5),
        curve=curve,
        judged=len(judged),
        within_48_hours=in_time,
        within_48_share=in_time / len(judged) if judged else None,
        interval=wilson(in_time, len(judged)),
        releases=Counter(arrest.reason for arrest in cohort if arrest.reason is not None),
    )


def _at(arrest: Held, until: datetime) -> Held:
    produced, released = arrest.produced_at, arrest.released_at
    if produced is not None and produced > until:
        arrest = arrest._replace(produced_at=None)
    if released is not None and released > until:
        arrest = arrest._replace(released_at=None, reason=None)
    return arrest


def _hours(arrest: Held, until: datetime) -> int:
    seen = (arrest.judged_at or arrest.released_at or until) - arrest.arrested_at
    return -int(-seen.total_seconds() // 3600)
