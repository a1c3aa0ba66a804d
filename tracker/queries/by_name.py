"""Lists in order of name, paged by key: a page is asked for by the id of a row beside it, so that no name stands in
an address."""

from typing import Any, TypeVar

from sqlalchemy import Select, select, tuple_

from tracker.db import db
from tracker.errors import BadInput, say
from tracker.queries.paging import PAGE_SIZE, Page, cut, id_key

Row = TypeVar("Row", bound=tuple[Any, ...])


def page(
    statement: Select[*tuple[Any, ...]],
    row: type[Row],
    *,
    name: Any,
    key: Any,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """One page of `statement` as `row`s (a NamedTuple whose first field is the `key`), in order of `name`.

    `after`, `before`: the key of the row next to the page. Refuses (`BadInput`) one that no page ever gave.
    """
    if (place := id_key(after or before)) is not None:
        last = tuple_(_name_at(place, name, key), place)
        beyond = tuple_(name, key) < last if before else tuple_(name, key) > last
        statement = statement.where(beyond)
    order = (name.desc(), key.desc()) if before else (name, key)
    make = row._make  # type: ignore[attr-defined]  # of every NamedTuple
    rows = [make(values) for values in db.session.execute(statement.order_by(*order).limit(size + 1))]
    in_order = rows[::-1] if before else rows
    return cut(in_order, size, lambda one: one[0], after=after, before=before)


def _name_at(place: int, name: Any, key: Any) -> str:
    found: str | None = db.session.scalar(select(name).where(key == place))
    if found is None:
        raise BadInput(after=say("This page does not exist. Begin at the first page."))
    return found
