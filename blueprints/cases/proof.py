"""What is handed out of the verifiable log about a case: the proof of an entry, and the receipt of a case."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints import proofs, signing, throttle
from blueprints.cases import bp, ways
from blueprints.guards import requires, signed_in
from blueprints.i18n import said
from blueprints.paper import QrCode
from tracker import references
from tracker.errors import NotFound, say
from tracker.ledger import papers
from tracker.log import checkpoints, notes
from tracker.log.receipts import Receipt
from tracker.permissions import Permission
from tracker.queries import cases


@bp.get("/<string:reference>/entries/<int(max=2147483647):n>")
@requires(Permission.CASE_READ)
def proof(reference: str, n: int) -> ResponseReturnValue:
    """The proof of an entry that the person may read."""
    entry_id = cases.entry(reference, n, viewer=signed_in()).id
    return proofs.page(
        entry_id,
        n,
        reference=references.parse(reference),
        back=ways.case(reference),
        text_href=url_for("cases.proof_text", reference=reference, n=n),
    )


@bp.get("/<string:reference>/entries/<int(max=2147483647):n>/text")
@requires(Permission.CASE_READ)
@throttle.limited(throttle.EXPORT)
def proof_text(reference: str, n: int) -> ResponseReturnValue:
    """The same as a file."""
    entry_id = cases.entry(reference, n, viewer=signed_in()).id
    return proofs.text(entry_id, f"proof-{references.parse(reference)}-{n}.txt")


@bp.get("/<string:reference>/receipt")
@requires(Permission.CASE_REFER)
def receipt(reference: str) -> ResponseReturnValue:
    """A sheet of paper for whoever referred the case: nothing on it names anybody, or says what the case is about."""
    found, made, entries = _receipt(reference, ())
    refusal = signing.standing().refusal
    checkpoint = checkpoints.parse_text(notes.parse(made.note).text) if made else None
    return render_template(
        "cases/receipt.html",
        reference=found,
        back=ways.case(found),
        receipt=made,
        entries=entries,
        checkpoint=checkpoint,
        refusal=said(refusal.sentence) if refusal else "",
        code=QrCode.of(made) if made else None,
    )


@bp.get("/<string:reference>/receipt/text")
@requires(Permission.CASE_REFER)
@throttle.limited(throttle.EXPORT)
def receipt_text(reference: str) -> ResponseReturnValue:
    """The receipt as a file (c2sp.org/tlog-proof): as much as the paper says."""
    return _file(reference, ())


@bp.get("/<string:reference>/receipt/details")
@requires(Permission.CASE_REFER)
@throttle.limited(throttle.EXPORT)
def receipt_details(reference: str) -> ResponseReturnValue:
    """The receipt with step and day of its entry, for an advocate or a court."""
    return _file(reference, papers.RECEIPT)


def _file(reference: str, names: tuple[str, ...]) -> Response:
    found, made, _entries = _receipt(reference, names)
    if made is None:
        raise NotFound(say("No checkpoint covers this case yet. The next one will."))
    return proofs.as_file(made.encode(), f"receipt-{found}.txt")


def _receipt(reference: str, names: tuple[str, ...]) -> tuple[str, Receipt | None, int]:
    """The case's reference, the receipt of its newest entry that a checkpoint covers, and how many are covered.

    A checkpoint is signed first, if anything of the case waits for one.
    """
    case = cases.find(reference, viewer=signed_in())
    case_id, found = case.id, case.reference
    signing.sign(at_once=True)
    store = signing.store()
    signed = store.signed()
    size = checkpoints.parse_text(notes.parse(signed).text).size if signed else 0
    covered = [seq for seq in papers.seqs_of(store.connection, case_id=case_id) if seq < size]
    return found, papers.receipt(store, covered[-1], names) if covered else None, len(covered)
