"""Looks for personal words where none may be: in a database's files, its tables, a log, mails, exports.

    assert canaries.found(canaries.files_of(url), "Nyandeng", "+211 900 777 111") == []

A word is looked for as it is written, in the encodings in which programs hide one by accident, and a telephone number
also without its blanks.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from tracker.db import Base

_SHORTEST = 4
"""A shorter word is found in any file by chance."""


def found(haystack: bytes | str, *words: str) -> list[str]:
    """Those of the words that stand somewhere in it, in any disguise."""
    data = haystack.encode() if isinstance(haystack, str) else haystack
    return sorted({word for word in words for one in disguises(word) if one in data})


def disguises(word: str) -> set[bytes]:
    """How a word may stand in a file: as it is, escaped, quoted, in base64, in hexadecimal, in UTF-16."""
    assert len(word) >= _SHORTEST, word
    plain = word.encode()
    bare = "".join(word.split())
    spelt = {
        plain,
        json.dumps(word)[1:-1].encode(),
        quote(word).encode(),
        plain.hex().encode(),
        word.encode("utf-16-le"),
        *(_inside_base64(plain, before) for before in range(3)),
    }
    return spelt | ({bare.encode()} if _is_number(word) else set())


def _is_number(word: str) -> bool:
    return sum(map(str.isdecimal, word)) >= 7


def _inside_base64(plain: bytes, before: int) -> bytes:
    """The part of a base64 text that does not depend on its neighbours, with so many bytes before the word.

    All of it: four letters of a short word stand in any large file by chance.
    """
    first, last = -(-before * 8 // 6), (before + len(plain)) * 8 // 6
    return b64encode(b"\0" * before + plain)[first:last]


def files_of(url: str) -> bytes:
    """Every byte of a database's files: SQLite's with its journal; on PostgreSQL its tables', not the server's log."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        file = Path(str(address.database))
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CHECKPOINT"))  # what is in memory only comes to the files too
        number = connection.scalar(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        folder = Path(connection.scalar(sa.text("SHOW data_directory")))
    return b"".join(
        path.read_bytes() for path in (folder / "base" / str(number)).rglob("*") if path.is_file()
    )


def tables_of(url: str) -> bytes:
    """Every value of every table, as a dump has it."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        return b"\n".join(
            _bytes(value)
            for table in Base.metadata.sorted_tables
            for row in _rows(cursor, table.name)
            for value in row
        )


def _rows(cursor: Any, table: str) -> Iterator[Any]:
    cursor.execute(f'SELECT * FROM "{table}"')
    yield from cursor.fetchall()


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
