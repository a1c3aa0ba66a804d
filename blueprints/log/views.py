"""The verifiable log as a page for people: for anybody, signed in or not."""

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints import signing, throttle
from blueprints.guards import public
from blueprints.i18n import said
from blueprints.log import bp, pages
from tracker.errors import BadSetting
from tracker.ledger.quorum import Quorum


@bp.get("/")
@public
@throttle.limited(throttle.PUBLIC)
def index() -> ResponseReturnValue:
    """What the log is, where it stands, who has seen it, and how to check it."""
    signing.sign()
    now = signing.standing()
    quorum, broken = _quorum() if now.refusal is None else (None, "")
    return render_template(
        "log/index.html",
        standing=now,
        facts=pages.standing_facts(now),
        refusal=said(now.refusal.sentence) if now.refusal else "",
        checkpoint=now.note.decode("utf-8") if now.note else "",
        keys=[str(key) for key in signing.verifiers()],
        quorum=quorum,
        broken=broken,
        columns=pages.WITNESS_COLUMNS,
        witnesses=pages.witness_rows(quorum) if quorum else [],
    )


def _quorum() -> tuple[Quorum | None, str]:
    """Who has seen the log; or that the file which names the witnesses is broken. Its path is not for everybody."""
    try:
        return signing.quorum(), ""
    except BadSetting:
        return None, "broken"
