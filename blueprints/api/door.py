"""The blueprint of the API: flask-smorest's, of which every endpoint says the scope that opens it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeVar

from flask_smorest import Blueprint
from marshmallow import RAISE
from webargs.flaskparser import FlaskParser

from blueprints.marks import opened_by_token
from tracker.permissions import Permission, Scope

View = TypeVar("View", bound=Callable[..., Any])

_REFUSALS = (401, 403, 404, 422, 429, 500, 503)
"""What any endpoint may answer."""
_OF_A_BODY = (400, 413, 415)
"""What any endpoint may answer that reads JSON."""
_TOLD = "told_by_its_marks"


class _Parser(FlaskParser):
    """Refuses in addresses, as in bodies, what nobody asked for."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(("json", "query"), RAISE)


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # untyped
    """A blueprint that takes its place among the rooms like any other; `describing` makes its description."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, *named: Any, **more: Any) -> None:
        super().__init__(*named, **more)
        self._prepare_doc_cbks.append(_tell_marks)

    def arguments(self, schema: Any, **more: Any) -> Any:
        """One schema for all requests: to make one takes longer than to use it."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **more)

    def _store_endpoint_docs(self, endpoint: str, view: Any, *told: Any, **more: Any) -> None:
        """Endpoints alone are described, not pages."""
        if _TOLD in getattr(view, "_apidoc", {}):
            super()._store_endpoint_docs(endpoint, view, *told, **more)


def opens(scope: Scope | None, *permissions: Permission, pages: bool = False) -> Callable[[View], View]:
    """Open an endpoint as `guards.opened_by_token` does, and say so in the description."""

    def mark(view: View) -> View:
        tell(view, refusals=_REFUSALS, scope=scope, name=view.__name__)
        return opened_by_token(scope, *permissions, pages=pages)(view)

    return mark


def tell(view: Callable[..., Any], **told: Any) -> None:
    """Add to what the description says of an endpoint: `headers` (parameters) and `refusals` (statuses) are joined."""
    doc = deepcopy(getattr(view, "_apidoc", {}))
    known = doc.setdefault(_TOLD, {})
    for name, value in told.items():
        known[name] = (*known.get(name, ()), *value) if isinstance(value, tuple) else value
    view._apidoc = doc  # type: ignore[attr-defined]


def _tell_marks(doc: dict[str, Any], info: dict[str, Any], **_around: Any) -> dict[str, Any]:
    """What the marks of an endpoint say, in its description. As flask-smorest calls it for each."""
    told = info.get(_TOLD, {})
    scope = told.get("scope")
    doc["operationId"] = told.get("name", "")
    doc["security"] = [{"token": [scope.value] if scope else []}]
    doc["parameters"] = [*doc.get("parameters", ()), *told.get("headers", ())]
    responses = doc.setdefault("responses", {})
    for status in (*told.get("refusals", ()), *(_OF_A_BODY if "requestBody" in doc else ())):
        responses[status] = {"$ref": f"#/components/responses/{'Limited' if status == 429 else 'Problem'}"}
    return doc
