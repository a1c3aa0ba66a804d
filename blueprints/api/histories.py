"""Histories: every act of a case, what corrects it, and its proof in the verifiable log."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from blueprints import proofs, throttle
from blueprints.api import bp, shown
from blueprints.api.answers import EntrySchema
from blueprints.api.changing import changes
from blueprints.api.door import opens
from blueprints.api.fields import Moment, Schema, Text
from blueprints.api.paging import PageQuery, page_of, page_schema
from blueprints.api.sharing import done as done_to_case
from blueprints.api.tracks import LONGEST_NOTE, Given
from blueprints.api.tracks import done as done_to_track
from blueprints.guards import signed_in
from tracker import references
from tracker.actions import corrections
from tracker.errors import NotPermitted, StepRefused, say
from tracker.models import HistoryEntry, ProtectionCase, Track
from tracker.permissions import Permission, Scope
from tracker.queries import cases
from tracker.queries.case_file import case_file
from tracker.queries.case_rows import EntryRow
from tracker.queries.paging import Page, cut, id_key

EntryPage = page_schema(EntrySchema, "EntryPage")
_MENDS = ("correct", "withdraw")


class CorrectionSchema(Schema):
    """What an entry should have said, and why. Both stay in the history."""

    happened_at = Moment()
    reason = Text(60)
    note = Text(LONGEST_NOTE, least=1, required=True)


class WithdrawalSchema(Schema):
    """Why the newest step of a track is taken back."""

    note = Text(LONGEST_NOTE, least=1, required=True)


@bp.get("/cases/<string:reference>/history")
@opens(Scope.CASES_READ, Permission.CASE_READ)
@bp.arguments(PageQuery, location="query")
@bp.response(200, EntryPage)
def history(asked: dict[str, Any], reference: str) -> dict[str, Any]:
    """The acts on a case that the owner of the token may know of, the oldest first."""
    file = case_file(reference, viewer=signed_in())
    page = _page(file.entries, asked.get("after"), asked["limit"])
    return page_of(page, shown.entries(page.rows, file.entries))


@bp.get("/cases/<string:reference>/history/<int(max=2147483647):n>/proof")
@opens(Scope.CASES_READ, Permission.CASE_READ)
@throttle.limited(throttle.EXPORT)
@bp.response(200, {"type": "string"}, content_type=proofs.TEXT, description="A proof (c2sp.org/tlog-proof).")
def entry_proof(reference: str, n: int) -> ResponseReturnValue:
    """The proof that an entry is in the verifiable log."""
    entry_id = cases.entry(reference, n, viewer=signed_in()).id
    return proofs.text(entry_id, f"proof-{references.parse(reference)}-{n}.txt")


@changes(
    "/cases/<string:reference>/history/<int(max=2147483647):n>/corrections",
    Scope.CASES_WRITE,
    Permission.ENTRY_CORRECT,
    takes=CorrectionSchema,
)
def correct_entry(said: dict[str, Any], reference: str, n: int, *, seen: int) -> Given:
    """Correct an entry of the own institution. If-Match is of the track, or of the case where it is about none."""
    entry, on = _own(reference, n)
    corrections.correct(actor=signed_in(), entry=entry, on=on, seen=seen, **said)
    return done_to_track(on) if isinstance(on, Track) else done_to_case(on)


@changes(
    "/cases/<string:reference>/history/<int(max=2147483647):n>/withdrawals",
    Scope.CASES_WRITE,
    Permission.ENTRY_CORRECT,
    takes=WithdrawalSchema,
)
def withdraw_entry(said: dict[str, Any], reference: str, n: int, *, seen: int) -> Given:
    """Take back the newest step of a track, which was recorded by mistake."""
    entry, on = _own(reference, n)
    if not isinstance(on, Track):
        raise StepRefused(say("Only the newest step of this part of the case can be withdrawn."))
    corrections.withdraw(actor=signed_in(), entry=entry, on=on, seen=seen, **said)
    return done_to_track(on)


def _own(reference: str, n: int) -> tuple[HistoryEntry, Track | ProtectionCase]:
    """The entry, if the owner's institution made it, and what it is about."""
    viewer = signed_in()
    entry = cases.entry(reference, n, viewer=viewer)
    if entry.institution_id != viewer.institution_id:
        raise NotPermitted(say("Only the institution that made an entry corrects it."))
    if entry.action in _MENDS:
        raise StepRefused(
            say("A correction is not corrected itself. Correct the entry that it is about again.")
        )
    if entry.track_id is None:
        return entry, cases.find(reference, viewer=viewer)
    return entry, cases.track(reference, entry.track_id, viewer=viewer)


def _page(entries: Sequence[EntryRow], after: str | None, size: int) -> Page[EntryRow]:
    """Of one case, which is read whole in any case."""
    since = id_key(after) or 0
    rest = [entry for entry in entries if entry.n > since]
    return cut(rest[: size + 1], size, lambda entry: entry.n, after=after, before=None)
