"""Canonical JSON (RFC 8785) for the part of JSON that the log uses."""

from typing import Any, Final

import orjson

from tracker.log.refusals import Malformed

LARGEST: Final = 2**53 - 1
"""Beyond it a number is not the same in every JSON library (RFC 8785 section 3.2.2.3)."""

_WRITTEN_AS_IT_IS = frozenset({str, bool, type(None)})


def encode(value: Any) -> bytes:
    """The canonical bytes of strings, integers below 2**53, true, false, null, lists, and objects with ASCII keys.

    Refuses all else. Of these values orjson writes exactly what RFC 8785 section 3.2 asks for: ASCII keys sort alike
    by byte and by UTF-16 unit, and integers of this size have one spelling.
    """
    _check(value)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as wrong:
        raise Malformed(f"This cannot stand in the log: {wrong}.") from wrong


def _check(value: Any) -> None:
    if type(value) in _WRITTEN_AS_IT_IS or isinstance(value, str):
        return
    if isinstance(value, dict):
        if not all(map(_is_name, value)):
            raise Malformed("A name in the log is ASCII.")
        value = value.values()
    elif not isinstance(value, list | tuple):
        _check_number(value)
        return
    for inner in value:
        if (
            type(inner) not in _WRITTEN_AS_IT_IS
        ):  # most are: asked here, so that few are asked about one by one
            _check(inner)


def _is_name(key: Any) -> bool:
    return isinstance(key, str) and key.isascii()


def _check_number(value: Any) -> None:
    if not isinstance(value, int):
        raise Malformed(f"A {type(value).__name__} has no place in the log.")
    if abs(value) > LARGEST:
        raise Malformed(f"{value} is too large for a number in the log.")
