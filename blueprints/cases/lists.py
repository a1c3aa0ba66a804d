"""Lists of cases, and finding one by its reference."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import queues, throttle, words
from blueprints.cases import bp, ways
from blueprints.cases.forms import FindForm, SearchForm
from blueprints.forms import form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _, said
from blueprints.shapes import Column, Filter, Row
from blueprints.times import clock_of, day
from tracker.errors import NotFound
from tracker.models import NO_LIMIT
from tracker.permissions import Permission
from tracker.queries import cases
from tracker.queries.cases import CaseRow
from tracker.queries.search import MOST, by_person


@bp.get("/")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """The cases that this person may know of, the newest first; open ones, or closed ones."""
    closed = request.args.get("show") == "closed"
    at = queues.turn()
    found = cases.case_list(viewer=signed_in(), closed=closed, after=at.after, before=at.before)
    here = url_for("cases.index")
    return render_template(
        "cases/index.html",
        closed=closed,
        columns=_columns(closed=closed),
        rows=[_row(case, here, closed=closed) for case in found.rows],
        narrow=[
            Filter(_("Open"), here, None, not closed),
            Filter(_("Closed"), f"{here}?show=closed", None, closed),
        ],
        pages=queues.pages(found, "show=closed&" if closed else ""),
    )


@bp.get("/find")
@requires(Permission.CASE_READ)
@throttle.limited(throttle.LOOK_UP)
def find() -> ResponseReturnValue:
    """The way to the case with a reference. What does not exist and what one may not see are answered alike."""
    form = FindForm(request.args, meta={"csrf": False})
    if "reference" in request.args:
        if form.validate():
            return _found(form)
        form.status = 422
    return form_page("cases/find.html", form)


def _found(form: FindForm) -> ResponseReturnValue:
    try:
        case = cases.find(form.reference.data, viewer=signed_in())
    except NotFound as unknown:
        form.reference.errors = [said(unknown.sentence)]
        form.status = 404
        return form_page("cases/find.html", form)
    return redirect(ways.case(case.reference))


@bp.route("/search", methods=["GET", "POST"])
@requires(Permission.CASE_SEARCH)
@throttle.limited(throttle.LOOK_UP)
def search() -> ResponseReturnValue:
    """The cases of one's own institution with a person of this name or telephone, which stand in no address."""
    form, found = SearchForm(), None
    if form.submitted():
        with kept(form):
            found = by_person(form.who.data, viewer=signed_in())
    return form_page(
        "cases/search.html",
        form,
        columns=_columns(closed=False),
        rows=None if found is None else [_row(case, "/cases/", closed=False) for case in found[:MOST]],
        more=found is not None and len(found) > MOST,
    )


def _columns(*, closed: bool) -> list[Column]:
    last = Column(_("Closed"), "name") if closed else Column(_("Next time limit"), "clock")
    return [
        Column(_("Reference"), "link"),
        Column(_("Concern")),
        last,
        Column(_("Urgency"), "name"),
        Column(_("Area"), "name"),
        Column(_("Registered"), "name"),
    ]


def _row(case: CaseRow, here: str, *, closed: bool) -> Row:
    limit = clock_of(None if case.next_due_at == NO_LIMIT else case.next_due_at)
    cells = (
        case.reference,
        words.label(case.concern),
        day(case.closed_at) if closed else limit,
        words.label(case.urgency),
        case.area or "",
        day(case.registered_at),
    )
    return Row(here + case.reference, cells, limit.level == "late" and not closed)
