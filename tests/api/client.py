"""Another system, which asks the API with a person's token."""

import json
import uuid
from typing import Any

from werkzeug.test import TestResponse

from tests.world import World
from tracker.actions import tokens
from tracker.db import db
from tracker.models import Membership
from tracker.permissions import Scope, scopes_for


class System:
    """`System(world, world.police_officer).get("/cases")`; without scopes, with all that there are for the role."""

    def __init__(self, world: World, person: Membership, *scopes: Scope) -> None:
        self.world, self.person = world, person
        self.token = tokens.issue(
            actor=person, name="a test", scopes=scopes or scopes_for(person.role), days=7
        )
        db.session.commit()
        self._client = world.visitor()

    def get(self, path: str, **headers: str) -> TestResponse:
        """Reads."""
        return self.send("GET", path, **headers)

    def post(
        self, path: str, body: Any = None, *, seen: int | None = None, key: str = "", **headers: str
    ) -> TestResponse:
        """Sends; `seen`: the version in If-Match; `key`: instead of a new one."""
        match = {} if seen is None else {"If-Match": f'"{seen}"'}
        sent = {"Idempotency-Key": key or uuid.uuid4().hex, **match, **headers}
        return self.send("POST", path, data=json.dumps(body or {}), content_type="application/json", **sent)

    def send(
        self, method: str, path: str, data: Any = None, content_type: str | None = None, **headers: str
    ) -> TestResponse:
        """Anything."""
        told = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in headers.items() if value
        }
        return self._client.open(
            path if path.startswith("/api") else f"/api/v1{path}",
            method=method,
            data=data,
            content_type=content_type,
            headers=told,
        )
