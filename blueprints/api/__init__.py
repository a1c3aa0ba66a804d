"""The API for other systems, `/api/v1`: JSON in and out, by the same actions, gates and queries as the pages.

A resource is a file of this folder, imported at the end of this one:

    @bp.get("/areas")
    @opens(Scope.DIRECTORY_READ, Permission.ACCOUNT_OWN)              # a scope per endpoint; without it nobody enters
    @bp.arguments(PageQuery, location="query")
    @bp.response(200, AreaPage)
    def areas(asked: dict[str, Any]) -> Given:
        \"\"\"The areas\"\"\"                                              # the summary in the description
        found = queries.areas(viewer=signed_in(), after=asked.get("after"), size=asked["limit"])
        return page_of(found)

    @changes(                               # every change of something: Idempotency-Key, If-Match, 201 and the version
        "/alerts/<string:reference>/acts", Scope.ALERTS_WRITE, Permission.ALERT_HANDLE, takes=ActSchema
    )
    def act(said: dict[str, Any], reference: str, *, seen: int) -> Given: ...

- What makes something new has no version to name: `@bp.post`, `@opens`, `@once`, as in `registering`.
- Schemas (`Schema` and the fields of `blueprints.api.fields`) refuse what they do not know, NUL, and texts that are too
  long. A field that need not be there has no `load_default`: read it with `.get()`.
- Refusals of the domain are raised and become problem+json by themselves (`blueprints.problems`).
- What is answered to a POST is kept for two days and given again: an address, a version, a status, nothing personal.
- `Scope` and what each opens stand in `tracker.permissions`, their sentences in `blueprints.scopes`.
- The description at `/api/v1/openapi.json` and its page are made from the decorators: `opens` adds each refusal.
- Numbers in addresses are `<int(max=2147483647):...>`; lists end in a `next` link and take `after` and `limit`.
"""

from blueprints.api.door import ApiBlueprint

bp = ApiBlueprint("api", __name__, url_prefix="/api/v1")

from blueprints.api import (  # noqa: E402, F401 - each puts its endpoints into `bp`
    alerts,
    auditing,
    cases,
    custody,
    describing,
    directory,
    figures,
    histories,
    log,
    page,
    registering,
    reports,
    requests,
    sharing,
    tracks,
)
