"""What was typed when the session had ended: it goes along through the door, and can be sent again.

A long narrative takes longer to write than a session lasts idle. It is carried in hidden fields of the pages in
between, never kept on the server, and only given back to the person whose session it was.
"""

from collections.abc import Sequence
from typing import Any

from flask import request
from wtforms import Field
from wtforms.widgets import HiddenInput

PREFIX = "carried-"

_STAYS_BEHIND = frozenset({"csrf_token", "password", "present", "new", "again"})
"""Tokens are made anew, and no password is ever written into a page."""

Pairs = Sequence[tuple[str, str]]


def posted() -> Pairs:
    """The fields of this request, which nobody may take in: each name with each of its values, in order."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _STAYS_BEHIND]


class _Elsewhere(HiddenInput):  # type: ignore[misc]
    def __call__(self, field: Any, **_more: Any) -> str:
        """Nothing: the page of the door writes an input for each value."""
        return ""


class CarriedField(Field):  # type: ignore[misc]
    """What the door carries: pairs of name and value."""

    widget = _Elsewhere()

    def names(self) -> set[str]:
        """Whatever was carried in."""
        return {name for name in request.form if name.startswith(PREFIX)}

    def process(self, formdata: Any, data: Any = (), extra_filters: Any = None) -> None:
        """From the posted names with the prefix, else from what the view gives."""
        self.process_errors: list[str] = []
        carried = [
            (name.removeprefix(PREFIX), value)
            for name, value in request.form.items(multi=True)
            if name.startswith(PREFIX)
        ]
        given = data if isinstance(data, list | tuple) else ()
        self.data = self.object_data = carried or list(given)
