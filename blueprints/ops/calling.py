"""Calling a receiver: where the settings allow it, at an address that was looked at, in five seconds, once.

What a name resolves to is asked here and nowhere else, and that very address is connected to: between a look and a
call nobody can give the name another meaning (DNS rebinding). Of the answer only the status is read; nowhere it leads
is gone to.
"""

import re
import socket
import ssl
import time
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from tracker import webhooks
from tracker.models import CallFailure

PATIENCE = 5.0
"""Seconds for everything after the name was resolved: to connect, to agree on keys, to send and to be answered."""

_LONGEST_LINE = 512
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?= |\r|\n|$)")
_GONE = 410


class NotTaken(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The receiver did not take the call; `why` quotes nothing that it said."""

    def __init__(self, why: CallFailure) -> None:
        """`why`: what kept it."""
        super().__init__(why.value)
        self.why = why


def post(
    address: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    allowed: Collection[str],
    trust: ssl.SSLContext | None = None,
) -> None:
    """Sends `body`; gives nothing back but that it was taken (a status of 200 to 299). Refuses (`NotTaken`) all else.

    `allowed`: the origins of `Settings.webhook_origins`. `trust`: other certificates than the system's, in a test.
    """
    origin = webhooks.origin_of(address)
    if origin is None or origin not in allowed:
        raise NotTaken(CallFailure.NOT_ALLOWED)
    parts = urlsplit(origin)
    host, port = str(parts.hostname), int(parts.port or 0)
    reached = _look_up(host, port)
    until = time.monotonic() + PATIENCE
    try:
        with _connect(reached, port, until) as plain:
            if parts.scheme == "http":
                status = _ask(plain, _request(address, headers, body), until)
            else:
                plain.settimeout(_left(until))
                context = trust or ssl.create_default_context()
                with context.wrap_socket(plain, server_hostname=host) as sealed:
                    status = _ask(sealed, _request(address, headers, body), until)
    except TimeoutError:
        raise NotTaken(CallFailure.TOO_SLOW) from None
    except ssl.SSLError:
        raise NotTaken(CallFailure.UNSAFE) from None
    except OSError:
        raise NotTaken(CallFailure.UNREACHABLE) from None
    if not 200 <= status < 300:
        raise NotTaken(CallFailure.GONE if status == _GONE else CallFailure.REFUSED)


def _look_up(host: str, port: int) -> list[str]:
    """What the name resolves to. Refuses it whole where any of it is no place for a receiver."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotTaken(CallFailure.UNREACHABLE) from None
    found = [str(answer[4][0]) for answer in answers]
    right = _is_loopback if host in webhooks.LOOPBACK else webhooks.is_public
    if not all(right(one) for one in found):
        raise NotTaken(CallFailure.NOT_ALLOWED)
    return found


def _is_loopback(address: str) -> bool:
    return address in ("127.0.0.1", "::1")


def _connect(addresses: list[str], port: int, until: float) -> socket.socket:
    """The first of the addresses that answers; each is a number, so that nothing is resolved a second time."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout=_left(until))
        except OSError:  # refused, or no way there, as to an address of IPv6 from where there is none
            continue
    return socket.create_connection((addresses[-1], port), timeout=_left(until))


def _request(address: str, headers: Mapping[str, str], body: bytes) -> bytes:
    parts = urlsplit(address)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = {
        "Host": parts.netloc,
        "User-Agent": "protection-tracker",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _ask(connection: socket.socket, request: bytes, until: float) -> int:
    """The status that the receiver answers with; 0 for what is no answer of HTTP. The rest is never read."""
    connection.settimeout(_left(until))
    connection.sendall(request)
    said = b""
    while b"\n" not in said and len(said) < _LONGEST_LINE:
        connection.settimeout(_left(until))
        piece = connection.recv(_LONGEST_LINE)
        if not piece:
            break
        said += piece
    status = _STATUS.match(said)
    return int(status[1]) if status else 0


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
