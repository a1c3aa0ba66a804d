"""The forms as they are served: what pyxform converted, for this person, with the lists that they choose from.

A form's version ends with a mark of its lists and its language: a client that compares versions or hashes fetches a
form anew when an institution was added, and what was filled in with the old lists stays with the old form.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from blueprints.i18n import language
from blueprints.openrosa import lists
from blueprints.openrosa.questions import FORMS
from blueprints.openrosa.xlsform import language_of
from tracker.models import Acting
from tracker.permissions import Permission, may
from tracker.vocabulary import FormKind

FOLDER = Path(__file__).parent / "forms"

PERMISSIONS: Mapping[FormKind, Permission] = {
    FormKind.ALERT: Permission.ALERT_HANDLE,
    FormKind.REFERRAL: Permission.CASE_REGISTER,
}
"""Who fills which form in: whoever may do the same on a page."""

_DEFAULT = ' default="true()"'


class Served(NamedTuple):
    """A form as one person gets it. `media`: its lists by the names of their files."""

    kind: FormKind
    title: str
    version: str
    xml: bytes
    media: Mapping[str, bytes]


def open_to(viewer: Acting) -> list[FormKind]:
    """The forms that the viewer may fill in."""
    return [kind for kind in FormKind if may(viewer.role, PERMISSIONS[kind])]


def served(kind: FormKind, viewer: Acting) -> Served:
    """A form with its lists, opening in the viewer's language."""
    form = FORMS[kind]
    media = {name: lists.MAKERS[name](viewer) for name in form.media}
    title = str(form.title)
    mark = hashlib.sha256(b"".join([language().encode(), *media.values()])).hexdigest()[:8]
    version = f"{form.version}-{mark}"
    text = (
        _text(kind)
        .replace(f'version="{form.version}"', f'version="{version}"', 1)
        .replace(_DEFAULT, "", 1)
        .replace(f'lang="{language_of(language())}"', f'lang="{language_of(language())}"{_DEFAULT}', 1)
    )
    before, _, rest = text.partition("<h:title>")
    xml = f"{before}<h:title>{escape(title)}{rest[rest.index('</h:title>') :]}"
    return Served(kind, title, version, xml.encode(), media)


def md5(data: bytes) -> str:
    """The hash by which clients see that something changed, as OpenRosa spells it. It guards nothing."""
    return f"md5:{hashlib.md5(data, usedforsecurity=False).hexdigest()}"


@cache
def _text(kind: FormKind) -> str:
    return (FOLDER / f"{kind}.xml").read_text(encoding="utf-8")
