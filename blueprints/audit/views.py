"""Finding a case or alert, the newest entries, one whole history, and what administrators did."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import queues, words
from blueprints.audit import bp, pages
from blueprints.guards import requires, signed_in
from tracker.permissions import Permission
from tracker.queries import audit


@bp.get("/")
@requires(Permission.HISTORY_AUDIT)
def index() -> ResponseReturnValue:
    """The newest entries of all histories; `reference` leads to one."""
    if typed := request.args.get("reference", "").strip():
        kind, reference = audit.kind_of(typed, viewer=signed_in())
        return redirect(url_for(f"audit.{kind}", reference=reference))
    at = queues.turn()
    page = audit.entries(viewer=signed_in(), after=at.after, before=at.before)
    return render_template(
        "audit/index.html",
        columns=pages.COLUMNS,
        rows=pages.recent(page.rows),
        pages=queues.pages(page),
    )


@bp.get("/cases/<string:reference>")
@requires(Permission.HISTORY_AUDIT)
def case(reference: str) -> ResponseReturnValue:
    """One case: where it is and was, and every entry about it."""
    viewer = signed_in()
    found = audit.case(reference, viewer=viewer)
    return render_template(
        "audit/case.html",
        case=found,
        concern=words.label(found.concern),
        facts=pages.case_facts(found),
        columns=pages.TRACK_COLUMNS,
        tracks=pages.track_rows(audit.tracks(found, viewer=viewer)),
        entries=pages.timeline(audit.history(found, viewer=viewer)),
    )


@bp.get("/alerts/<string:reference>")
@requires(Permission.HISTORY_AUDIT)
def alert(reference: str) -> ResponseReturnValue:
    """One alert and every entry about it."""
    viewer = signed_in()
    found = audit.alert(reference, viewer=viewer)
    return render_template(
        "audit/alert.html",
        alert=found,
        facts=pages.alert_facts(found),
        entries=pages.timeline(audit.history(found, viewer=viewer)),
    )


@bp.get("/administration")
@requires(Permission.HISTORY_AUDIT)
def administration() -> ResponseReturnValue:
    """What administrators did, newest first."""
    at = queues.turn()
    page = audit.administration(viewer=signed_in(), after=at.after, before=at.before)
    return render_template(
        "audit/administration.html",
        entries=pages.administrative(page.rows),
        pages=queues.pages(page),
    )
