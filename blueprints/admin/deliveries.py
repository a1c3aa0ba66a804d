"""Deliveries: which mails have not arrived, and why. No address stands here, and nothing of what they are about."""

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.admin import bp
from blueprints.forms import ActForm, done, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Tag
from blueprints.times import moment
from tracker.actions import mails
from tracker.models import MailFailure, MailKind, SendingState
from tracker.permissions import Permission
from tracker.queries import deliveries as queries

KINDS = {
    MailKind.NEWS: _l("New item"),
    MailKind.ACCOUNT: _l("Account changed"),
    MailKind.CONFIRM_ADDRESS: _l("Address to confirm"),
    MailKind.INVITATION: _l("Invitation"),
    MailKind.RESET: _l("New password"),
}
FAILURES = {
    MailFailure.UNREACHABLE: _l("The mail server could not be reached"),
    MailFailure.UNSAFE: _l("The mail server offers no safe connection"),
    MailFailure.NOT_SIGNED_IN: _l("The mail server refused our name or password"),
    MailFailure.ADDRESS_REFUSED: _l("The mail server refused the address"),
    MailFailure.REFUSED: _l("The mail server refused the mail"),
    MailFailure.NO_ADDRESS: _l("The address could not be read"),
}


@bp.get("/deliveries")
@requires(Permission.PEOPLE_MANAGE)
def deliveries() -> ResponseReturnValue:
    """How many mails stand where, and each one that has not arrived."""
    viewer = signed_in()
    counted = queries.counted(viewer=viewer)
    waiting = counted.get(SendingState.WAITING, 0) + counted.get(SendingState.SENDING, 0)
    return render_template(
        "admin/deliveries.html",
        configured=current_app.extensions["tracker"].mail is not None,
        facts=[
            (_("Waiting"), waiting),
            (_("Delivered"), counted.get(SendingState.DELIVERED, 0)),
            (_("Given up"), counted.get(SendingState.GIVEN_UP, 0)),
        ],
        rows=[_row(row) for row in queries.undelivered(viewer=viewer)],
    )


@bp.post("/deliveries/<int(max=2147483647):mail_id>/retry")
@requires(Permission.PEOPLE_MANAGE)
def retry_delivery(mail_id: int) -> ResponseReturnValue:
    """Try a mail again that was given up."""
    require_token_only(ActForm())
    mails.retry(queries.mail(mail_id, viewer=signed_in()), actor=signed_in())
    return done(_("The mail is tried again."), url_for("admin.deliveries"))


def _row(row: queries.DeliveryRow) -> dict[str, object]:
    given_up = row.state is SendingState.GIVEN_UP
    return {
        "id": row.id,
        "person": row.person,
        "href": url_for("admin.person", person_id=row.person_id),
        "kind": KINDS[row.kind],
        "tag": Tag(_("Given up"), "stopped") if given_up else Tag(_("Waiting")),
        "why": FAILURES[row.failure] if row.failure else "",
        "since": moment(row.created_at),
        "given_up": given_up,
    }
