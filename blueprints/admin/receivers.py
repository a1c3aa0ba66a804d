"""Receivers: systems of institutions that are told when something changes; their secrets, what became of the calls."""

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import words
from blueprints.admin import bp
from blueprints.admin.forms import AddReceiverForm, ChooseTopicsForm
from blueprints.forms import ActForm, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row, Tag
from blueprints.times import moment
from tracker import webhooks
from tracker.actions import receivers as acts
from tracker.models import CallFailure, Receiver, SendingState
from tracker.permissions import Permission
from tracker.queries import people
from tracker.queries import receivers as queries

COLUMNS = (Column(_l("Institution")), Column(_l("State"), "tag"), Column(_l("Host"), "name"))
FAILURES = {
    CallFailure.NOT_ALLOWED: _l("The host is not allowed, or lies in a private network"),
    CallFailure.UNREACHABLE: _l("The system could not be reached"),
    CallFailure.UNSAFE: _l("The system could not prove who it is"),
    CallFailure.TOO_SLOW: _l("The system did not answer in time"),
    CallFailure.REFUSED: _l("The system refused the call"),
    CallFailure.GONE: _l("The system says that it is gone"),
    CallFailure.NO_SECRET: _l("The secret could not be read"),
}
STATES = {
    SendingState.WAITING: (_l("Waiting"), "waiting"),
    SendingState.SENDING: (_l("Tried again"), "late"),
    SendingState.DELIVERED: (_l("Delivered"), "good"),
    SendingState.GIVEN_UP: (_l("Given up"), "stopped"),
}


@bp.get("/receivers")
@requires(Permission.INSTITUTION_MANAGE)
def receivers() -> ResponseReturnValue:
    """Every system that is told, or was."""
    return render_template(
        "admin/receivers.html",
        columns=COLUMNS,
        rows=[
            Row(
                url_for("admin.receiver", receiver_id=one.id), (one.institution.name, _state(one), _host(one))
            )
            for one in queries.receivers(viewer=signed_in())
        ],
        allowed=bool(current_app.extensions["tracker"].webhook_origins),
    )


@bp.route("/receivers/new", methods=["GET", "POST"])
@requires(Permission.INSTITUTION_MANAGE, fresh=True)
def add_receiver() -> ResponseReturnValue:
    """A new one. Its secret is shown on the answer, and nowhere ever again."""
    form = AddReceiverForm()
    form.institution_id.offer((str(number), name) for number, name in people.workplaces(viewer=signed_in()))
    if form.submitted():
        with kept(form):
            added, secret = acts.register(
                actor=signed_in(),
                institution_id=int(form.institution_id.data),
                address=form.address.data,
                topics=form.topics.data,
                allowed=current_app.extensions["tracker"].webhook_origins,
            )
            return _shown_once(added, secret)
    return form_page("admin/add_receiver.html", form)


@bp.route("/receivers/<int(max=2147483647):receiver_id>", methods=["GET", "POST"])
@requires(Permission.INSTITUTION_MANAGE, fresh_to_send=True)
def receiver(receiver_id: int) -> ResponseReturnValue:
    """One of them: of what it is told, and what became of the calls."""
    found = _found(receiver_id)
    form = ChooseTopicsForm(topics=[one.topic for one in found.topics])
    if form.submitted():
        with kept(form):
            acts.choose(found, actor=signed_in(), **form.values())
            return done(_("It is kept."), _page_of(receiver_id))
    return form_page(
        "admin/receiver.html",
        form,
        receiver=found,
        facts=_facts(found),
        replaced=[one.ends_at for one in found.secrets if one.ends_at],
        rows=[_row(row) for row in queries.announcements(found, viewer=signed_in())],
    )


@bp.post("/receivers/<int(max=2147483647):receiver_id>/secret")
@requires(Permission.INSTITUTION_MANAGE, fresh=True)
def replace_receiver_secret(receiver_id: int) -> ResponseReturnValue:
    """A new secret, shown on this answer, and nowhere ever again."""
    require_token_only(ActForm())
    found = _found(receiver_id)
    return _shown_once(found, acts.replace_secret(found, actor=signed_in()))


@bp.post("/receivers/<int(max=2147483647):receiver_id>/secret/end")
@requires(Permission.INSTITUTION_MANAGE, fresh=True)
def end_receiver_secrets(receiver_id: int) -> ResponseReturnValue:
    """Sign no more with the secret that was replaced."""
    require_token_only(ActForm())
    acts.end_old_secrets(_found(receiver_id), actor=signed_in())
    return done(_("The old secret signs nothing any more."), _page_of(receiver_id))


@bp.post("/receivers/<int(max=2147483647):receiver_id>/disable")
@requires(Permission.INSTITUTION_MANAGE, fresh=True)
def disable_receiver(receiver_id: int) -> ResponseReturnValue:
    """Call it no more."""
    require_token_only(ActForm())
    acts.disable(_found(receiver_id), actor=signed_in())
    return done(_("The receiver is disabled."), _page_of(receiver_id))


@bp.post("/receivers/<int(max=2147483647):receiver_id>/enable")
@requires(Permission.INSTITUTION_MANAGE, fresh=True)
def enable_receiver(receiver_id: int) -> ResponseReturnValue:
    """Call it again."""
    require_token_only(ActForm())
    acts.enable(_found(receiver_id), actor=signed_in())
    return done(_("The receiver is enabled. It is told of what changes from now on."), _page_of(receiver_id))


@bp.post("/receivers/<int(max=2147483647):receiver_id>/try")
@requires(Permission.INSTITUTION_MANAGE)
def try_receiver(receiver_id: int) -> ResponseReturnValue:
    """Call it once for nothing."""
    require_token_only(ActForm())
    acts.try_out(_found(receiver_id), actor=signed_in())
    return done(_("It is called within a minute. Read this page again then."), _page_of(receiver_id))


@bp.post("/receivers/<int(max=2147483647):receiver_id>/calls/<int(max=2147483647):announcement_id>/again")
@requires(Permission.INSTITUTION_MANAGE)
def call_again(receiver_id: int, announcement_id: int) -> ResponseReturnValue:
    """Send once more what was given up, or taken and lost there."""
    require_token_only(ActForm())
    acts.send_again(
        queries.announcement(announcement_id, of=_found(receiver_id), viewer=signed_in()), actor=signed_in()
    )
    return done(_("It is called within a minute. Read this page again then."), _page_of(receiver_id))


def _found(receiver_id: int) -> Receiver:
    return queries.receiver(receiver_id, viewer=signed_in())


def _page_of(receiver_id: int) -> str:
    return url_for("admin.receiver", receiver_id=receiver_id)


def _shown_once(receiver: Receiver, secret: str) -> str:
    return render_template("admin/receiver_secret.html", receiver=receiver, secret=secret)


def _host(receiver: Receiver) -> str:
    return (webhooks.origin_of(receiver.address) or "").removesuffix(":443")


def _state(receiver: Receiver) -> Tag:
    if receiver.disabled_at is not None:
        return Tag(_("disabled"), "stopped")
    return Tag(_("fails"), "late") if receiver.failing_since else Tag(_("active"), "good")


def _facts(receiver: Receiver) -> list[tuple[str, str | None]]:
    return [
        (_("State"), _state(receiver).label),
        (_("Address"), receiver.address),
        (_("Since"), moment(receiver.made_at)),
        (_("Added by"), receiver.made_by.full_name),
        (_("Takes no call since"), moment(receiver.failing_since) if receiver.failing_since else None),
    ]


def _row(row: queries.AnnouncementRow) -> dict[str, object]:
    label, tone = STATES[row.state]
    return {
        "id": row.id,
        "key": row.key,
        "topic": words.label(row.topic),
        "tag": Tag(str(label), tone),
        "why": FAILURES[row.failure] if row.failure else "",
        "since": moment(row.created_at),
        "again": row.state in (SendingState.DELIVERED, SendingState.GIVEN_UP),
    }
