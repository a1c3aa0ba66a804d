"""A form that is sent twice is taken once: when a finger slips, when the line drops before the answer comes.

Each form holds a random key of the page that it stood in. The first thing that the transaction of a post does is to
write its fingerprint down; a rival waits there until the first one is over (dependencies.md A1, A2), and is answered
as the first was. The fingerprint is also of what was typed: who goes back, changes the text and sends again means
another act, and is never answered with the first one while the new text is lost.
"""

import hashlib
import secrets

import sqlalchemy as sa
from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.wrappers import Response

from blueprints.guards import SAFE_METHODS, acting
from tracker import clock
from tracker.db import db, read_only
from tracker.errors import StepRefused, say
from tracker.models import Submission

FIELD = "form_key"

_AS_OFTEN_AS_ONE_LIKES = frozenset({"account.choose_language", "account.act_as"})
"""A switch: who goes back to a page and turns it again means it."""
_UNTYPED = frozenset({"csrf_token"})


def init_app(app: Flask) -> None:
    """Take each form once. After `guards.init_app`: what it notes is part of the request's transaction."""
    app.before_request(_begin)
    app.after_request(_note_answer)
    app.jinja_env.globals[FIELD] = form_key


def form_key() -> str:
    """The key of the forms of this page."""
    if FIELD not in g:
        g.form_key = secrets.token_urlsafe(16)
    return str(g.form_key)


def _begin() -> ResponseReturnValue | None:
    key = _key()
    if not key or read_only.get() or (user_id := _user_id()) is None:
        return None
    fingerprint = _fingerprint(key, user_id)
    if is_first(fingerprint, user_id):
        g.submission = fingerprint
        return None
    location = db.session.scalar(sa.select(Submission.location).where(Submission.fingerprint == fingerprint))
    db.session.rollback()
    if location is None:
        raise StepRefused(say("This was sent already. Read the page again to see what came of it."))
    return redirect(location, 303)


def _key() -> str:
    """The key of the form that is sent; "" for what needs none."""
    once = request.method not in SAFE_METHODS and request.endpoint not in _AS_OFTEN_AS_ONE_LIKES
    return request.form.get(FIELD, "") if once else ""


def _user_id() -> int | None:
    member = acting()
    return member.user_id if member is not None else None


def _fingerprint(key: str, user_id: int) -> bytes:
    typed = sorted(item for item in request.form.items(multi=True) if item[0] not in _UNTYPED)
    told = repr((key, user_id, request.full_path, typed))
    return hashlib.sha256(told.encode()).digest()


def is_first(fingerprint: bytes, user_id: int, told: bytes | None = None) -> bool:
    """Writes down what was sent, and whether it was the first; waits for a rival who is about to, on both engines.

    `told`: the digest of what came with a key of the API.
    """
    row = {
        "fingerprint": fingerprint,
        "user_id": user_id,
        "told": told,
        "endpoint": request.endpoint,
        "made_at": clock.now(),
    }
    engine = db.session.get_bind().dialect.name
    insert = sqlite.insert if engine == "sqlite" else postgresql.insert
    written = insert(Submission).values(row).on_conflict_do_nothing().returning(Submission.user_id)
    return db.session.scalar(written) is not None


def _note_answer(response: Response) -> Response:
    """Before the transaction ends: where the act led to."""
    fingerprint = g.pop("submission", None)
    if fingerprint is not None and 300 <= response.status_code < 400:
        db.session.execute(
            sa.update(Submission)
            .where(Submission.fingerprint == fingerprint)
            .values(location=response.location)
        )
    return response
