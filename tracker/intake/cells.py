"""The cells of a spreadsheet, as they are kept while they wait: text, numbers, days, moments, times, yes and no."""

import json
import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

Cell = str | float | bool | date | datetime | time | None

LONGEST = 10_000
"""Characters in a cell; a longer one is no cell of a list."""

_DAY, _MOMENT, _TIME = "day", "moment", "time"


def packed(cells: Sequence[Cell]) -> bytes:
    """The cells as bytes, to be sealed or sent from one process to another."""
    return json.dumps(cells, default=_tagged, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(data: bytes) -> list[Cell]:
    """The cells that `packed` was given."""
    found: list[Cell] = [_untagged(one) for one in json.loads(data)]
    return found


def tidied(cell: Any) -> Cell:
    """A cell as it is kept: nothing for empty text, a day for a moment at midnight, whole numbers without a point."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else cell.replace(microsecond=0)
    if isinstance(cell, float):
        return _number(cell)
    return cell if isinstance(cell, int | date | time) else None


def text_of(cell: Cell) -> str:
    """What a person reads in the cell; "" for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def _number(cell: float) -> float | None:
    if not math.isfinite(cell):
        return None
    return int(cell) if cell == int(cell) and abs(cell) < 1e15 else cell


def _tagged(cell: Any) -> dict[str, str]:
    if isinstance(cell, datetime):
        return {_MOMENT: cell.isoformat()}
    return {_DAY if isinstance(cell, date) else _TIME: cell.isoformat()}


def _untagged(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return cell  # type: ignore[no-any-return]
    ((kind, text),) = cell.items()
    return {_DAY: date, _MOMENT: datetime, _TIME: time}[kind].fromisoformat(text)  # type: ignore[attr-defined, no-any-return]
