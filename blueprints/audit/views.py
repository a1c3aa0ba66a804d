"""Finding a case or alert, the newest entries, one whole history, and what administrators did."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import holding, inclusion, proofs, queues, throttle, words
from blueprints.audit import bp, pages
from blueprints.guards import requires, signed_in
from tracker.permissions import Permission
from tracker.queries import audit, cases
from tracker.queries.audit_rows import AlertFacts, CaseFacts


@bp.get("/")
@requires(Permission.HISTORY_AUDIT)
def index() -> ResponseReturnValue:
    """The newest entries of all histories; `reference` leads to one."""
    if typed := request.args.get("reference", "").strip():
        throttle.spend(throttle.LOOK_UP)
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
    checked = inclusion.of_case(found.id)
    return render_template(
        "audit/case.html",
        case=found,
        concern=words.label(found.concern),
        facts=pages.case_facts(found),
        columns=pages.TRACK_COLUMNS,
        tracks=pages.track_rows(audit.tracks(found, viewer=viewer)),
        checked=checked,
        entries=pages.timeline(
            audit.history(found, viewer=viewer), url_for("audit.case", reference=found.reference), checked
        ),
    )


@bp.route("/cases/<string:reference>/hold", methods=["GET", "POST"])
@requires(Permission.HISTORY_AUDIT, fresh_to_send=True)
def hold(reference: str) -> ResponseReturnValue:
    """Sets or lifts a legal hold."""
    return holding.page(cases.find(reference, viewer=signed_in()), url_for("audit.case", reference=reference))


@bp.get("/alerts/<string:reference>")
@requires(Permission.HISTORY_AUDIT)
def alert(reference: str) -> ResponseReturnValue:
    """One alert and every entry about it."""
    viewer = signed_in()
    found = audit.alert(reference, viewer=viewer)
    checked = inclusion.of_alert(found.id)
    return render_template(
        "audit/alert.html",
        alert=found,
        facts=pages.alert_facts(found),
        checked=checked,
        entries=pages.timeline(
            audit.history(found, viewer=viewer), url_for("audit.alert", reference=found.reference), checked
        ),
    )


@bp.get("/cases/<string:reference>/entries/<int(max=2147483647):n>")
@requires(Permission.HISTORY_AUDIT)
def case_proof(reference: str, n: int) -> ResponseReturnValue:
    """The proof of one entry of a case."""
    return _proof("case", audit.case(reference, viewer=signed_in()), n)


@bp.get("/cases/<string:reference>/entries/<int(max=2147483647):n>/text")
@requires(Permission.HISTORY_AUDIT)
def case_proof_text(reference: str, n: int) -> ResponseReturnValue:
    """The same as a file."""
    return _proof_text(audit.case(reference, viewer=signed_in()), n)


@bp.get("/alerts/<string:reference>/entries/<int(max=2147483647):n>")
@requires(Permission.HISTORY_AUDIT)
def alert_proof(reference: str, n: int) -> ResponseReturnValue:
    """The proof of one entry of an alert."""
    return _proof("alert", audit.alert(reference, viewer=signed_in()), n)


@bp.get("/alerts/<string:reference>/entries/<int(max=2147483647):n>/text")
@requires(Permission.HISTORY_AUDIT)
def alert_proof_text(reference: str, n: int) -> ResponseReturnValue:
    """The same as a file."""
    return _proof_text(audit.alert(reference, viewer=signed_in()), n)


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


def _proof(kind: str, of: CaseFacts | AlertFacts, n: int) -> ResponseReturnValue:
    return proofs.page(
        audit.entry(of, n, viewer=signed_in()),
        n,
        reference=of.reference,
        back=url_for(f"audit.{kind}", reference=of.reference),
        text_href=url_for(f"audit.{kind}_proof_text", reference=of.reference, n=n),
    )


def _proof_text(of: CaseFacts | AlertFacts, n: int) -> ResponseReturnValue:
    return proofs.text(audit.entry(of, n, viewer=signed_in()), f"proof-{of.reference}-{n}.txt")
