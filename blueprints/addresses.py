"""Addresses of this site: where a person is, and where they may be sent on to."""

from urllib.parse import urlsplit

from flask import request

_LONGEST = 1_000


def own_path(address: str | None, otherwise: str = "/") -> str:
    """`address` if it is a path of this site, else `otherwise`: nobody is sent elsewhere by a link they followed."""
    if not address or len(address) > _LONGEST or not address.startswith("/") or address.startswith("//"):
        return otherwise
    if "\\" in address or any(ord(letter) <= 32 or ord(letter) == 127 for letter in address):
        return otherwise
    try:
        parts = urlsplit(address)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else address


def here() -> str:
    """The path and query of this request, to come back to; a page that only takes posts is left out: "/"."""
    if request.method not in {"GET", "HEAD"} and not _can_be_read():
        return "/"
    return own_path(request.full_path.rstrip("?"))


def _can_be_read() -> bool:
    rule = request.url_rule
    return rule is not None and "GET" in (rule.methods or ())
