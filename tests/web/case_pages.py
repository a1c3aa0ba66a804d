"""Addresses of the pages of a case, and short questions about what they say."""

from tracker.models import ProtectionCase, Track

PERSONAL = ("Abuk", "900 000 002", "behind the old ferry", "Behind the old ferry")
"""What nobody may read before accepting: of the case that the test world registers."""


def address(case: ProtectionCase, *more: object) -> str:
    """A page of a case."""
    return "/".join((f"/cases/{case.reference}", *map(str, more)))


def of(track: Track, *more: object) -> str:
    """A page about a track."""
    return address(track.case, "tracks", track.id, *more)


def has(text: str, *sentences: str) -> bool:
    """Whether each sentence stands in a page."""
    return all(sentence in text for sentence in sentences)


def silent_about(text: str, *sentences: str) -> bool:
    """Whether none of them stands in a page."""
    return not any(sentence in text for sentence in sentences)
