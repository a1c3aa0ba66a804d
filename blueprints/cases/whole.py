"""Closing and reopening: the steps about a case as a whole."""

from typing import Any

from flask.typing import ResponseReturnValue

from blueprints import holding, steps, words
from blueprints.cases import bp, ways
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker.actions import cases as actions
from tracker.models import HistoryEntry, ProtectionCase
from tracker.permissions import Permission
from tracker.queries import cases
from tracker.queries.case_file import CaseFile, case_file


@bp.route("/<string:reference>/close", methods=["GET", "POST"])
@requires(Permission.CASE_REFER)
def close(reference: str) -> ResponseReturnValue:
    """Closes a case that no institution has any more; says which one still has it."""
    case = cases.find(reference, viewer=signed_in())
    still = _still(case_file(reference, viewer=signed_in()))
    return _page("close", case, actions.close, "cases/close.html", still=still)


@bp.route("/<string:reference>/reopen", methods=["GET", "POST"])
@requires(Permission.CASE_REFER)
def reopen(reference: str) -> ResponseReturnValue:
    """Opens a closed case again."""
    case = cases.find(reference, viewer=signed_in())
    return _page("reopen", case, actions.reopen, "steps/form.html")


@bp.route("/<string:reference>/hold", methods=["GET", "POST"])
@requires(Permission.CASE_ERASE, fresh_to_send=True)
def hold(reference: str) -> ResponseReturnValue:
    """Sets or lifts a legal hold."""
    return holding.page(cases.find(reference, viewer=signed_in()), ways.case(reference))


def _page(
    name: str, case: ProtectionCase, action: steps.Taker, template: str, **shown: Any
) -> ResponseReturnValue:
    reference = case.reference

    def take(**said: Any) -> HistoryEntry:
        return action(case=case, **said)

    return steps.page(
        name,
        on=case,
        back=ways.case(reference),
        onward=lambda: ways.onward(reference),
        take=take,
        template=template,
        **shown,
    )


def _still(file: CaseFile) -> list[str]:
    """The parts that are open: a case with one cannot be closed yet."""
    return [
        _(
            "%(stage)s, %(institution)s",
            stage=words.stage(part.stage),
            institution=part.institution,
        )
        for part in file.parts
        if part.open
    ]
