"""The closed word lists of the figures. Labels are in `blueprints.words`."""

from enum import StrEnum


class Beginning(StrEnum):
    """How a spell began."""

    NEW = "new"
    TRANSFERRED_IN = "transferred_in"
    """Another institution that had the case handed it on."""
    REOPENED = "reopened"
    REACTIVATED = "reactivated"
    """The same stay went on after it had been suspended."""


class End(StrEnum):
    """How a spell ended. Which word of the procedure counts as which end stands in the procedure."""

    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    ADMINISTRATIVE = "administrative"
    MOVED_OUT = "moved_out"
    SUSPENDED = "suspended"


RESOLVED = (End.DECIDED, End.WITHDRAWN, End.ADMINISTRATIVE)
"""The ends that count as resolved; to move out and to be suspended do not."""


class Excluded(StrEnum):
    """Why a spell was left out of a figure; every figure says how many."""

    ENTRY_UNDATED = "entry_undated"
    END_UNDATED = "end_undated"
    """Ended, nobody knows when: not open, and not dated."""
    END_BEFORE_ENTRY = "end_before_entry"
    NO_LIMIT = "no_limit"
    FOLLOW_UP_TOO_SHORT = "follow_up_too_short"
    SUSPENDED = "suspended"
    TAKEN_BACK = "taken_back"
    """The sender took the referral back before it was answered."""


class Blank(StrEnum):
    """Why a figure has no number. It is said in words, never as 0, 100 or infinity."""

    NO_NEW_CASES = "no_new_cases"
    NONE_RESOLVED = "none_resolved"
    NONE_OPEN = "none_open"
    NONE_DUE = "none_due"
    NOBODY = "nobody"
    """The cohort is empty."""


class Outside(StrEnum):
    """Where a point of a funnel lies that chance does not explain: beyond 95 %, or beyond 99.8 %."""

    ALERT = "alert"
    ALARM = "alarm"
