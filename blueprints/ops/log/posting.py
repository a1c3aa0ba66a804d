"""One request to a witness, and its answer (c2sp.org/tlog-witness)."""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from tracker.errors import Refusal
from tracker.log.refusals import Malformed

_SECONDS = 20
_MOST_BYTES = 64 * 1024


class Unreachable(Refusal):
    """A witness that does not answer now."""


class Answer(NamedTuple):
    """What a witness answered."""

    status: int
    content_type: str
    body: str


def post(address: str, body: bytes) -> Answer:
    """The answer of the witness at an address to `add-checkpoint`; refuses (`Unreachable`) where there is none."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Malformed(f"{address[:200]!r} is not the address of a witness.")
    connection: HTTPConnection = (
        HTTPSConnection(parts.netloc, timeout=_SECONDS, context=ssl.create_default_context())
        if parts.scheme == "https"
        else HTTPConnection(parts.netloc, timeout=_SECONDS)
    )
    try:
        connection.request("POST", f"{parts.path.rstrip('/')}/add-checkpoint", body)
        answer = connection.getresponse()
        said = answer.read(_MOST_BYTES).decode("utf-8", "replace")
        return Answer(answer.status, answer.getheader("Content-Type", ""), said)
    except (HTTPException, OSError) as fault:
        why = fault.strerror if isinstance(fault, OSError) and fault.strerror else type(fault).__name__
        raise Unreachable(f"no answer ({why})") from fault
    finally:
        connection.close()
