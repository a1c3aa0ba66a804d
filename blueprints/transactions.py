"""The few short transactions that stand beside a request's own: what must be kept whatever becomes of the request."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from tracker.db import db, read_only


@contextmanager
def own_transaction() -> Iterator[sa.Connection]:
    """Inside, a transaction that may write also while the request only reads; committed at the end, or rolled back.

    What the request had read is read anew after it.
    """
    db.session.remove()  # gives the connection back: a second writer beside it would wait for us
    before = read_only.set(False)
    try:
        with db.engine.begin() as connection:
            yield connection
    finally:
        read_only.reset(before)
