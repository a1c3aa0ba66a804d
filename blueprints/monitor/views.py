"""Institutions, what is published of one, and its de-identified histories."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import proofs, queues, signing, throttle
from blueprints.guards import requires, signed_in
from blueprints.monitor import bp, pages
from tracker.errors import NotFound, say
from tracker.ledger import papers
from tracker.models import Institution
from tracker.permissions import Permission
from tracker.queries import areas, monitoring


@bp.get("/")
@requires(Permission.PERFORMANCE_READ)
def institutions() -> ResponseReturnValue:
    """The institutions that are followed, by kind and area."""
    viewer = signed_in()
    chosen = pages.Chosen.of(request.args)
    at = queues.turn()
    page = monitoring.watched(
        viewer=viewer, kind=chosen.kind, area_id=chosen.area_id, after=at.after, before=at.before
    )
    return render_template(
        "monitor/institutions.html",
        columns=pages.COLUMNS,
        rows=pages.institution_rows(page),
        kinds=pages.kind_options(chosen, viewer),
        areas=pages.area_options(areas.atlas(viewer=viewer), chosen),
        pages=queues.pages(page, chosen.query()),
    )


@bp.get("/institutions/<string(maxlength=60):code>")
@requires(Permission.PERFORMANCE_READ)
def institution(code: str) -> ResponseReturnValue:
    """One institution: its published reports, and the way to histories that name nobody."""
    found = monitoring.institution(code, viewer=signed_in())
    return render_template(
        "monitor/institution.html",
        institution=found,
        facts=pages.facts(found),
        reports=pages.report_links(found, signed_in()),
    )


@bp.get("/institutions/<string(maxlength=60):code>/histories")
@requires(Permission.PERFORMANCE_READ)
def histories(code: str) -> ResponseReturnValue:
    """The histories of one listing group; without a choice, the groups to choose from."""
    found = monitoring.institution(code, viewer=signed_in())
    stage, status = request.args.get("stage"), request.args.get("status")
    if stage is None and status is None:
        groups = pages.group_lists(found, monitoring.groups(found, viewer=signed_in()))
        quarter = pages.quarter(monitoring.closed(viewer=signed_in()))
        return render_template("monitor/groups.html", institution=found, groups=groups, quarter=quarter)
    return _listing(found, stage or "", status or "")


@bp.get("/institutions/<string(maxlength=60):code>/histories/<string(length=12):key>")
@requires(Permission.PERFORMANCE_READ)
@throttle.limited(throttle.EXPORT)
def history(code: str, key: str) -> ResponseReturnValue:
    """One of the listed histories as a file that its reader can check alone: leaves, step and week, proofs, checkpoint.

    It ends with the quarter, or where the newest checkpoint does if that comes first: a monitor's request signs
    nothing. Whoever asks for it again and again does not learn that the case moved.
    """
    viewer, stage, status = signed_in(), request.args.get("stage", ""), request.args.get("status", "")
    found = monitoring.institution(code, viewer=viewer)
    source = monitoring.source(found, stage, status, key, viewer=viewer, secret=_secret())
    store = signing.store()
    whole = papers.seqs_up_to(store.connection, source.case_id, source.last_id)
    shown = papers.seqs_of_entries(store.connection, source.case_id, source.entry_ids)
    made = papers.history(store, whole, shown)
    if not made.pieces:
        raise NotFound(say("No checkpoint covers this history yet. The next one will."))
    return proofs.as_file(made.encode(), f"history-{key}.json", "application/json")


def _secret() -> bytes:
    return str(current_app.secret_key).encode()


def _listing(found: Institution, stage: str, status: str) -> ResponseReturnValue:
    at = queues.turn()
    quarter, group, shown, page = monitoring.histories(
        found,
        stage,
        status,
        viewer=signed_in(),
        secret=_secret(),
        after=at.after,
        before=at.before,
    )
    return render_template(
        "monitor/histories.html",
        institution=found,
        quarter=pages.quarter(quarter),
        group=group,
        name=pages.group_name(group),
        shown=shown,
        about=pages.number(group.tracks),
        histories=[pages.history_part(one, found.code, group) for one in page.rows],
        files=signing.store().signed() is not None,
        pages=queues.pages(page, f"stage={stage}&status={status}&"),
    )
