"""Why an area is offered for a text that names a place."""

from enum import StrEnum


class OfferedFor(StrEnum):
    """Why an area is offered, the likeliest first."""

    SAME_NAME = "same_name"
    """Called so, as others are."""
    OTHER_NAME = "other_name"
    """Called so formerly, or elsewhere, as others are."""
    OTHER_LEVEL = "other_level"
    """Called so, but it is no county, or whatever the text says."""
    PERHAPS_ELSEWHERE = "perhaps_elsewhere"
    """Called so, but the text speaks of a village of that name, or of a place near it."""
    NO_LONGER_IN_USE = "no_longer_in_use"
    """Called so, but no longer an area of its own."""
    NAMED_IN_PART = "named_in_part"
    """Named in the text, beside something else that is not known, or that does not agree."""
    SOUNDS_ALIKE = "sounds_alike"
    WRITTEN_ALIKE = "written_alike"
    SHARES_A_WORD = "shares_a_word"
