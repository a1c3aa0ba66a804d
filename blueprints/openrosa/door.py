"""What holds for every answer that a phone gets: its headers, refusals as OpenRosa says them, the record of doors."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, Unauthorized

from blueprints import errors, guards, knocks
from blueprints.i18n import _, said
from blueprints.openrosa import bp, documents
from tracker import clock
from tracker.db import db
from tracker.errors import BadInput, Refusal
from tracker.intake import field_forms as intake
from tracker.intake import uploads
from tracker.models import UserAccount
from tracker.vocabulary import DoorAct

LARGEST = uploads.LARGEST + intake.LARGEST
"""Of one post: a form and one file of the greatest size. What is larger together comes in several posts."""

_KEPT = frozenset({"WWW-Authenticate", "Retry-After", "Allow"})
_NEW_AFTER = timedelta(hours=12)
"""A phone that was silent for so long is written down as one that came in."""


@bp.before_request
def _require_a_client() -> Response | None:
    """A browser that once asked for a name and password sends them again with another site's form; the header that
    OpenRosa asks of every client it cannot send.
    """
    if request.method != "POST" or "X-OpenRosa-Version" in request.headers:
        return None
    return documents.said(_("This takes forms from ODK Collect, KoboCollect and Enketo alone."), 400)


@bp.before_request
def _note_who_came() -> None:
    """As signing in is noted: the first time in half a day that a phone comes with its secret."""
    bearer = guards.bearer()
    if bearer.used_at is None or clock.now() - bearer.used_at >= _NEW_AFTER:
        knocks.note(DoorAct.SIGNED_IN, bearer.user_id)


@bp.after_request
def _as_openrosa(answer: Response) -> Response:
    """OpenRosa HTTP Request API and Form Submission API: every answer says these."""
    answer.headers["X-OpenRosa-Version"] = "1.0"
    answer.headers["X-OpenRosa-Accept-Content-Length"] = str(LARGEST)
    answer.date = clock.now()
    return answer


@bp.errorhandler(Refusal)
def _refused(refusal: Refusal) -> Response:
    sentences = refusal.sentences.values() if isinstance(refusal, BadInput) else [refusal.sentence]
    return documents.said(" ".join(said(one) for one in sentences), errors.status_of(refusal))


@bp.errorhandler(StaleDataError)
def _second(_stale: StaleDataError) -> Response:
    return documents.said(errors.out_of_date(), 409)


@bp.errorhandler(401)  # else the page to sign in at would answer: the number goes before the kind
@bp.errorhandler(HTTPException)
def _by_the_web(problem: HTTPException) -> Response:
    status = problem.code or 500
    if isinstance(problem, Unauthorized):
        _note_a_wrong_secret()
    sentences = {
        401: _("The name or the secret of this phone is not right. Make a new one on the page “Phones”."),
        404: _("There is no such form for you here."),
    }
    answer = documents.said(sentences.get(status) or errors.usual(status), status)
    answer.headers.extend([pair for pair in problem.get_headers() if pair[0] in _KEPT])
    return answer


@bp.errorhandler(OperationalError)
def _no_database(_problem: Any) -> Response:
    answer = documents.said(_("The records cannot be reached"), 503)
    answer.headers["Retry-After"] = "30"
    return answer


def _note_a_wrong_secret() -> None:
    """Like a wrong password at the door: whose name it came with, and nothing that was typed."""
    given = request.authorization
    if given is None or given.type != "basic":
        return
    named = sa.select(UserAccount.id).where(UserAccount.username == (given.username or "").lower())
    knocks.note(DoorAct.WRONG_PASSWORD, db.session.scalar(named))
