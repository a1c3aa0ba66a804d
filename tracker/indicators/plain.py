"""Results as plain values: for commands, files and digests. The same result always gives the same text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

DIGITS = 6
"""So many digits after the point are kept: more are not known, and machines may differ in the last of all."""


def values(result: Any) -> Any:
    """The result as dictionaries, lists, text, numbers, true, false and null."""
    if isinstance(result, Enum):
        return result.value
    if isinstance(result, float):
        return round(result, DIGITS)
    if isinstance(result, date):  # an instant is one, too
        return result.isoformat()
    if isinstance(result, str):
        return str(result)  # a sentence is text
    named = _named(result)
    if named is not None:
        return {str(values(name)): values(value) for name, value in named.items()}
    return [values(one) for one in result] if isinstance(result, Sequence) else result


def _named(result: Any) -> Mapping[Any, Any] | None:
    """The parts of a result that have names."""
    if isinstance(result, Mapping):
        return result
    if is_dataclass(result):
        return {one.name: getattr(result, one.name) for one in fields(result)}
    if isinstance(result, tuple) and hasattr(result, "_asdict"):
        return dict(result._asdict())
    return None


def plain(result: Any) -> str:
    """The result as JSON, its names in order."""
    return json.dumps(values(result), sort_keys=True, ensure_ascii=False)
