"""The own phones: each with a secret of its own, which fetches forms, sends them, and opens nothing else."""

import base64
import json
import zlib

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import queues, scopes, sent_forms, words
from blueprints.account import bp
from blueprints.account.forms import AddPhoneForm
from blueprints.forms import ActForm, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.paper import QrCode
from tracker.actions import field_forms
from tracker.actions import tokens as acts
from tracker.db import db
from tracker.models import UserAccount
from tracker.permissions import Permission, Scope
from tracker.queries import field_forms as form_queries
from tracker.queries import tokens as queries

MAY = (Permission.ALERT_HANDLE, Permission.CASE_REGISTER)
"""Who fills in forms on a phone: whoever may do the same on a page."""


@bp.get("/account/phones")
@requires(*MAY)
def phones() -> ResponseReturnValue:
    """The phones that open something, and how another one is set up."""
    mine = [one for one in queries.own(viewer=signed_in()) if Scope.FORMS_FILL in one.scopes]
    return render_template("account/phones.html", phones=mine, opens=scopes.of, role_label=words.label)


@bp.route("/account/phones/new", methods=["GET", "POST"])
@requires(*MAY, fresh=True)
def add_phone() -> ResponseReturnValue:
    """A secret for one more phone; it stands on this answer, and nowhere ever again."""
    form, viewer = AddPhoneForm(), signed_in()
    if form.submitted():
        with kept(form):
            secret = acts.issue(
                actor=viewer, name=form.name.data, scopes=[Scope.FORMS_FILL], days=int(form.days.data)
            )
            username = db.session.get_one(UserAccount, viewer.user_id).username
            code = QrCode.of_bytes(collect_settings(_server(), username, secret))
            return render_template(
                "account/phone.html", server=_server(), username=username, secret=secret, code=code
            )
    return form_page("account/add_phone.html", form, acting=viewer, role_label=words.label)


@bp.post("/account/phones/<int(max=2147483647):token_id>/revoke")
@requires(*MAY)
def revoke_phone(token_id: int) -> ResponseReturnValue:
    """The phone fetches and sends nothing any more."""
    require_token_only(ActForm())
    acts.revoke(token_id, actor=signed_in())
    return done(_("This phone opens nothing any more."), url_for("account.phones"))


@bp.get("/account/phones/forms")
@requires(*MAY)
def forms_sent() -> ResponseReturnValue:
    """What the person sent by phone, what came of it, and what is left to do."""
    viewer, at = signed_in(), queues.turn()
    page = form_queries.sent(viewer=viewer, after=at.after, before=at.before)
    return render_template(
        "account/forms_sent.html", forms=[sent_forms.line(one) for one in page.rows], pages=queues.pages(page)
    )


@bp.post("/account/phones/forms/<int(max=2147483647):form_id>/seen")
@requires(*MAY)
def see_to_form(form_id: int) -> ResponseReturnValue:
    """The person has seen to what was left."""
    require_token_only(ActForm())
    found = form_queries.find(form_id, viewer=signed_in())
    field_forms.look_at(found, actor=signed_in())
    return done(_("It is noted that you have seen to it."), url_for("account.forms_sent"))


def collect_settings(server: str, username: str, secret: str) -> bytes:
    """What ODK Collect and KoboCollect read from a code (docs.getodk.org/collect-import-export): the server, and that a
    form is sent as soon as there is a network and then deleted from the phone. Its name gives nothing away.
    """
    general = {
        "protocol": "odk_default",
        "server_url": server,
        "username": username,
        "password": secret,
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
        "delete_send": True,
        "analytics": False,
    }
    project = {"name": _("Forms"), "icon": "F", "color": "#3e6b89"}
    told = json.dumps({"general": general, "admin": {}, "project": project}, separators=(",", ":"))
    return base64.b64encode(zlib.compress(told.encode(), 9))


def _server() -> str:
    public = current_app.extensions["tracker"].public_url or request.host_url.rstrip("/")
    return f"{public}/openrosa"
