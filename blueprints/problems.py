"""Refusals and faults for other systems: problem+json (RFC 9457) in place of a page, in the language they ask for.

It says what a page would say, never whose record it is about, and of what is not found no more than of what one may
not know.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response, g, has_request_context, request

from blueprints.i18n import _, language, said

PROBLEM = "application/problem+json"
_DOORS = ("/api/", "/gateways/")
"""Where programs ask."""
_SENT_AS = {
    "area_id": "area",
    "custody_id": "custody",
    "institution_id": "institution",
    "institution_ids": "institutions",
    "person_id": "person",
    "target_id": "institution",
}
"""What the domain's fields are called in JSON, where things go by their codes."""


def asked() -> bool:
    """Whether a program asks, which is answered in JSON."""
    return has_request_context() and request.path.startswith(_DOORS)


def answer(
    status: int,
    sentence: str = "",
    *,
    fields: Mapping[str, Sequence[str]] | None = None,
    headers: Sequence[tuple[str, str]] = (),
) -> Response:
    """The problem of a status; `sentence`: instead of the usual one; `fields`: what is wrong with each, by pointer."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": title(status),
        "status": status,
        "detail": sentence or usual(status),
    }
    if fields:
        told["errors"] = [
            {"pointer": pointer, "detail": detail} for pointer, its in fields.items() for detail in its
        ]
    body = json.dumps(told, ensure_ascii=False) + "\n"
    made = Response(body, status, list(headers), content_type=PROBLEM)
    made.headers["Content-Language"] = language()
    return made


def of_fields(sentences: Mapping[str, str]) -> dict[str, list[str]]:
    """A domain's sentences by the field that each is about (RFC 6901: "/note")."""
    return {f"/{_SENT_AS.get(name, name)}": [said(sentence)] for name, sentence in sentences.items()}


def pointed(told: Any, pointer: str = "") -> Iterator[tuple[str, list[str]]]:
    """The messages of a schema, however deep they stand, each with the pointer of its field."""
    if isinstance(told, Mapping):
        for name, its in told.items():
            yield from pointed(its, pointer if name == "_schema" else f"{pointer}/{name}")
    else:
        yield pointer, [said(one) for one in told]


def conditional() -> bool:
    """Whether this request only wants to be carried out on the version that it names: then "out of date" is 412."""
    return bool(g.get("condition"))


def title(status: int) -> str:
    """A few words for the status."""
    titles = {
        400: _("This could not be read"),
        401: _("A token is needed"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("This cannot be done here"),
        409: _("This was not done"),
        412: _("Somebody was quicker"),
        413: _("Too much at once"),
        415: _("Not in JSON"),
        422: _("Something in this is not right"),
        428: _("Which version do you mean?"),
        429: _("Too many tries"),
        500: _("Something failed on our side"),
        503: _("The records cannot be reached"),
    }
    return titles.get(status) or _("This could not be done")


def usual(status: int) -> str:
    """What is said where nothing more is known."""
    sentences = {
        400: _("Send what the description of this address asks for."),
        401: _("Send a token that opens something: Authorization: Bearer trk_…"),
        403: _("Neither this token nor its owner's role allows this."),
        404: _("There is nothing at this address that you may see."),
        405: _("This address takes no such request."),
        409: _("Read the record again before you go on."),
        412: _("This was changed since you read it. Read it again, then send again if it still holds."),
        413: _("What you sent is too large. Make it smaller and send it again."),
        415: _("Send JSON, with Content-Type: application/json."),
        422: _("Send what the description of this address asks for."),
        428: _("Send If-Match with the ETag of what you read."),
        429: _("Too many requests in a short time. Wait as long as Retry-After says."),
        500: _("What you just sent was not kept. Try again later."),
        503: _("What you just sent was not kept. Send it again in half a minute."),
    }
    return sentences.get(status) or _("This could not be done.")
