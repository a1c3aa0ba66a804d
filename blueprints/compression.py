"""Pages over thin links: HTML is compressed when the browser takes it, static files once for all."""

import gzip
import io
import secrets

from flask import Flask, request
from werkzeug.wrappers import Response

SMALLEST = 1_000
_LEVEL = 9
_LONGEST_NAME = 24
_LONGEST_NAME_OF_AN_ECHO = 100
_TYPES = ("text/", "application/json", "image/svg+xml")


def packed(content: bytes, *, level: int = 9, name: str = "") -> bytes:
    """`content` in gzip form, the same bytes for the same `name`."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename=name, fileobj=buffer, mode="wb", compresslevel=level, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def init_app(app: Flask) -> None:
    """Compress the answers of `app` that are worth it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not _worth_it(response):
        return response
    # A file name of random length in the gzip header: the length of a page that echoes what somebody sent
    # then says nothing of the secrets beside it.
    longest = _LONGEST_NAME_OF_AN_ECHO if _may_echo() else _LONGEST_NAME
    body = packed(response.get_data(), level=_LEVEL, name="a" * secrets.randbelow(longest))
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _may_echo() -> bool:
    """Whether this request carries words that its page may repeat, so that somebody could choose them to measure it."""
    return bool(request.query_string) or request.method != "GET"


def _worth_it(response: Response) -> bool:
    return (
        not response.is_streamed
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and (response.content_type or "").startswith(_TYPES)
        and request.accept_encodings["gzip"] > 0
        and (response.content_length or 0) >= SMALLEST
    )
