"""The description of the API (OpenAPI 3.1), made from the marks of its endpoints when somebody first asks for it.

It tells nothing of this installation, but shows programs every door: so it is for those who are signed in or bear a
token (ASVS 5.0, 13.4.5).
"""

import json
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import current_app
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from marshmallow import fields
from werkzeug.wrappers import Response

from blueprints.api import bp
from blueprints.api.door import opens
from blueprints.api.fields import Schema
from blueprints.api.requests import LIMIT_HEADERS
from blueprints.problems import PROBLEM
from tracker.permissions import Permission

VERSION = "1.0.0"
_EXTENSION = "tracker_api_description"
_REFUSALS = ("Problem", "Limited")
_NOT_OURS = ("Error", "PaginationMetadata")


class WrongSchema(Schema):
    """One field that is not right."""

    pointer = fields.String(
        required=True, metadata={"description": "Which field (RFC 6901); empty: the whole."}
    )
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """Why something was not done (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(WrongSchema))


class _Description(Api):  # type: ignore[misc]  # untyped
    """flask-smorest's, without its pages, its answers to faults and its command: we have our own."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Ours know pages from programs (`blueprints.errors`)."""

    def _register_doc_blueprint(self) -> None:
        """The description is an endpoint like the others."""


@bp.get("/openapi.json")
@opens(None, Permission.ACCOUNT_OWN, pages=True)
@bp.response(200, description="This description, as OpenAPI 3.1.")
def openapi() -> ResponseReturnValue:
    """This description."""
    return Response(json.dumps(description(), ensure_ascii=False), content_type="application/json")


def description() -> dict[str, Any]:
    """The description, made once for each application."""
    made: dict[str, Any] | None = current_app.extensions.get(_EXTENSION)
    if made is None:
        made = current_app.extensions[_EXTENSION] = _describe()
    return made


def _describe() -> dict[str, Any]:
    commands = dict(current_app.cli.commands)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    api = _Description(
        app,
        spec_kwargs={
            "title": "Protection Tracker",
            "version": VERSION,
            "openapi_version": "3.1.1",
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_name),
            "servers": [{"url": "/"}],
        },
    )
    app.cli.commands = commands
    components = api.spec.components
    components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    _add_refusals(components)
    bp.register_views_in_doc(api, app, api.spec, name=bp.name, parameters=None)
    told: dict[str, Any] = api.spec.to_dict()
    told["components"]["responses"] = {name: told["components"]["responses"][name] for name in _REFUSALS}
    for name in _NOT_OURS:
        told["components"]["schemas"].pop(name, None)
    for path in told["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                _with_limits(operation["responses"])
    return told


def _add_refusals(components: Any) -> None:
    told = {"content": {PROBLEM: {"schema": ProblemSchema}}}
    components.response("Problem", {"description": "It was not done; the answer says why.", **told})
    waiting = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
    components.response("Limited", {"description": "Too many in a short time.", "headers": waiting, **told})


def _with_limits(responses: dict[str, Any]) -> None:
    """Every answer of an endpoint says how many requests are left."""
    for status, response in responses.items():
        if status.startswith("2"):
            response["headers"] = {**response.get("headers", {}), **LIMIT_HEADERS}


def _name(schema: Any) -> str:
    """ "CaseSchema" is called "Case"."""
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")
