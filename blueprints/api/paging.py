"""Long lists: a page, and the address of the next one."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import fields

from blueprints.api.fields import Number, Schema, Text
from tracker.queries.paging import PAGE_SIZE, Page

MOST = 100


class PageQuery(Schema):
    """Which page of a list."""

    after = Text(40, metadata={"description": "Where the page before this one ended: as its `next` says."})
    limit = Number(1, MOST, load_default=PAGE_SIZE, metadata={"description": "So many at most."})


def page_schema(of: type[Schema], name: str) -> Any:
    """The schema of a page of these; `name`: as the description calls it."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(of), required=True),
            "next": fields.String(
                required=True,
                allow_none=True,
                metadata={"description": "The address of the next page; null on the last one."},
            ),
        },
        name=name,
    )


def page_of(found: Page[Any], items: Sequence[Any] | None = None) -> dict[str, Any]:
    """What the list answers; `items`: what is shown of the rows, where it is not the rows themselves."""
    return {"items": found.rows if items is None else items, "next": _next(found.after)}


def _next(after: str | None) -> str | None:
    if after is None:
        return None
    asked = {name: value for name, value in request.args.items() if name != "after"}
    return f"{request.path}?{urlencode(asked | {'after': after})}"
