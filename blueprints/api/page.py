"""The description as a page: what can be asked, with which scope, what is sent and what comes back.

Its words are those of the description, which programs read: in English, whatever the language of the frame.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints.api import bp
from blueprints.api.describing import description
from blueprints.guards import requires
from tracker.permissions import Permission

_DEEPEST = 3


class Field(NamedTuple):
    """One thing that is sent or comes back."""

    name: str
    kind: str
    needed: bool
    says: str


class Operation(NamedTuple):
    """One thing that can be asked."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    sent: Sequence[Field]
    given: Sequence[Field]
    statuses: str


@bp.get("/")
@requires(Permission.ACCOUNT_OWN)
def page() -> ResponseReturnValue:
    """What the API offers, for people."""
    return render_template("api/page.html", operations=list(_operations(description())))


def _operations(told: Mapping[str, Any]) -> Iterator[Operation]:
    schemas = told["components"].get("schemas", {})
    for path, its in sorted(told["paths"].items()):
        for method, one in its.items():
            if method == "parameters":
                continue
            asked = [_parameter(each) for each in [*its.get("parameters", ()), *one.get("parameters", ())]]
            good: Mapping[str, Any] = next(
                (one["responses"][code] for code in one["responses"] if code.startswith("2")), {}
            )
            yield Operation(
                one["operationId"],
                method.upper(),
                path,
                one.get("summary", ""),
                ", ".join(one["security"][0]["token"]),
                [*asked, *_fields(_schema(one.get("requestBody", {})), schemas)],
                list(_fields(_schema(good), schemas)),
                ", ".join(sorted(one["responses"])),
            )


def _parameter(told: Mapping[str, Any]) -> Field:
    where = {"header": "header", "query": "?", "path": "address"}[told["in"]]
    says = told.get("description", "")
    return Field(told["name"], f"{where}, {_kind(told['schema'])}", told.get("required", False), says)


def _schema(told: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = told.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _fields(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], before: str = "", deep: int = 0
) -> Iterator[Field]:
    found = _resolved(schema, schemas)
    for name, its in found.get("properties", {}).items():
        called = f"{before}{name}"
        inner = its.get("items", its)
        yield Field(called, _kind(its), name in found.get("required", ()), its.get("description", ""))
        if deep < _DEEPEST:
            yield from _fields(inner, schemas, f"{called}{'[]' if 'items' in its else ''}.", deep + 1)


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    for one in (schema, *schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "$ref" in one:
            found: Mapping[str, Any] = schemas[one["$ref"].rpartition("/")[2]]
            return found
    return schema


def _kind(told: Mapping[str, Any]) -> str:
    """ "string, date-time", or the words of a list."""
    if "enum" in told:
        return " | ".join(str(one) for one in told["enum"])
    kinds = told.get("type", "object")
    kind = kinds if isinstance(kinds, str) else " or ".join(kinds)
    return ", ".join(filter(None, (kind, told.get("format"))))
