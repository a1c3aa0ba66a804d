"""Store and forward: to a witness without a network a request goes on a stick or as a code, and a line comes back."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import proofs, signing
from blueprints.fields import NarrativeField
from blueprints.forms import Form, done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.log import bp, pages
from blueprints.paper import QrCode
from tracker.actions import witnessing
from tracker.db import db
from tracker.errors import BadInput, BadSetting, NotFound, say
from tracker.ledger import witnesses
from tracker.log.policy import Policy
from tracker.permissions import Permission


class TakeCosignatureForm(Form):
    """What a witness gave back."""

    line = NarrativeField(
        _l("The line that the witness gave back"),
        required=_l("Paste the line that the witness gave back"),
        hint=_l("It begins with a dash and the name of the witness. Line breaks do no harm."),
    )


@bp.route("/witnessing", methods=["GET", "POST"])
@requires(Permission.LOG_WITNESS, fresh_to_send=True)
def witness_by_hand() -> ResponseReturnValue:
    """Each witness with what it saw last and the request for it; and the form for its answer."""
    signing.sign()
    form, rules = TakeCosignatureForm(), _rules()
    if form.submitted():
        with kept(form):
            if rules is None:
                raise BadInput(
                    line=say("No witnesses are named, so none is known. An administrator names them.")
                )
            size = witnessing.take(form.line.data, rules, actor=signed_in())
            sentence = _(
                "The witness's signature stands under the checkpoint of %(size)s entries.", size=size
            )
            return done(sentence, url_for("log.witness_by_hand"))
    quorum = signing.quorum() if rules else None
    return form_page(
        "log/witnessing.html",
        form,
        quorum=quorum,
        columns=pages.WITNESS_COLUMNS,
        rows=pages.request_rows(quorum) if quorum else [],
    )


@bp.get("/witnessing/request")
@requires(Permission.LOG_WITNESS)
def witness_request() -> ResponseReturnValue:
    """The request for one witness, as text and as a code; `from` is the size that it says it saw last."""
    name, old, body = _request()
    return render_template(
        "log/request.html", name=name, old=old, body=body.decode("utf-8"), code=QrCode.of_bytes(body)
    )


@bp.get("/witnessing/request/text")
@requires(Permission.LOG_WITNESS)
def witness_request_text() -> ResponseReturnValue:
    """The same as a file."""
    _name, _old, body = _request()
    return proofs.as_file(body, "request.txt")


def _request() -> tuple[str, int, bytes]:
    """For whom, from which size on, and the request itself."""
    name, rules = request.args.get("witness", ""), _rules()
    if rules is None or name not in rules.witnesses:
        raise NotFound(say("The policy names no such witness."))
    asked = request.args.get("from", "")
    if asked and not (asked.isdecimal() and len(asked) < 10):
        raise BadInput(old=say("Enter the number of entries that the witness saw last."))
    old = int(asked) if asked else witnesses.last_seen(db.session.connection(), rules.witnesses[name])
    return name, old, witnesses.request(signing.store(), old).encode()


def _rules() -> Policy | None:
    try:
        return signing.policy()
    except BadSetting:
        return None
