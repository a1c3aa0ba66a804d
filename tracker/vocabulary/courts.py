"""The words of courts: what comes of a case that was heard."""

from enum import StrEnum


class CourtOutcome(StrEnum):
    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"
    COMPENSATION_ORDERED = "compensation_ordered"
    DIVERTED = "diverted"
    TRANSFERRED_TO_STATUTORY = "transferred_to_statutory"
    TRANSFERRED_TO_CUSTOMARY = "transferred_to_customary"
    ABATED = "abated"
    RELEASED_UNLAWFUL_DETENTION = "released_unlawful_detention"
    RELEASED_SENTENCE_SERVED = "released_sentence_served"
    PROTECTION_ORDER = "protection_order"
    APPEAL_ALLOWED = "appeal_allowed"
    APPEAL_DISMISSED = "appeal_dismissed"


DECISIONS = tuple(
    outcome
    for outcome in CourtOutcome
    if outcome
    not in {
        CourtOutcome.WITHDRAWN,
        CourtOutcome.TRANSFERRED_TO_STATUTORY,
        CourtOutcome.TRANSFERRED_TO_CUSTOMARY,
    }
)
"""What a decision can be. The others are no decisions but ends of their own, each with its own step: recorded as
decisions they would be counted as such (`indicators.md`, section 2). The words stay for what was recorded before."""
