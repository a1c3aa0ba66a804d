"""What happened at the doors: the word list of their record."""

from enum import StrEnum


class DoorAct(StrEnum):
    """What somebody did at a door, or what was refused there, as `door_record` keeps it."""

    SIGNED_IN = "signed_in"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the code of an act
    WRONG_CODE = "wrong_code"
    WRONG_PASSKEY = "wrong_passkey"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - the code of an act
    HELD_BACK = "held_back"
    CONFIRMED = "confirmed"
    SIGNED_OUT = "signed_out"
    NOT_ALLOWED = "not_allowed"
