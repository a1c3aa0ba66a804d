"""A table as CSV (RFC 4180), in UTF-8 with the mark by which Excel knows it."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

from blueprints.tabular import Cell, Heading
from blueprints.tabular.cells import as_text

TYPE = "text/csv; charset=utf-8"
_MARK = "\ufeff"


def write(
    title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]], file: IO[bytes], *, rtl: bool
) -> None:
    """Writes the table, a row at a time. A CSV file has neither a title nor a direction."""
    del title, rtl
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    text.write(_MARK)
    lines = csv.writer(text)
    lines.writerow(as_text(heading.label) for heading in headings)
    lines.writerow(heading.tag for heading in headings)
    lines.writerows([as_text(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()
