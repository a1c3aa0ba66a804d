"""What the pages about the log show."""

from collections.abc import Sequence

from flask import url_for

from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row, Tag
from blueprints.times import day, moment
from tracker.ledger.quorum import Quorum
from tracker.ledger.signing import Standing
from tracker.models import UserAccount, Verifier
from tracker.queries.verifiers import DownloadRow, State, VerifierRow

VERIFIER_COLUMNS = (
    Column(_l("Organisation")),
    Column(_l("State"), "tag"),
    Column(_l("Data agreement"), "name"),
    Column(_l("Last day"), "name"),
    Column(_l("Downloads"), "number"),
    Column(_l("Last used"), "name"),
)
WITNESS_COLUMNS = (
    Column(_l("Witness")),
    Column(_l("Entries that it saw last"), "number"),
    Column(_l("When"), "name"),
)
DOWNLOAD_COLUMNS = (Column(_l("File")), Column(_l("When"), "name"))

_STATES = {
    State.PROPOSED: (_l("Proposed"), "waiting"),
    State.ACCREDITED: (_l("Accredited"), "good"),
    State.EXPIRED: (_l("Expired"), "stopped"),
    State.REVOKED: (_l("Revoked"), "stopped"),
    State.TURNED_DOWN: (_l("Turned down"), "stopped"),
}


def standing_facts(of: Standing) -> list[tuple[str, str | None]]:
    """The newest checkpoint in words."""
    newest = of.checkpoint
    return [
        (_("Name of the log"), newest.origin if newest else None),
        (_("Entries signed"), f"{newest.size:,}" if newest else _("none yet")),
        (_("Entries that wait for the next checkpoint"), f"{of.size - (newest.size if newest else 0):,}"),
        (_("Signed"), moment(of.signed_at) or None),
    ]


def witness_rows(of: Quorum) -> list[tuple[str, str, str]]:
    """What each witness saw last."""
    return [
        (one.name, f"{one.size:,}" if one.at else "", moment(one.at) or _("never")) for one in of.witnesses
    ]


def request_rows(of: Quorum) -> list[Row]:
    """The same, each with the way to its request."""
    return [Row(url_for("log.witness_request", witness=cells[0]), cells) for cells in witness_rows(of)]


def state(of: State) -> Tag:
    """Where an accreditation stands."""
    label, tone = _STATES[of]
    return Tag(str(label), tone)


def verifier_rows(rows: Sequence[VerifierRow]) -> list[Row]:
    """The list of organisations."""
    prefix = url_for("log.verifiers") + "/"
    return [
        Row(
            f"{prefix}{row.id}",
            (
                row.organisation,
                state(row.state),
                row.agreement,
                day(row.expires_on),
                row.downloads,
                moment(row.last_used_at),
            ),
        )
        for row in rows
    ]


def verifier_facts(of: Verifier) -> list[tuple[str, str | None]]:
    """One organisation."""
    return [
        (_("Data agreement"), of.agreement),
        (_("Last day"), day(of.expires_on)),
        (_("Proposed by"), _who(of.proposed_by, moment(of.proposed_at))),
        (_("Confirmed by"), _who(of.confirmed_by, moment(of.confirmed_at))),
        (
            _("Revoked by") if of.confirmed_at else _("Turned down by"),
            _who(of.revoked_by, moment(of.revoked_at)),
        ),
    ]


def download_rows(rows: Sequence[DownloadRow]) -> list[tuple[str, str]]:
    """What was downloaded, and when."""
    return [(row.path, moment(row.downloaded_at)) for row in rows]


def _who(person: UserAccount | None, when: str) -> str | None:
    return f"{person.full_name}, {when}" if person else None
