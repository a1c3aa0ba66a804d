"""Reads a workbook in a process of its own, which the operating system stops before it harms this machine.

`python -m tracker.intake.workbook`: the file comes in by standard input, the cells of its visible sheets go out by
standard output, and nothing of it ever lies on a disk. A file can be small and unpack to anything; one cell at the far
corner of a sheet makes a reader ask for more memory than there is. So this process has little, and little time.
"""

import io
import json
import resource
import sys
from typing import Any

from tracker.intake.cells import packed, tidied

MEMORY, SECONDS = 600_000_000, 60
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 50_000, 200, 12
TOO_LARGE = 3
"""The exit status for a sheet with more rows or columns than are taken."""

Sheet = dict[str, Any]


def main() -> int:
    """Gives the exit status: 0, `TOO_LARGE`, or 1 for what cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine

    try:
        sheets = _sheets(python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read())))
    except OverflowError:
        return TOO_LARGE
    except (python_calamine.CalamineError, MemoryError, ValueError, OSError):
        return 1
    sys.stdout.buffer.write(json.dumps(sheets, ensure_ascii=False).encode())
    return 0


def _sheets(book: Any) -> list[Sheet]:
    import python_calamine as calamine

    shown = [
        one.name
        for one in book.sheets_metadata
        if one.visible == calamine.SheetVisibleEnum.Visible and one.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    return [{"name": name, "rows": _rows(book.get_sheet_by_name(name))} for name in shown[:MOST_SHEETS]]


def _rows(sheet: Any) -> list[str]:
    """Each row packed, from the first line of the sheet on."""
    if sheet.end is None:
        return []
    height, width = sheet.end[0] + 1, sheet.end[1] + 1
    if height > MOST_ROWS or width > MOST_COLUMNS:
        raise OverflowError
    rows = [[tidied(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    _fill_down(rows, sheet.merged_cell_ranges or ())
    return [packed(row).decode() for row in rows]


def _fill_down(rows: list[list[Any]], merged: Any) -> None:
    """A cell that was merged over several lines holds for each of them. Beside it, it names only its own column."""
    for (top, left), (bottom, _right) in merged:
        for line in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[line]) and rows[line][left] is None:
                rows[line][left] = rows[top][left]


if __name__ == "__main__":
    sys.exit(main())
