"""The words of forms that are filled on a phone: which form, and what could not be done with what it said."""

from enum import StrEnum


class FormKind(StrEnum):
    """The forms of the field; the code is also the form's name in its address."""

    ALERT = "alert"
    REFERRAL = "referral"


class HeldBack(StrEnum):
    """Why a case that came by phone was registered and not sent on: somebody has to see to it."""

    NO_CONSENT = "no_consent"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    NOT_SAFE = "not_safe"
    INSTITUTION = "institution"
    """An institution that takes no cases (any more)."""
    NOT_OPEN = "not_open"
    """The procedure does not let this person send it on."""


class FileRefusal(StrEnum):
    """Why a file of a form was not kept."""

    NOT_TAKEN = "not_taken"
    """Too large, of a kind that is not taken, unreadable, or found to be harmful."""
    NO_ROOM = "no_room"
    """The case holds as many files as it can, is closed to this person, or was erased."""
