"""The way of a list: brought, its columns confirmed, looked through, taken in by the worker while its owner waits."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from blueprints import throttle
from blueprints.forms import ActForm, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.imports import bp, pages
from blueprints.imports.forms import BringForm, chosen, columns_form
from blueprints.lexicon import lexicon
from blueprints.uploading import takes_files
from tracker.actions import sheet_work, sheets, taking_in
from tracker.intake import sheet_columns, sheet_files, sheet_reading
from tracker.models import SheetImport
from tracker.queries import sheets as queries
from tracker.vocabulary import SheetState

MAY = tuple(sorted(taking_in.PERMISSIONS))
"""Who takes in lists: those who may do by hand what some kind of list says."""

RELOAD_SECONDS = 10
_AT_ONCE = 40
"""So many rows are looked through before the page is answered: most lists need no more, and nobody waits."""


@bp.get("/")
@requires(*MAY)
def index() -> ResponseReturnValue:
    """The lists that this person brought lately, and a template for each kind."""
    kinds = taking_in.kinds_for(actor=signed_in())
    return render_template(
        "imports/index.html",
        columns=pages.LIST_COLUMNS,
        rows=pages.lists(queries.own(viewer=signed_in())),
        templates=[(pages.kind_label(kind), url_for("imports.template", kind=kind.value)) for kind in kinds],
    )


@bp.route("/new", methods=["GET", "POST"])
@takes_files(sheet_files.LARGEST)
@requires(*MAY)
def bring() -> ResponseReturnValue:
    """Bring a list; nothing is taken in yet."""
    form = BringForm()
    kinds = taking_in.kinds_for(actor=signed_in())
    form.kind.offer([(kind.value, pages.kind_label(kind)) for kind in kinds])
    if form.submitted():
        throttle.spend(throttle.LIST)
        sent: FileStorage = form.file.data
        with kept(form):
            brought = sheets.bring(
                form.kind.data,
                sent.stream.read(),
                actor=signed_in(),
                encoding=form.encoding.data or "",
            )
            return redirect(url_for("imports.columns", code=brought.code), 303)
    return form_page("imports/bring.html", form)


@bp.route("/<string(maxlength=22):code>/columns", methods=["GET", "POST"])
@requires(*MAY)
def columns(code: str) -> ResponseReturnValue:
    """Say where each field stands. What was guessed, or chosen last time, is filled in."""
    viewer = signed_in()
    sheet = queries.find(code, viewer=viewer)
    line = _line(sheet)
    heading = sheets.heading_of(sheet, actor=viewer, line=line)
    guessed = sheet.columns if line == sheet.heading else sheet_columns.guessed(heading, sheet.kind, {})
    form = columns_form(sheet.kind, heading, line, guessed)
    if form.submitted():
        with kept(form):
            sheets.choose(sheet, actor=viewer, heading=line, columns=chosen(form, sheet.kind))
            _begin(sheet)
            return redirect(url_for("imports.show", code=code), 303)
    return form_page("imports/columns.html", form, sheet=sheet, lines=pages.other_lines(sheet, line))


@bp.get("/<string(maxlength=22):code>")
@requires(*MAY)
def show(code: str) -> ResponseReturnValue:
    """Where the list stands: how far the worker has come, what would happen, what happened."""
    viewer = signed_in()
    sheet = queries.find(code, viewer=viewer)
    if sheet.state is SheetState.READ:
        return redirect(url_for("imports.columns", code=code))
    answer = make_response(
        render_template(
            "imports/show.html",
            sheet=sheet,
            title=pages.title(sheet),
            facts=pages.facts(sheet),
            groups=pages.groups(sheet, viewer),
            going_on=sheet.state in (SheetState.CHECKING, SheetState.RUNNING),
            left=pages.has_errors(sheet, viewer),
        )
    )
    if sheet.state in (SheetState.CHECKING, SheetState.RUNNING):
        answer.headers["Refresh"] = str(RELOAD_SECONDS)  # also where no script runs
    return answer


@bp.post("/<string(maxlength=22):code>/take-in")
@requires(*MAY, fresh=True)
def take_in(code: str) -> ResponseReturnValue:
    """Let the worker take in what is new."""
    require_token_only(ActForm())
    sheets.confirm(queries.find(code, viewer=signed_in()), actor=signed_in())
    return done(_("The new rows are being taken in. You may leave this page."), _page_of(code))


@bp.post("/<string(maxlength=22):code>/cancel")
@requires(*MAY)
def cancel(code: str) -> ResponseReturnValue:
    """End it; what was taken in stays."""
    require_token_only(ActForm())
    sheets.cancel(queries.find(code, viewer=signed_in()), actor=signed_in())
    return done(_("The list is cancelled, and its rows are forgotten."), _page_of(code))


@bp.post("/<string(maxlength=22):code>/forget")
@requires(*MAY)
def forget(code: str) -> ResponseReturnValue:
    """Forget the rows with errors at once."""
    require_token_only(ActForm())
    sheets.forget(queries.find(code, viewer=signed_in()), actor=signed_in())
    return done(_("The rows with errors are forgotten."), _page_of(code))


def _page_of(code: str) -> str:
    return url_for("imports.show", code=code)


def _line(sheet: SheetImport) -> int:
    """The line that names the columns: as the person says, else as it was guessed."""
    said = request.form.get("line") or request.args.get("line") or ""
    return int(said) if said.isdecimal() and 0 < int(said) <= pages.LINES_OFFERED else sheet.heading


def _begin(sheet: SheetImport) -> None:
    """Looks through the first rows at once; the worker goes on with the others."""
    if sheet.total <= _AT_ONCE:
        known = sheet_reading.setting(lexicon())
        while sheet.state is SheetState.CHECKING:
            sheet_work.go_on(sheet, known, most=_AT_ONCE)
