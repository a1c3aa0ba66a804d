"""What a person is told when something is refused or fails: one table from a domain's refusal to a status."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, TooManyRequests

from blueprints import problems
from blueprints.i18n import _, direction, language, ngettext, said
from tracker import errors

log = logging.getLogger(__name__)

_KEPT = frozenset({"Allow", "Retry-After", "WWW-Authenticate"})

STATUS: dict[type[errors.Refusal], int] = {
    errors.NotFound: 404,
    errors.NotPermitted: 403,
    errors.StepRefused: 409,
    errors.OutOfDate: 409,
    errors.NoConsent: 409,
    errors.ConflictOfInterest: 409,
    errors.NotSafe: 409,
    errors.BadInput: 422,
    errors.Mistyped: 422,
    errors.TooMany: 429,
}


def status_of(refusal: errors.Refusal) -> int:
    """The status of a refusal; one that the table does not know is a fault of ours (500)."""
    return next((STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS), 500)


def out_of_date() -> str:
    """The sentence for a change that came second and carries no sentence of its own."""
    return _("Somebody else has changed this since you opened it. Read it again before you go on.")


def init_app(app: Flask) -> None:
    """Give `app` its pages for refusals, for what the web refuses, and for faults."""
    app.register_error_handler(errors.Refusal, _refused)
    app.register_error_handler(StaleDataError, _second)
    app.register_error_handler(HTTPException, by_the_web)
    app.register_error_handler(OperationalError, _no_database)


def _refused(refusal: errors.Refusal) -> ResponseReturnValue:
    status = status_of(refusal)
    if status >= 500:
        raise refusal  # no page was written for it: a fault, logged as one
    if problems.asked():
        return _problem(refusal, status)
    return _page(status, said(refusal.sentence) or usual(status))


def _problem(refusal: errors.Refusal, status: int) -> ResponseReturnValue:
    if isinstance(refusal, errors.BadInput):
        return problems.answer(status, fields=problems.of_fields(refusal.sentences))
    if isinstance(refusal, errors.OutOfDate) and problems.conditional():
        return problems.answer(412)
    later = [("Retry-After", "60")] if isinstance(refusal, errors.TooMany) else []
    return problems.answer(status, said(refusal.sentence), headers=later)


def _second(_stale: StaleDataError) -> ResponseReturnValue:
    if problems.asked():
        return problems.answer(412 if problems.conditional() else 409)
    return _page(409, out_of_date())


def by_the_web(problem: HTTPException) -> ResponseReturnValue:
    """The page for what the web refuses."""
    status = problem.code or 500
    if problem.response is not None or status < 400:
        return problem
    if status >= 500:
        return _by_us(problem)
    kept = [(name, value) for name, value in problem.get_headers() if name in _KEPT]
    if problems.asked():
        return problems.answer(status, _wait(problem), fields=_fields(problem), headers=kept)
    return (*_page(status, _wait(problem) or usual(status)), kept)


def _fields(problem: HTTPException) -> dict[str, list[str]]:
    """What a schema found wrong with each field (webargs hands it on with the refusal), by pointer."""
    messages: Mapping[str, Any] = (getattr(problem, "data", None) or {}).get("messages", {})
    return {pointer: its for told in messages.values() for pointer, its in problems.pointed(told)}


def _wait(problem: HTTPException) -> str:
    """When somebody who tried too often may try again; "" for every other problem."""
    seconds = getattr(problem, "retry_after", None)
    return too_often(seconds) if isinstance(problem, TooManyRequests) and seconds else ""


def _page(status: int, sentence: str) -> tuple[str, int]:
    return render_template("errors/refused.html", title=_heading(status), sentence=sentence), status


def _by_us(problem: HTTPException) -> ResponseReturnValue:
    """A fault, which Flask has logged; one that only shows at the commit comes here as well."""
    cause = getattr(problem, "original_exception", None)
    if isinstance(cause, OperationalError):
        return _no_database(cause)
    return problems.answer(500) if problems.asked() else (_static_page(500), 500)


def _no_database(problem: OperationalError) -> ResponseReturnValue:
    log.error("The database did not answer: %s", problem.orig)
    return unavailable()


def unavailable() -> Response:
    """The answer while the records cannot be reached, or cannot be written."""
    if problems.asked():
        return problems.answer(503, headers=[("Retry-After", "30")])
    return current_app.make_response((_static_page(503), 503, {"Retry-After": "30"}))


def _static_page(status: int) -> str:
    """A page that asks nothing of the database, the session or who is signed in: no context is filled in."""
    heading, sentence = {
        500: (
            _("Something failed on our side"),
            _(
                "What you just sent was not kept. Go back and try again; if it fails again, tell your administrator."
            ),
        ),
        503: (
            _("The records cannot be reached"),
            _("What you just sent was not kept. Wait half a minute, go back and send it again."),
        ),
    }[status]
    page = current_app.jinja_env.get_template("errors/static.html")
    return page.render(heading=heading, sentence=sentence, language=language(), direction=direction())


def _heading(status: int) -> str:
    headings = {
        400: _("This could not be read"),
        401: _("Please sign in"),
        403: _("Your role does not open this"),
        404: _("Not found"),
        405: _("This cannot be done here"),
        409: _("This was not done"),
        413: _("Too much at once"),
        422: _("Something in this is not right"),
        429: _("Too many tries"),
    }
    return headings.get(status) or _("This could not be done")


def usual(status: int) -> str:
    """What a person is told of a status where nothing more is known."""
    sentences = {
        400: _(
            "The page you sent had grown old or was incomplete. Go back, load the page again and send it once more."
        ),
        401: _(
            "You have been signed out, perhaps because nothing happened for half an hour. Sign in and try again."
        ),
        403: _(
            "Your role here does not allow this. If it should, ask the administrator of your institution."
        ),
        404: _("There is nothing at this address that you may see. Check the reference, letter by letter."),
        405: _("This address takes no such request. Go back to the page you came from."),
        413: _("What you sent is too large. Make it smaller and send it again."),
        429: _("Too many tries in a short time. Wait a few minutes, then try again."),
    }
    return sentences.get(status) or _("Go back to the page you came from and try again.")


def too_often(seconds: int) -> str:
    """What somebody who tried too often is told: to wait, and how long."""
    return ngettext(
        "Too many tries in a short time. Try again in %(num)s minute.",
        "Too many tries in a short time. Try again in %(num)s minutes.",
        -(-seconds // 60),
    )


def handled(refusal: Any) -> bool:
    """Whether a form page can answer this itself: what was typed is kept, and the sentence shown above it."""
    return isinstance(refusal, StaleDataError) or (
        isinstance(refusal, errors.Refusal) and status_of(refusal) in {409, 422}
    )
