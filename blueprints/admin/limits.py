"""The time limits of the procedure in force; those that quote a law are confirmed by name."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from blueprints import limits as words_of_limits
from blueprints.admin import bp
from blueprints.forms import Form, done, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker import mission
from tracker.actions import clocks
from tracker.permissions import Permission
from tracker.queries import limits as queries


class ConfirmLimitForm(Form):
    """The limit that the person read, so that no other is confirmed."""

    hours = HiddenField()


@bp.get("/limits")
@requires(Permission.INSTITUTION_MANAGE)
def limits() -> ResponseReturnValue:
    """Every limit with what it rests on, and whether it is confirmed."""
    rows = [words_of_limits.row(limit) for limit in queries.limits(viewer=signed_in())]
    return render_template(
        "admin/limits.html",
        waiting=[row for row in rows if not row.confirmed],
        confirmed=[row for row in rows if row.confirmed],
        version=mission.current().procedure.version,
    )


@bp.post("/limits/<string(maxlength=40):code>/confirm")
@requires(Permission.INSTITUTION_MANAGE, fresh=True)
def confirm_limit(code: str) -> ResponseReturnValue:
    """Put one's name to a limit."""
    form = ConfirmLimitForm()
    require_token_only(form)
    typed = form.hours.data or ""
    clocks.confirm(code, actor=signed_in(), hours=int(typed) if typed.isdecimal() and len(typed) < 6 else -1)
    return done(_("The limit is confirmed, with your name and today's date."), url_for("admin.limits"))
