"""Gateways as the tests use them: set up by the administrator, posting as each kind does."""

import base64
import hmac
import json
from itertools import count
from typing import Any

from werkzeug.test import TestResponse

from tests.world import World
from tracker import clock
from tracker.actions import gateways
from tracker.db import db
from tracker.models import Gateway
from tracker.vocabulary import GatewayKind, GatewayProof

NUMBER = "+211 912 345 678"
_NAMES = count(1)


class Telephone:
    """A gateway of the focal point's network, and what it posts."""

    def __init__(self, world: World, **facts: Any) -> None:
        usual = {
            "name": f"Gateway {next(_NAMES)}",
            "kind": GatewayKind.FIELDS,
            "proof": GatewayProof.BEARER,
            "institution_id": world.network.id,
            "area_id": world.county.id,
            "languages": ["en", "fr", "ar", "es"],
            "answers": True,
        }
        self.world = world
        self.gateway, self.secret = gateways.add(actor=world.administrator, **usual | facts)
        db.session.commit()
        self.path = f"/gateways/{self.gateway.code}"
        self._numbers = count(1)

    def says(self, text: str, *, sender: str = NUMBER, **more: Any) -> TestResponse:
        """An SMS arrives, with a number of its own unless `id` is given."""
        given = {"id": f"m{next(self._numbers)}", "from": sender, "text": text, **more}
        return self.post(json=given)

    def rings(self, sender: str = NUMBER) -> TestResponse:
        """Somebody rings and hangs up."""
        return self.says("", sender=sender, kind="missed_call")

    def post(self, *, secret: str | None = None, **request: Any) -> TestResponse:
        """Anything, with the secret in the header."""
        headers = {"Authorization": f"Bearer {secret or self.secret}", **request.pop("headers", {})}
        return self.world.visitor().post(self.path, headers=headers, **request)

    def sign(self, given: dict[str, Any], *, seconds_ago: int = 0, **other: str) -> TestResponse:
        """JSON with the signature of the Standard Webhooks; `other`: headers in place of the right ones."""
        body, sent = json.dumps(given).encode(), str(int(clock.now().timestamp()) - seconds_ago)
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = base64.b64encode(hmac.digest(key, b"msg_1." + sent.encode() + b"." + body, "sha256"))
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": sent,
            "webhook-signature": f"v1,bm90IHRoaXMgb25l v1,{signed.decode()}",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in other.items()},
        }
        return self.world.visitor().post(self.path, data=body, headers=headers)

    def reread(self) -> Gateway:
        """The gateway as the database has it."""
        db.session.refresh(self.gateway)
        return self.gateway
