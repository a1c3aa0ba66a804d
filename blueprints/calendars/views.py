"""The addresses of a court's calendar: giving one out, which shows it once, and revoking."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.calendars import bp
from blueprints.fields import LineField
from blueprints.forms import ActForm, Form, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from tracker.actions import calendar_addresses as acts
from tracker.permissions import Permission
from tracker.queries import calendar_addresses as queries


class IssueForm(Form):
    """Whose calendar it is for."""

    name = LineField(
        _l("Whose calendar is it for?"),
        most=80,
        required=_l("Say whose calendar it is for"),
        hint=_l("Such as: the judge's telephone. By it you find the address again when it must be revoked."),
    )


@bp.get("/")
@requires(Permission.COURT_DOCKET)
def index() -> ResponseReturnValue:
    """The addresses that open something, and when a calendar last asked."""
    return render_template("calendars/index.html", addresses=queries.of_court(viewer=signed_in()))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.COURT_DOCKET, fresh=True)
def issue() -> ResponseReturnValue:
    """A new address; it stands on this answer, and nowhere ever again."""
    form = IssueForm()
    if form.submitted():
        with kept(form):
            token = acts.issue(actor=signed_in(), name=form.name.data)
            return render_template(
                "calendars/address.html", address=url_for("calendars.feed", token=token, _external=True)
            )
    return form_page("calendars/issue.html", form)


@bp.post("/<int(max=2147483647):address_id>/revoke")
@requires(Permission.COURT_DOCKET)
def revoke(address_id: int) -> ResponseReturnValue:
    """The address opens nothing any more."""
    require_token_only(ActForm())
    acts.revoke(address_id, actor=signed_in())
    return done(_("The address opens nothing any more."), url_for("calendars.index"))
