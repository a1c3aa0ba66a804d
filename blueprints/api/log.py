"""The verifiable log: where it stands, by which keys it is signed, and where its files are.

The files themselves stay where everybody's software looks for them: in the public formats of C2SP (tlog-tiles), under
`/log/`, where any cache may keep them for ever. In JSON they would be a second truth that nobody's verifier reads. The
proof of one entry is given beside it, in the history of its case.
"""

from typing import Any

from flask import url_for
from marshmallow import fields

from blueprints import signing
from blueprints.api import bp
from blueprints.api.door import opens
from blueprints.api.fields import Schema
from tracker.log.encoding import b64
from tracker.log.tiles import DISCLOSURES, ENTRIES
from tracker.permissions import Permission, Scope


class LogFilesSchema(Schema):
    """Addresses; {L}, {N} as in tlog-tiles. Entries and disclosures want an accredited verifier's token."""

    checkpoint = fields.String(required=True)
    witnessed = fields.String(required=True)
    tiles = fields.String(required=True)
    entries = fields.String(required=True)
    disclosures = fields.String(required=True)
    notices = fields.String(required=True)


class LogSchema(Schema):
    """Where the log stands."""

    origin = fields.String(required=True, allow_none=True)
    size = fields.Integer(
        required=True, metadata={"description": "How many entries the newest checkpoint covers."}
    )
    root = fields.String(required=True, allow_none=True, metadata={"description": "Base64."})
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    waiting = fields.Integer(
        required=True, metadata={"description": "How many entries no checkpoint covers."}
    )
    checkpoint = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The signed note (c2sp.org/tlog-checkpoint)."},
    )
    keys = fields.List(fields.String(), required=True, metadata={"description": "Verifier keys."})
    files = fields.Nested(LogFilesSchema, required=True)


@bp.get("/log")
@opens(Scope.LOG_READ, Permission.ACCOUNT_OWN)
@bp.response(200, LogSchema)
def log() -> dict[str, Any]:
    """The newest checkpoint of the verifiable log, signed now if anything is new, and where its files are."""
    signing.sign()
    now = signing.standing()
    newest = now.checkpoint
    return {
        "origin": newest.origin if newest else None,
        "size": newest.size if newest else 0,
        "root": b64(newest.root) if newest else None,
        "signed_at": now.signed_at,
        "waiting": now.size - (newest.size if newest else 0),
        "checkpoint": now.note.decode() if now.note else None,
        "keys": [str(key) for key in signing.verifiers()],
        "files": _files(),
    }


def _files() -> dict[str, str]:
    tiles = url_for("log.index") + "tile"
    return {
        "checkpoint": url_for("log.checkpoint"),
        "witnessed": url_for("log.witnessed"),
        "tiles": f"{tiles}/{{L}}/{{N}}",
        "entries": f"{tiles}/{ENTRIES}/{{N}}",
        "disclosures": f"{url_for('log.index')}{DISCLOSURES}/{{N}}",
        "notices": f"{url_for('log.index')}notices/{{digest}}",
    }
