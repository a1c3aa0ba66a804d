"""The files on a case: the list, adding one, and having one as a download."""

from pathlib import Path

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from blueprints import throttle, words
from blueprints.cases import bp, ways
from blueprints.downloads import named
from blueprints.fields import ChoiceField, FileField
from blueprints.forms import Form, done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row
from blueprints.times import moment
from blueprints.uploading import takes_files
from tracker.actions import attachments as acts
from tracker.intake import uploads
from tracker.permissions import Permission
from tracker.queries import attachments as queries
from tracker.queries import cases
from tracker.queries.attachments import AttachmentRow
from tracker.vocabulary import AttachmentState, DataClass

COLUMNS = (
    Column(_l("File")),
    Column(_l("State"), "text"),
    Column(_l("What it tells about"), "name"),
    Column(_l("Size"), "number"),
    Column(_l("Added by"), "name"),
    Column(_l("When"), "name"),
)
_SANDBOX = "default-src 'none'; sandbox"


class AttachForm(Form):
    """One file, and what a survivor decides about when they decide about sharing it."""

    enctype = "multipart/form-data"
    file = FileField(
        _l("File"),
        required=_l("Choose a file"),
        hint=_l(
            "PDF, JPEG, PNG, DOCX, M4A or OGG, at most 10 MB. Pictures lose the place where they were taken."
        ),
    )
    data_class = ChoiceField(
        _l("What does it tell about?"),
        kind=DataClass,
        choices=lambda: words.choices(DataClass),
        required=_l("Choose what it tells about"),
        hint=_l("Others have it only if the survivor agreed to share that."),
    )


@bp.get("/<string:reference>/files")
@requires(Permission.CASE_READ)
def files(reference: str) -> ResponseReturnValue:
    """The files that this person may have."""
    file, rows = queries.attachments(reference, viewer=signed_in())
    base = ways.case(file.case.reference)
    return render_template(
        "cases/files.html",
        reference=file.case.reference,
        back=base,
        add="" if file.emergency_ends_at else f"{base}/files/new",
        columns=COLUMNS,
        rows=[_row(one, base) for one in rows],
    )


@bp.route("/<string:reference>/files/new", methods=["GET", "POST"])
@takes_files(uploads.LARGEST)
@requires(Permission.CASE_ATTACH)
def attach(reference: str) -> ResponseReturnValue:
    """Adds a file."""
    viewer = signed_in()
    case = cases.find(reference, viewer=viewer)
    form, settings = AttachForm(), current_app.extensions["tracker"]
    if form.submitted():
        sent: FileStorage = form.file.data
        with kept(form):
            acts.attach(
                case,
                actor=viewer,
                title=sent.filename or "",
                data=sent.stream.read(),
                data_class=form.data_class.data,
                folder=settings.attachments_dir,
                scanner=settings.scanner,
            )
            return done(_("The file is added."), url_for("cases.files", reference=reference))
    return form_page("cases/attach.html", form, back=ways.case(case.reference) + "/files")


@bp.get("/<string:reference>/files/<int(max=2147483647):attachment_id>")
@requires(Permission.CASE_READ)
@throttle.limited(throttle.EXPORT)
def download(reference: str, attachment_id: int) -> ResponseReturnValue:
    """One file, to be saved and never to be shown by the browser."""
    folder: Path = current_app.extensions["tracker"].attachments_dir
    found = queries.download(reference, attachment_id, folder, viewer=signed_in())
    answer = Response(found.data, content_type=uploads.MEDIA_TYPES[found.kind])
    answer.headers["Content-Disposition"] = named(found.title)
    answer.headers["Content-Security-Policy"] = _SANDBOX
    return answer


def _row(one: AttachmentRow, base: str) -> Row:
    given = one.state in queries.GIVEN_OUT
    cells = (
        one.title or _("Erased"),
        words.label(one.state) if one.state is not AttachmentState.KEPT else "",
        words.label(one.data_class),
        _("%(number)s kB", number=f"{max(1, one.size // 1000):,}"),
        f"{one.added_by} · {one.institution}",
        moment(one.added_at),
    )
    return Row(f"{base}/files/{one.id}" if given else "", cells)
