"""Leaving quickly: somebody comes into the room. One tap, or Escape twice, and the screen shows nothing of this."""

import calendar

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import guards, sessions, times
from blueprints.account import bp
from blueprints.guards import csrf, public
from blueprints.security import LEFT, clear
from tracker import clock


@bp.post("/leave")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def leave() -> ResponseReturnValue:
    """End the session, empty what the browser kept, and go on to a page that tells nothing.

    It works also from a page whose token has grown old: who presses it has no second try. Another site's post comes
    without the cookie (SameSite): it ends nothing, and empties nothing.
    """
    answer = redirect(url_for("account.left"), 303)
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return answer
    if (found := guards.visitor()) is not None:
        sessions.end(found.row)
    guards.forget()
    return clear(answer, LEFT)


@bp.get("/left")
@public
def left() -> ResponseReturnValue:
    """A calendar of this month, without the name of this site; or straight on to where the installation says."""
    today = clock.day_of(clock.now(), times.zone())
    return render_template(
        "account/left.html",
        onward=current_app.extensions["tracker"].leave_to,
        today=today,
        weeks=calendar.Calendar().monthdayscalendar(today.year, today.month),
    )
