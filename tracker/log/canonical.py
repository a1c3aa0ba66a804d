"""Canonical JSON (RFC 8785) for the part of JSON that the log uses."""

import json
from collections.abc import Iterable
from typing import Any

from tracker.log.refusals import Malformed

LARGEST = 2**53 - 1
"""Beyond it a number is not the same in every JSON library (RFC 8785 section 3.2.2.3)."""

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def encode(value: Any) -> bytes:
    """The canonical bytes of strings, integers below 2**53, true, false, null, lists, and objects with ASCII keys.

    Refuses all else. Of these values Python's own encoder writes exactly what RFC 8785 section 3.2 asks for: ASCII
    keys sort alike by code point and by UTF-16 unit, and integers of this size have one spelling.
    """
    _check(value)
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError as wrong:
        raise Malformed("A text in the log may not hold half of a surrogate pair.") from wrong


def _check(value: Any) -> None:
    if isinstance(value, str) or value is None:
        return
    if not isinstance(value, int):
        for inner in _within(value):
            _check(inner)
    elif abs(value) > LARGEST:
        raise Malformed(f"{value} is too large for a number in the log.")


def _within(value: Any) -> Iterable[Any]:
    if isinstance(value, list | tuple):
        return value
    if not isinstance(value, dict):
        raise Malformed(f"A {type(value).__name__} has no place in the log.")
    if not all(isinstance(key, str) and key.isascii() for key in value):
        raise Malformed("A name in the log is ASCII.")
    return value.values()
