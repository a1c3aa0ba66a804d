"""Pages over thin links: HTML is compressed when the browser takes it, static files once for all."""

import gzip
import io
import secrets
import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, request
from werkzeug.wrappers import Response

SMALLEST = 1_000
_LEVEL = 9
_LEVEL_OF_FILES = 6
_GZIP = 31
"""The form of what zlib makes."""
_LONGEST_NAME = 24
_LONGEST_NAME_OF_AN_ECHO = 100
_TYPES = ("text/", "application/json", "application/xml", "image/svg+xml")


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
    if response.is_streamed:
        return _pass_through(response)
    if not _worth_it(response):
        return response
    # A file name of random length in the gzip header: the length of a page that echoes what somebody sent
    # then says nothing of the secrets beside it.
    longest = _LONGEST_NAME_OF_AN_ECHO if _may_echo() else _LONGEST_NAME
    body = packed(response.get_data(), level=_LEVEL, name="a" * secrets.randbelow(longest))
    response.set_data(body)
    _say(response)
    return response


def _pass_through(response: Response) -> Response:
    """What leaves in pieces is compressed as it goes."""
    if _takes_it(response):
        response.response = _pieces(response.iter_encoded())
        del response.headers["Content-Length"]
        _say(response)
    return response


def _pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL_OF_FILES, wbits=_GZIP)
    for piece in pieces:
        if packed_so_far := packer.compress(piece):
            yield packed_so_far
    yield packer.flush()


def _say(response: Response) -> None:
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")


def _may_echo() -> bool:
    """Whether this request carries words that its page may repeat, so that somebody could choose them to measure it."""
    return bool(request.query_string) or request.method != "GET"


def _worth_it(response: Response) -> bool:
    return _takes_it(response) and (response.content_length or 0) >= SMALLEST


def _takes_it(response: Response) -> bool:
    return (
        "Content-Encoding" not in response.headers
        and (response.content_type or "").startswith(_TYPES)
        and request.accept_encodings["gzip"] > 0
    )
