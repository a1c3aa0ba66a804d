"""Accredited verifiers: proposed by one auditor, confirmed by another, who sees the token once; revoked by either."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import queues
from blueprints.fields import DayField, LineField
from blueprints.forms import ActForm, Form, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.log import bp, pages
from tracker.actions import verifiers as acts
from tracker.permissions import Permission
from tracker.queries import verifiers as queries


class ProposeVerifierForm(Form):
    """An organisation with a data agreement."""

    organisation = LineField(_l("Organisation"), most=160, required=_l("Enter the name of the organisation"))
    agreement = LineField(
        _l("Data agreement"),
        most=160,
        required=_l("Enter the reference of the data agreement"),
        hint=_l("Its reference, such as DA-2026-04. No names of people."),
    )
    expires_on = DayField(
        _l("Last day"),
        future=True,
        required=_l("Enter the last day on which the token opens anything"),
        hint=_l("At most a year from now."),
    )


@bp.get("/verifiers")
@requires(Permission.VERIFIER_ACCREDIT)
def verifiers() -> ResponseReturnValue:
    """Everybody who may read entries, or might or could once."""
    rows = pages.verifier_rows(queries.verifiers(viewer=signed_in()))
    return render_template("log/verifiers.html", columns=pages.VERIFIER_COLUMNS, rows=rows)


@bp.route("/verifiers/new", methods=["GET", "POST"])
@requires(Permission.VERIFIER_ACCREDIT, fresh=True)
def propose_verifier() -> ResponseReturnValue:
    """Propose an organisation; somebody else must confirm it."""
    form = ProposeVerifierForm()
    if form.submitted():
        with kept(form):
            made = acts.propose(actor=signed_in(), **form.values())
            return done(_("It is proposed. Another auditor must confirm it."), _page_of(made.id))
    return form_page("log/propose.html", form)


@bp.get("/verifiers/<int(max=2147483647):verifier_id>")
@requires(Permission.VERIFIER_ACCREDIT)
def verifier(verifier_id: int) -> ResponseReturnValue:
    """One organisation: its agreement, who answered for it, and what it downloaded."""
    viewer, at = signed_in(), queues.turn()
    found = queries.verifier(verifier_id, viewer=viewer)
    page = queries.downloads(found, viewer=viewer, after=at.after, before=at.before)
    state = queries.state_of(found, viewer=viewer)
    return render_template(
        "log/verifier.html",
        verifier=found,
        state=pages.state(state),
        facts=pages.verifier_facts(found),
        own=found.proposed_by_id == viewer.user_id,
        waits=state is queries.State.PROPOSED,
        over=found.revoked_at is not None,
        columns=pages.DOWNLOAD_COLUMNS,
        rows=pages.download_rows(page.rows),
        pages=queues.pages(page),
    )


@bp.post("/verifiers/<int(max=2147483647):verifier_id>/confirm")
@requires(Permission.VERIFIER_ACCREDIT, fresh=True)
def confirm_verifier(verifier_id: int) -> ResponseReturnValue:
    """Confirm what another auditor proposed. The token is shown on this answer, and nowhere ever again."""
    require_token_only(ActForm())
    found = queries.verifier(verifier_id, viewer=signed_in())
    token = acts.confirm(found, actor=signed_in())
    return render_template("log/token.html", verifier=found, token=token)


@bp.post("/verifiers/<int(max=2147483647):verifier_id>/revoke")
@requires(Permission.VERIFIER_ACCREDIT, fresh=True)
def revoke_verifier(verifier_id: int) -> ResponseReturnValue:
    """End it: the token opens nothing from the next request on."""
    require_token_only(ActForm())
    found = queries.verifier(verifier_id, viewer=signed_in())
    acts.revoke(found, actor=signed_in())
    return done(_("It has ended. The token opens nothing any more."), _page_of(verifier_id))


def _page_of(verifier_id: int) -> str:
    return url_for("log.verifier", verifier_id=verifier_id)
