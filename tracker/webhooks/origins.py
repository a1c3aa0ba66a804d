"""The scheme, host and port of a receiver's address: what the list of allowed ones is made of."""

import re
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts of this very machine: for tests, by plain http too."""

_PORTS = {"https": 443, "http": 80}
_PRINTED = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def origin_of(address: str) -> str | None:
    """Such as "https://hooks.example.org:443"; None for what no receiver may have as its address.

    A receiver has a name, written out in letters of DNS: no numbers (in whatever base), no user, no fragment, and
    nothing that would end the line of a request. Plain http and numbers are for loopback alone.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not _PRINTED.fullmatch(address) or "@" in parts.netloc or "#" in address or parts.scheme not in _PORTS:
        return None
    if host in LOOPBACK:
        return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    return f"https://{host}:{port}" if parts.scheme == "https" and _NAME.fullmatch(host) else None
