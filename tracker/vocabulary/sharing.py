"""The words of sharing a case: what the survivor decides, about what, and why a case was taken back."""

from enum import StrEnum


class ConsentDecision(StrEnum):
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    NOT_POSSIBLE = "not_possible"
    BEST_INTEREST = "best_interest"


class DataClass(StrEnum):
    """What is personal in a case, by the classes that a survivor decides about one by one."""

    IDENTITY = "identity"
    CONTACT = "contact"
    NARRATIVE = "narrative"
    MEDICAL = "medical"
    LOCATION = "location"


class EndOfAccess(StrEnum):
    """Why a case was taken back from an institution that had it, whatever it was doing with it."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
