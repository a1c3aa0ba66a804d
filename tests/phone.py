"""A phone in the field, as ODK's specifications describe it: it fills a form in, and sends it until it is told "201".

sheet = phone.fill("protection_alert", channel="sms", received_at="2026-03-02T08:15:00.000+02:00")
sheet.xml                     # what it sends as `xml_submission_file`
"""

import base64
import uuid
from collections.abc import Mapping
from contextvars import Context
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from defusedxml import ElementTree
from werkzeug.test import TestResponse

from tests.world import World
from tracker import clock
from tracker.actions import tokens
from tracker.db import db
from tracker.intake import field_forms
from tracker.intake.field_forms import Filled
from tracker.models import Membership
from tracker.permissions import Scope

GROUPS = {
    "what_happened": ("concern", "area", "occurred_on", "place", "narrative"),
    "report": ("channel", "reported_at", "reporter_name", "reporter_phone"),
    "survivor": ("survivor_name", "survivor_phone", "survivor_sex", "survivor_age"),
    "perpetrator": ("perpetrator_kind", "perpetrator_name", "perpetrator_institution"),
    "risks": ("urgency", "risk", "reprisal_factors", "reprisal_risk", "mitigation"),
    "sharing": ("consent", "consent_institutions", "consent_classes", "refer_to", "note"),
    "files": ("photo", "recording", "document", "file_class"),
}
"""How the questions of the referral form stand in it."""


class Sheet(NamedTuple):
    """A form that was filled in."""

    instance: str
    xml: bytes

    @property
    def read(self) -> Filled:
        """As the reader reads it."""
        return field_forms.read(self.xml)


def fill(
    form: str, *, instance: str = "", version: str = "2026112701", replaces: str = "", **answers: str
) -> Sheet:
    """A form filled in, with a number of its own."""
    number = instance or f"uuid:{uuid.uuid4()}"
    placed = {name for names in GROUPS.values() for name in names} if form == "protection_referral" else set()
    free = _elements({name: said for name, said in answers.items() if name not in placed})
    grouped = "".join(
        f"<{group}>{_elements({name: answers.get(name, '') for name in names})}</{group}>"
        for group, names in GROUPS.items()
        if placed
    )
    edited = f"<deprecatedID>{escape(replaces)}</deprecatedID>" if replaces else ""
    xml = (
        "<?xml version='1.0' ?><data xmlns:jr='http://openrosa.org/javarosa' "
        f"xmlns:orx='http://openrosa.org/xforms' id={quoteattr(form)} version={quoteattr(version)}>"
        f"{free}{grouped}<orx:meta><orx:instanceID>{escape(number)}</orx:instanceID>{edited}</orx:meta></data>"
    )
    return Sheet(number, xml.encode())


def an_alert(**other: str) -> Sheet:
    """An alert as somebody would write it down on a phone."""
    usual = {
        "channel": "call",
        "received_at": now(),
        "phone": "+211 900 000 003",
        "area": "XA010101",
        "name": "Nyaluak",
        "message": "She says that they came back at night.",
    }
    return fill("protection_alert", **usual | other)


def a_referral(world: World, **other: str) -> Sheet:
    """A case as somebody would register it on a phone, to be sent to the police at once."""
    station = world.station.code
    usual = {
        "concern": "physical_assault",
        "area": world.payam.code,
        "occurred_on": "2026-01-05",
        "place": "Behind the old ferry",
        "narrative": "What Abuk told: it happened behind the old ferry.",
        "channel": "visit",
        "reported_at": now(),
        "survivor_name": "Abuk the survivor",
        "survivor_phone": "+211 900 000 002",
        "survivor_sex": "female",
        "survivor_age": "adult",
        "urgency": "urgent",
        "risk": "medium",
        "reprisal_risk": "low",
        "consent": "given",
        "consent_institutions": station,
        "refer_to": station,
    }
    return fill("protection_referral", **usual | other)


def now() -> str:
    """This moment, as a phone writes it."""
    return clock.now().isoformat(timespec="milliseconds")


def _elements(answers: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(said)}</{name}>" for name, said in answers.items())


class Phone:
    """A client of OpenRosa, to its specifications: it asks first with HEAD, splits what is too much for one post, and
    sends again until it is told "201".
    """

    def __init__(self, world: World, owner: Membership | None, *, secret: str = "") -> None:
        """`owner`: whose phone it is; without `secret` one is made for it."""
        self.world, self.owner = world, owner
        self.says = {"X-OpenRosa-Version": "1.0"}
        self.secret = secret or (issued(owner) if owner is not None else "")
        db.session.commit()

    @property
    def headers(self) -> dict[str, str]:
        """What it says with each request."""
        said = dict(self.says)
        if self.secret:
            name = self.owner.user.username if self.owner else "nobody"
            packed = base64.b64encode(f"{name}:{self.secret}".encode()).decode()
            said["Authorization"] = f"Basic {packed}"
        return said

    def get(self, path: str, **more: Any) -> TestResponse:
        """What is at an address."""
        return self._ask(path, method="GET", **more)

    def head(self, path: str = "/openrosa/submission") -> TestResponse:
        """The headers of an address."""
        return self._ask(path, method="HEAD")

    def post(
        self, sheet: Sheet, files: Mapping[str, bytes] | None = None, *, more: bool = False
    ) -> TestResponse:
        """One post: a form, and files by their names; `more`: others follow."""
        body, kind = _posted(sheet, files or {}, more=more)
        return self._ask("/openrosa/submission", method="POST", data=body, content_type=kind)

    def as_bytes(self, sheet: Sheet) -> bytes:
        """The whole request, as it goes over the line."""
        body, kind = _posted(sheet, {}, more=False)
        said = self.headers | {"Host": "localhost", "Content-Type": kind, "Content-Length": str(len(body))}
        db.session.commit()
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        return f"POST /openrosa/submission HTTP/1.1\r\n{head}\r\n".encode() + body

    def send(self, sheet: Sheet, files: Mapping[str, bytes] | None = None) -> list[TestResponse]:
        """The whole of it, in as many posts as the server's bound asks for."""
        most = int(self.head().headers["X-OpenRosa-Accept-Content-Length"])
        posts: list[dict[str, bytes]] = [{}]
        for name, data in (files or {}).items():
            if sum(map(len, posts[-1].values())) + len(data) + len(sheet.xml) > most:
                posts.append({})
            posts[-1][name] = data
        return [self.post(sheet, part, more=at < len(posts) - 1) for at, part in enumerate(posts)]

    def _ask(self, path: str, **more: Any) -> TestResponse:
        client, headers = self.world.app.test_client(), self.headers
        db.session.commit()
        return Context().run(client.open, path, headers=headers, **more)


_BOUNDARY = "a-line-that-no-file-holds"


def _posted(sheet: Sheet, files: Mapping[str, bytes], *, more: bool) -> tuple[bytes, str]:
    """The body of a post, and its kind."""
    parts = [("xml_submission_file", "form.xml", sheet.xml)]
    parts += [(name, name, data) for name, data in files.items()]
    body = b"".join(_part(f'name="{name}"; filename="{file}"', data) for name, file, data in parts)
    body += _part('name="*isIncomplete*"', b"yes") if more else b""
    return body + f"--{_BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={_BOUNDARY}"


def _part(named: str, data: bytes) -> bytes:
    head = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {named}\r\n"
    return f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data + b"\r\n"


def issued(owner: Membership, *scopes: Scope) -> str:
    """A secret for a phone of this person; `scopes`: a token for something else."""
    return tokens.issue(actor=owner, name="Field phone", scopes=scopes or [Scope.FORMS_FILL], days=90)


def message(answer: TestResponse) -> str:
    """The sentence that the phone shows."""
    root = ElementTree.fromstring(answer.data)
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse", answer.data
    return str(root.findtext("{http://openrosa.org/http/response}message"))
