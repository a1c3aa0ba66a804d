"""Lists in order of name, paged by key: a page is asked for by the id of the last row before it, so that no name
stands in an address."""

from typing import Any, TypeVar

from sqlalchemy import Select, and_, or_, select

from tracker.db import db
from tracker.errors import BadInput, say
from tracker.queries.paging import PAGE_SIZE, Page, id_key

Row = TypeVar("Row", bound=tuple[Any, ...])


def page(
    statement: Select[*tuple[Any, ...]],
    row: type[Row],
    *,
    name: Any,
    key: Any,
    after: str | None,
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """One page of `statement` as `row`s (a NamedTuple whose first field is the `key`), in order of `name`.

    Refuses (`BadInput`) a place that no page ever gave.
    """
    if (place := id_key(after)) is not None:
        last = db.session.scalar(select(name).where(key == place))
        if last is None:
            raise BadInput(after=say("This page does not exist. Begin at the first page."))
        statement = statement.where(or_(name > last, and_(name == last, key > place)))
    make = row._make  # type: ignore[attr-defined]  # of every NamedTuple
    rows = [make(values) for values in db.session.execute(statement.order_by(name, key).limit(size + 1))]
    return Page(rows[:size], str(rows[size - 1][0]) if len(rows) > size else None)
