"""What OpenRosa clients read: the list of forms, a form's manifest, and the answer to what they sent."""

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from flask import Response, current_app, request, url_for

from blueprints.openrosa.xforms import Served, md5
from tracker.intake.field_forms import FORM_IDS
from tracker.vocabulary import FormKind

XML = "text/xml; charset=utf-8"

_NAMES = {kind: name for name, kind in FORM_IDS.items()}


def form_list(forms: Iterable[Served]) -> Response:
    """The forms that there are, as the Form List API says it."""
    return _xml("xforms", "http://openrosa.org/xforms/xformsList", "".join(_listed(one) for one in forms))


def manifest(form: Served) -> Response:
    """The lists that belong to a form."""
    files = "".join(
        f"<mediaFile><filename>{escape(name)}</filename><hash>{md5(data)}</hash>"
        f"<downloadUrl>{escape(address('openrosa.media', kind=form.kind, name=_bare(name)))}</downloadUrl></mediaFile>"
        for name, data in form.media.items()
    )
    return _xml("manifest", "http://openrosa.org/xforms/xformsManifest", files)


def said(sentence: str, status: int) -> Response:
    """The answer to what was sent; clients show its sentence to whoever sends."""
    message = f"<message>{escape(sentence)}</message>"
    told = _xml("OpenRosaResponse", "http://openrosa.org/http/response", message)
    told.status_code = status
    return told


def address(endpoint: str, **values: str) -> str:
    """A whole address, by the name under which people reach the site, where the installation was told it."""
    public = current_app.extensions["tracker"].public_url or request.host_url.rstrip("/")
    return f"{public}{url_for(endpoint, **dict[str, Any](values))}"


def form_id(kind: FormKind) -> str:
    """What a form calls itself."""
    return _NAMES[kind]


def _listed(form: Served) -> str:
    told = {
        "formID": form_id(form.kind),
        "name": form.title,
        "version": form.version,
        "hash": md5(form.xml),
        "downloadUrl": address("openrosa.form", kind=form.kind),
        "manifestUrl": address("openrosa.manifest", kind=form.kind),
    }
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
    return f"<xform>{inside}</xform>"


def _bare(name: str) -> str:
    return name.partition(".")[0]


def _xml(name: str, space: str, inside: str) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{space}">{inside}</{name}>\n'
    return Response(text, content_type=XML)
