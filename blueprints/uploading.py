"""Requests with files: few views take any, and what they take never touches the disk in clear.

Every other request stays within the application's own bound, which is checked before anything is read.
"""

import io
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "__largest_file__"
_AROUND = 10_000
"""What the form around a file may add."""


class InMemory(Request):
    """A request whose files are read into memory: the usual ones go to the machine's folder for temporary files."""

    def _get_file_stream(self, *_what: Any, **_known: Any) -> io.BytesIO:
        return io.BytesIO()


def takes_files(largest: int) -> Callable[[View], View]:
    """Lets a view be sent a file of at most so many bytes."""

    def mark(view: View) -> View:
        setattr(view, _MARK, largest)
        return view

    return mark


def init_app(app: Flask) -> None:
    """Set the bound of each request of `app` before anything of it is read."""
    app.request_class = InMemory
    app.before_request(_bound)


def _bound() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if (largest := getattr(view, _MARK, None)) is not None:
        request.max_content_length = largest + _AROUND
