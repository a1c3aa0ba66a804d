"""The page of one entry's proof, for whoever may read the entry; what a room adds is who that is, and the way back."""

from flask import render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints import signing
from blueprints.i18n import lazy_gettext as _l
from blueprints.security import NEVER_KEPT
from tracker.errors import NotFound, say
from tracker.ledger import holding, papers
from tracker.ledger.holding import Held
from tracker.log import checkpoints, notes, receipts
from tracker.log.encoding import b64
from tracker.log.receipts import Receipt
from tracker.log.refusals import Malformed, NotProved

TEXT = "text/plain; charset=utf-8"

_FIELDS = {
    "stage": _l("the stage"),
    "effect": _l("what it did to the status"),
    "before": _l("the status before"),
    "after": _l("the status after"),
    "institution": _l("the institution that had the case"),
    "procedure": _l("the procedure in force"),
    "corrects": _l("which entry it corrects"),
    "imported": _l("whether it was taken in from elsewhere"),
    "action": _l("what was done"),
    "actor": _l("who did it"),
    "role": _l("in which role"),
    "by": _l("for which institution"),
    "happened_at": _l("when it happened"),
    "recorded_at": _l("when it was recorded"),
    "reason": _l("the reason"),
    "detail": _l("the details"),
    "concern": _l("the concern of the case"),
    "area": _l("the area of the case"),
    "note": _l("the note"),
    "day_recorded": _l("the day of recording"),
    "day_happened": _l("the day on which it happened"),
}
"""What is compared, in words. The values themselves stand on no page of a proof."""


def page(entry_id: int, n: int, *, reference: str, back: str, text_href: str) -> ResponseReturnValue:
    """Proves an entry now and says step by step what was checked; signs a checkpoint first, where one is needed."""
    held, receipt = _proved(entry_id)
    note = receipt.note.decode("utf-8") if receipt else ""
    return render_template(
        "layouts/proof.html",
        n=n,
        reference=reference,
        back=back,
        held=held,
        leaf=held.entry.decode("ascii"),
        included=receipt is not None and _leads(receipt, held),
        size=checkpoints.parse_text(notes.parse(receipt.note).text).size if receipt else 0,
        hashes=[b64(one) for one in receipt.proof] if receipt else [],
        checkpoint=note,
        same=_named(held, True),
        other=_named(held, False),
        text_href=text_href if receipt else "",
    )


def text(entry_id: int, name: str) -> Response:
    """The proof with its leaf and nothing disclosed, as a file (c2sp.org/tlog-proof)."""
    _held, receipt = _proved(entry_id)
    if receipt is None:
        raise NotFound(say("No checkpoint covers this entry yet. The next one will."))
    return as_file(receipt.encode(), name)


def as_file(data: bytes, name: str, media_type: str = TEXT) -> Response:
    """Something to download under a name."""
    answer = Response(data, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = NEVER_KEPT
    return answer


def _proved(entry_id: int) -> tuple[Held, Receipt | None]:
    signing.sign(at_once=True)
    store = signing.store()
    held = holding.hold(store, entry_id)
    if held is None:
        raise NotFound(say("This entry is not in the verifiable log yet."))
    try:
        return held, papers.receipt(store, held.at, ())
    except NotFound:
        return held, None


def _leads(receipt: Receipt, held: Held) -> bool:
    try:
        receipts.check(receipt, held.entry, signing.verifiers())
    except (Malformed, NotProved):
        return False
    return True


def _named(held: Held, same: bool) -> list[str]:
    """In the order in which people read them."""
    return [str(said) for name, said in _FIELDS.items() if held.fields.get(name) is same]
