"""A table as the answer to a request: written whole before it leaves, so that what left is known and written down.

The file stands in memory while it is small, then on disk without a name, and leaves in pieces: a list of any length
takes the same memory.
"""

import errno
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Response, abort, current_app

from blueprints import errors
from blueprints.i18n import _, direction
from blueprints.tabular import MOST_ROWS, Cell, Table, csv_form, known, xlsx_form
from tracker.queries import noted
from tracker.queries.noted import Noted
from tracker.vocabulary import AccessKind

_IN_MEMORY = 512 * 1024
_PIECE = 64 * 1024
_WRITERS = {"csv": csv_form, "xlsx": xlsx_form}


class Rows:
    """The rows of a table up to the most that a file takes, counted; the last one says if there are more."""

    def __init__(self, rows: Iterable[Sequence[Cell]], most: int) -> None:
        """Nothing is read yet."""
        self._rows, self._most = rows, most
        self.number = 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        """Each row; a generator is read as it is written."""
        rows = iter(self._rows)
        for row in islice(rows, self._most):
            self.number += 1
            yield row
        if next(rows, None) is not None:
            yield (_("The list goes on. This file ends after %(number)s rows.", number=f"{self._most:,}"),)


def file_of(table: Table, form: str, *, about: str, most: int = MOST_ROWS) -> Response:
    """The table as a file of that form. `about`: what the access log says was taken, nothing personal.

    Refuses (`NotFound`) an unknown form.
    """
    writer, rows = _WRITERS[known(form)], Rows(table.rows, most)
    with being_written() as file:
        writer.write(table.title, table.headings, rows, file, rtl=direction() == "rtl")
    noted.note(Noted(AccessKind.EXPORT, about=f"{about} {form}", number=rows.number))
    return sent(file, f"{table.name}.{form}", writer.TYPE)


@contextmanager
def being_written() -> Iterator[IO[bytes]]:
    """A file to write to, for `sent`. What fails closes it; a full disk is answered as such (503): nothing has left."""
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when the answer has left
    try:
        yield file
    except BaseException as fault:
        file.close()
        if isinstance(fault, OSError) and fault.errno == errno.ENOSPC:
            abort(errors.unavailable())
        raise


def sent(file: IO[bytes], name: str, kind: str) -> Response:
    """The answer that a browser saves under that name (letters, digits, dots and hyphens), with its digest on it."""
    length, digest = file.seek(0, io.SEEK_END), _digest(file)
    answer: Response
    if length <= _IN_MEMORY:
        with file:
            answer = current_app.response_class(file.read(), content_type=kind)
    else:
        answer = current_app.response_class(_pieces(file), content_type=kind)
        answer.content_length = length
        answer.call_on_close(file.close)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.digest = digest  # type: ignore[attr-defined]  # for `blueprints.accesses`
    return answer


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for piece in _pieces(file):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
