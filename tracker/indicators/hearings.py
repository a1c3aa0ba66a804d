"""M12 hearings held."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.errors import say
from tracker.indicators.ages import percentile
from tracker.indicators.measured import Share, share_of
from tracker.indicators.periods import Period

NOT_RECORDED = say("Planned sittings of mobile courts are not recorded yet.")


class Setting(NamedTuple):
    """One hearing that was set for a day, and what came of it; both None: nothing was recorded."""

    day: date
    held_on: date | None
    adjourned: str | None
    """The reason, where it was adjourned instead."""


@dataclass(frozen=True, kw_only=True)
class Hearings(Share):
    """M12. `n`: settings whose day fell in the period; `part`: held on that day."""

    adjourned: Mapping[str, int]
    """By the reason of the adjournment."""
    settings_per_decision: int | None
    """Median number of settings of the cases decided in the period."""
    decided: int
    not_recorded: str
    """What of the definition nobody writes down yet."""


def hearings(settings: Iterable[Setting], of_decided: Sequence[int], period: Period) -> Hearings:
    """M12. `of_decided`: how many settings each case had that was decided in the period."""
    due = [setting for setting in settings if setting.day in period]
    held = sum(setting.held_on == setting.day for setting in due)
    return Hearings(
        **share_of("M12", held, len(due)),
        adjourned=Counter(setting.adjourned for setting in due if setting.adjourned is not None),
        settings_per_decision=percentile(Counter(of_decided), 0.5),
        decided=len(of_decided),
        not_recorded=NOT_RECORDED,
    )
