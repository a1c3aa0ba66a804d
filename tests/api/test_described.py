"""What the description promises is what every role gets: schemathesis, all its checks, on records that there are.

A few examples for each address and role; more of them with `API_EXAMPLES=50`. The long way round, over a real server,
is `tests/api/fuzz.py`.
"""

import os
import uuid
from collections.abc import Iterator
from contextvars import Context
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from blueprints import throttle
from blueprints.marks import Scoped, mark_of
from tests import made_figures
from tests.api.client import System
from tests.made_figures import PERIOD
from tests.world import World
from tracker.actions import reports
from tracker.db import db
from tracker.models import Alert, ProtectionCase, Track
from tracker.permissions import may
from tracker.vocabulary import Role

EXAMPLES = int(os.environ.get("API_EXAMPLES", "1"))
"""Of what is right, and of what is wrong, for each address and whoever may ask there."""

_CONFIG = Path(__file__).with_name("schemathesis.toml")
Operation = Any
"""An address and a method, as schemathesis reads them (its types want more of mypy than they give)."""
Request = Any
"""One request that it made up."""

_NOT_FOR_THEM = (401, 403)
_KEY, _MATCH = "Idempotency-Key", "If-Match"
_HEADERS = {_KEY: "a" * 20, _MATCH: '"1"'}
"""In place of made-up ones, so that what is sent is looked at and not its envelope alone; `fuzz.py` makes them up."""


@pytest.fixture(autouse=True)
def _ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told to wait here, and there are figures to publish."""
    made_figures.stand_in(monkeypatch)
    monkeypatch.setattr(throttle, "waits", lambda _subjects: None)


class Api:
    """The API as schemathesis reads its description, and records of a world for its addresses."""

    def __init__(self, world: World) -> None:
        self.app: Flask = world.app
        self.tracks = [world.a_track(at) for at in ("police:sent", "police:accepted", "court:listed")]
        self.alert = world.an_alert()
        reports.publish(world.station, actor=world.judicial_officer, period=PERIOD)
        told = System(world, world.auditor).get("/openapi.json").get_json()
        read = schemathesis.openapi.from_dict(told, config=SchemathesisConfig.from_path(_CONFIG))
        read.app = world.app
        self.operations: list[Operation] = [found.ok() for found in read.get_all_operations()]
        self.station, self.area = world.station, world.payam

    def opens_to(self, operation: Operation, role: Role) -> bool:
        """Whether the mark of its view lets the role in."""
        mark = mark_of(self.app.view_functions[f"api.{operation.definition.raw['operationId']}"])
        assert isinstance(mark, Scoped)
        return any(may(role, permission) for permission in mark)

    def addresses(self, path: str) -> Iterator[dict[str, Any]]:
        """What can stand in an address, of each record that there is; nothing where it names none."""
        if "/alerts/" in path:
            yield {"reference": self.alert.reference}
        elif "{reference}" in path:
            for track in self.tracks:
                yield {"reference": track.case.reference, "track_id": track.id, "n": track.case.entries}
        elif "{code}" in path:
            of = self.area if "/areas/" in path else self.station
            yield {"code": of.code, "period": str(PERIOD), "kind": "institution"}

    def version(self, case: Request) -> int:
        """The version of what a request is about, as it stands now; 1 of what there is not."""
        db.session.expire_all()
        where = case.path_parameters
        if "/alerts/" in case.path:
            return db.session.get_one(Alert, self.alert.id).version
        for track in self.tracks:
            if track.case.reference == where.get("reference"):
                found: Track | ProtectionCase = track if "track_id" in where else track.case
                return found.version if isinstance(found, Track) else found.entries
        return 1


def examples(api: Api, operation: Operation, mode: GenerationMode) -> st.SearchStrategy[Request]:
    """Requests at an address: about records that there are, and about none."""
    named = [parameter.name for parameter in operation.path_parameters]
    known = [
        {name: value for name, value in one.items() if name in named} for one in api.addresses(operation.path)
    ]
    right = {name: one for name, one in _HEADERS.items() if name in {each.name for each in operation.headers}}
    return st.one_of(
        [
            operation.as_strategy(mode, headers=right or None, path_parameters=place)
            for place in [*known, None]
        ]
    )


def each(requests: st.SearchStrategy[Request], number: int, ask: Any) -> None:
    """Asks so many of them, the same ones each time."""
    settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(requests)(ask))()


def ask(api: Api, headers: dict[str, str], case: Request) -> int:
    """Sends a request, about the version that stands; refuses (fails) an answer that the description does not promise.

    In a context of its own, as a request of a browser has.
    """
    sent = {"Accept-Encoding": "identity", **headers}
    if _KEY in case.headers:
        case.headers[_KEY] = uuid.uuid4().hex
    if _MATCH in case.headers:
        case.headers[_MATCH] = f'"{api.version(case)}"'
    db.session.commit()
    answer = Context().run(partial(case.call, headers=sent))
    Context().run(partial(case.validate_response, answer, headers=sent))
    return int(answer.status_code)


def try_out(api: Api, operation: Operation, headers: dict[str, str], *, theirs: bool) -> None:
    """Asks what is right and what is wrong; of those who may not ask here, once, and they get nothing."""

    def send(case: Request) -> None:
        status = ask(api, headers, case)
        assert theirs or status in _NOT_FOR_THEM, f"{case.method} {case.formatted_path}: {status}"

    each(examples(api, operation, GenerationMode.POSITIVE), EXAMPLES if theirs else 1, send)
    if theirs and (len(operation.query) or len(operation.body)):
        each(examples(api, operation, GenerationMode.NEGATIVE), EXAMPLES, send)


@pytest.mark.only_on("sqlite")
def test_every_role_gets_what_the_description_promises_and_nothing_that_is_not_theirs(world: World):
    api = Api(world)
    for role in Role:
        system = System(world, next(one for one in world.people.values() if one.role is role))
        for operation in api.operations:
            theirs = api.opens_to(operation, role)
            try_out(api, operation, {"Authorization": f"Bearer {system.token}"}, theirs=theirs)


@pytest.mark.only_on("postgresql")
def test_the_other_engine_keeps_the_same_promises_and_nobody_gets_anything_without_a_token(world: World):
    api = Api(world)
    system = System(world, world.judicial_officer)
    for operation in api.operations:
        if api.opens_to(operation, Role.JUDICIAL_OFFICER):
            try_out(api, operation, {"Authorization": f"Bearer {system.token}"}, theirs=True)
        try_out(api, operation, {}, theirs=False)
