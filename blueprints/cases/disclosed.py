"""What was disclosed to whom: a sheet for whoever answers for a case, and to give to the survivor."""

from typing import NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints.cases import agreed, bp, ways
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.times import day, moment
from tracker.permissions import Permission
from tracker.queries import disclosed
from tracker.queries.disclosed import Disclosed

Facts = list[tuple[str, str | None]]


class Part(NamedTuple):
    """What the sheet says of one institution."""

    institution: str
    facts: Facts


@bp.get("/<string:reference>/shared")
@requires(Permission.CASE_REFER)
def shared(reference: str) -> ResponseReturnValue:
    """The sheet. It names institutions, and neither the survivor nor what happened."""
    found = disclosed.record(reference, viewer=signed_in())
    return render_template(
        "cases/shared.html",
        reference=found.reference,
        back=ways.case(found.reference),
        answering=found.answering,
        parts=[Part(one.institution, _facts(one)) for one in found.disclosed],
    )


def _facts(one: Disclosed) -> Facts:
    return [
        (_("Sent by"), ", ".join(one.senders) or None),
        (_("Sent on"), day(one.sent_at) or None),
        (_("Could read"), _read(one)),
        (_("From when"), moment(one.accepted_at) or None),
        (_("Until when"), _until(one)),
        (_("Allowed by"), "; ".join(_allowed(one)) or None),
        (_("Opened there"), _opened(one)),
    ]


def _read(one: Disclosed) -> str:
    if one.accepted_at is None or not one.shared:
        return _("Only that there is a case of a kind in a district: no name, no account")
    return agreed.listed([each.data_class for each in one.shared])


def _until(one: Disclosed) -> str | None:
    if one.accepted_at is None or not one.shared:
        return None
    return moment(one.until) or _("It can still read it")


def _allowed(one: Disclosed) -> list[str]:
    sentences = {
        agreed.decision(each.decision, day(each.given_on))
        + (f" ({each.authorised_by})" if each.authorised_by else "")
        for each in one.shared
    }
    return sorted(sentences)


def _opened(one: Disclosed) -> str:
    if one.reads is None:
        return _("Not once")
    return _("%(times)d times, last %(moment)s", times=one.reads.times, moment=moment(one.reads.last))
