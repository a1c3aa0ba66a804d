"""What was read, and as what: the word lists of the access log."""

from enum import StrEnum


class AccessKind(StrEnum):
    """What somebody was given to read, as `access` keeps it."""

    CASE_FILE = "case_file"
    ALERT = "alert"
    SEARCH = "search"
    ATTACHMENT = "attachment"
    PAPER = "paper"
    EXPORT = "export"
    UNKNOWN_REFERENCE = "unknown_reference"


class Relation(StrEnum):
    """What the reader's institution was to the case, or the alert, when it was read."""

    OWNER = "owner"
    REGISTRAR = "registrar"
    HOLDER = "holder"
    SENDER = "sender"
    BREAK_GLASS = "break_glass"
    NONE = "no_relation"


class EmergencyReason(StrEnum):
    """Why somebody opens a case that is not theirs."""

    DANGER_TO_LIFE = "danger_to_life"
    MISSING_PERSON = "missing_person"
    MEDICAL_EMERGENCY = "medical_emergency"
    URGENT_COURT_ORDER = "urgent_court_order"
    OTHER = "other"
