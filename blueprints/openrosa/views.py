"""The addresses that OpenRosa clients know: the forms, the lists that come with them, and where they are sent to."""

from collections.abc import Mapping

from flask import Response, abort, current_app, make_response, request
from flask.typing import ResponseReturnValue

from blueprints.guards import signed_in
from blueprints.marks import opened_by_token
from blueprints.openrosa import bp, documents, sentences, xforms
from blueprints.openrosa.door import LARGEST
from blueprints.openrosa.xforms import Served
from blueprints.uploading import takes_files
from tracker.actions import field_forms as acts
from tracker.actions.field_files import Keeping
from tracker.errors import BadInput, say
from tracker.intake import field_forms as intake
from tracker.permissions import Permission, Scope
from tracker.vocabulary import FormKind

FORM_PART = "xml_submission_file"

_for_phones = opened_by_token(Scope.FORMS_FILL, Permission.ALERT_HANDLE, Permission.CASE_REGISTER, basic=True)


@bp.get("/formList")
@_for_phones
def form_list() -> ResponseReturnValue:
    """The forms that this person may fill in; `?formID=`: that one alone."""
    wanted = request.args.get("formID")
    viewer = signed_in()
    found = [kind for kind in xforms.open_to(viewer) if wanted in {None, documents.form_id(kind)}]
    return documents.form_list(xforms.served(kind, viewer) for kind in found)


@bp.get("/forms/<string:kind>")
@_for_phones
def form(kind: str) -> ResponseReturnValue:
    """A form."""
    return Response(_served(kind).xml, content_type=documents.XML)


@bp.get("/forms/<string:kind>/manifest")
@_for_phones
def manifest(kind: str) -> ResponseReturnValue:
    """The lists that belong to a form."""
    return documents.manifest(_served(kind))


@bp.get("/forms/<string:kind>/<string:name>")
@_for_phones
def media(kind: str, name: str) -> ResponseReturnValue:
    """One of the lists."""
    found = _served(kind).media.get(f"{name}.csv")
    return Response(found, content_type="text/csv; charset=utf-8") if found is not None else abort(404)


@bp.route("/submission", methods=["HEAD"])
@_for_phones
def before_sending() -> ResponseReturnValue:
    """Where to send to, and how much at once."""
    answer = make_response("", 204)
    answer.headers["Location"] = documents.address("openrosa.submission")
    return answer


@bp.post("/submission")
@takes_files(LARGEST)
@_for_phones
def submission() -> ResponseReturnValue:
    """Takes a form, with the files that came along; the rest of its files may follow under the same number."""
    sent = request.files.get(FORM_PART)
    data = sent.stream.read() if sent is not None else request.form.get(FORM_PART, "").encode()
    if not data:
        raise BadInput(form=say("There is no form in what was sent (xml_submission_file)."))
    viewer, settings = signed_in(), current_app.extensions["tracker"]
    keeping = Keeping(settings.attachments_dir, settings.scanner)
    taken, _first = acts.take(intake.read(data), _files(), actor=viewer, keeping=keeping)
    return documents.said(sentences.of(taken, viewer=viewer), 201)


def _files() -> Mapping[str, bytes]:
    """What came beside the form, by the name under which the form speaks of it."""
    sent = ((name, file) for name, file in request.files.items(multi=True) if name != FORM_PART)
    return {file.filename or name: file.stream.read() for name, file in sent}


def _served(kind: str) -> Served:
    viewer = signed_in()
    if kind not in xforms.open_to(viewer):
        abort(404)
    return xforms.served(FormKind(kind), viewer)
