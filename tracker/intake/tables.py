"""Reads one table of a source: plain or gzipped CSV, row by row, with the line of each row."""

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tracker.intake.errors import UnreadableFile

if TYPE_CHECKING:
    from _csv import Reader

Row = tuple[int, list[str]]
"""The line at which a row begins, and its fields."""

_GZIP = b"\x1f\x8b"


class Table:
    """An open table: its columns, and its rows once."""

    def __init__(self, name: str, columns: list[str], rows: Iterator[Row]) -> None:
        self.name, self.columns, self.rows = name, columns, rows

    def places(self, wanted: Iterable[str]) -> list[int]:
        """Where the wanted columns stand; refuses (`UnreadableFile`) a table that lacks one."""
        for column in wanted:
            if column not in self.columns:
                raise UnreadableFile(
                    f"{self.name} has no column {column!r}, which the mapping names. "
                    f"Its columns are {', '.join(self.columns)}."
                )
        return [self.columns.index(column) for column in wanted]


@contextmanager
def open_table(path: Path, delimiter: str) -> Iterator[Table]:
    """The table in a file; refuses (`UnreadableFile`) what is missing, damaged or no table, also while it is read."""
    reader = csv.reader(())  # so that there is a line to name, whatever fails
    try:
        with _opened(path) as text:
            reader = csv.reader(text, delimiter=delimiter, strict=True)
            yield Table(path.name, _header(path, reader), _rows(reader))
    except csv.Error as wrong:
        raise UnreadableFile(f"{path} is no readable table at line {reader.line_num}: {wrong}.") from wrong
    except UnicodeDecodeError as wrong:
        raise UnreadableFile(f"{path} is not UTF-8 text (after line {reader.line_num}).") from wrong
    except (EOFError, zlib.error, gzip.BadGzipFile) as wrong:
        raise UnreadableFile(f"{path} is a damaged gzip file: {wrong}.") from wrong
    except OSError as wrong:
        raise UnreadableFile(f"{path} cannot be read: {wrong.strerror or wrong}.") from wrong


def _opened(path: Path) -> IO[str]:
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP
    opener = gzip.open if zipped else open
    return opener(path, "rt", encoding="utf-8-sig", newline="")


def _header(path: Path, reader: Iterator[list[str]]) -> list[str]:
    columns = [name.strip() for name in next(reader, [])]
    if not any(columns):
        raise UnreadableFile(f"{path} is empty: its first line must name the columns.")
    twice = {name for name in columns if columns.count(name) > 1}
    if twice:
        raise UnreadableFile(f"{path} has two columns called {min(twice)!r}. Give each its own name.")
    return columns


def _rows(reader: "Reader") -> Iterator[Row]:
    line = reader.line_num + 1
    for fields in reader:
        if fields:  # an empty line is no row
            yield line, fields
        line = reader.line_num + 1
