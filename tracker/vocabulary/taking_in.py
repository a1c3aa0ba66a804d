"""The words of taking in the records of another source."""

from enum import StrEnum


class EntryFlag(StrEnum):
    """What is wrong with an imported entry, loaded all the same (counted in the import report)."""

    DATE_MISSING = "date_missing"
    DATE_IN_THE_FUTURE = "date_in_the_future"
    DATE_UNREADABLE = "date_unreadable"
    BEFORE_REFERRAL = "before_referral"
    AFTER_CUT_OFF = "after_cut_off"
    INSTITUTION_UNKNOWN = "institution_unknown"
    OFF_PROCEDURE = "off_procedure"
