"""Why a case may not be erased."""

from enum import StrEnum


class HoldReason(StrEnum):
    COURT_PROCEEDINGS = "court_proceedings"
    INVESTIGATION = "investigation"
    COMPLAINT = "complaint"
    AUDIT = "audit"
    OTHER = "other"
