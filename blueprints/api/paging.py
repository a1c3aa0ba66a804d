"""Long lists: a page, and the address of the next one."""

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import request
from marshmallow import fields
from werkzeug.wrappers import Response

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


def plain_page(found: Page[Any], of: type[Schema]) -> Response:
    """The same of rows that have what `of` says as it is, words and moments: lists are hot, and need no second look."""
    read, names = _reader(of)
    items = [dict(zip(names, read(row), strict=True)) for row in found.rows]
    return Response(
        orjson.dumps({"items": items, "next": _next(found.after)}), content_type="application/json"
    )


@cache
def _reader(of: type[Schema]) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[str, ...]]:
    its = of().dump_fields
    return attrgetter(*(field.attribute or name for name, field in its.items())), tuple(its)


def _next(after: str | None) -> str | None:
    if after is None:
        return None
    asked = {name: value for name, value in request.args.items() if name != "after"}
    return f"{request.path}?{urlencode(asked | {'after': after})}"
