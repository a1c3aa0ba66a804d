"""De-identified histories leave by two auditors: one asks for them and says what for, another agrees.

That they may leave stands in the public log as a leaf, without any person: whoever holds a copy of the log can hold
against us how often it was.
"""

import secrets

from sqlalchemy import select

from tracker import clock
from tracker.actions.outbox import notify
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused, say
from tracker.ledger.append import append_notice
from tracker.log import canonical
from tracker.log.encoding import b64url
from tracker.log.leaf import Kind
from tracker.models import Acting, HistoryExport, NoticeKind
from tracker.permissions import Permission, may
from tracker.vocabulary import Role

_LONGEST_PURPOSE = 300
_SHORTEST_PURPOSE = 20
_LONGEST_NAME = 160
_SALT = 16


def ask(*, actor: Acting, purpose: str, recipient: str) -> HistoryExport:
    """Asks for the histories. `recipient`: who will work with them. Nothing leaves until somebody else agrees.

    Refuses (`BadInput`) a purpose or a recipient that is missing or too long.
    """
    _require(actor)
    asked = HistoryExport(
        purpose=_line(purpose, "purpose", _SHORTEST_PURPOSE, _LONGEST_PURPOSE),
        recipient=_line(recipient, "recipient", 1, _LONGEST_NAME),
        asked_by_id=actor.user_id,
        asked_at=clock.now(),
    )
    db.session.add(asked)
    db.session.flush()
    notify(NoticeKind.ACCESS, actor=actor, roles=[Role.AUDITOR])
    return asked


def agree(export: HistoryExport, *, actor: Acting) -> None:
    """Lets who asked take the files for a week.

    Refuses (`StepRefused`) the person who asked, whatever they act as, and what was answered already.
    """
    _require(actor)
    _lock(export)
    if export.asked_by_id == actor.user_id:
        raise StepRefused(say("You asked for this yourself. Somebody else must agree."))
    if export.agreed_at or export.ended_at:
        raise StepRefused(say("Somebody has answered this already."))
    export.agreed_by_id, export.agreed_at = actor.user_id, clock.now()
    db.session.flush()
    _tell(export)


def end(export: HistoryExport, *, actor: Acting) -> None:
    """Turns it down, or ends it early: at once, and one person is enough. Refuses (`StepRefused`) what has ended."""
    _require(actor)
    _lock(export)
    if export.ended_at:
        raise StepRefused(say("This has ended already."))
    export.ended_by_id, export.ended_at = actor.user_id, clock.now()
    db.session.flush()


def require_open(export: HistoryExport, *, actor: Acting) -> None:
    """Refuses (`StepRefused`) to give files to anybody but who asked, and outside of the week after somebody agreed."""
    _require(actor)
    if export.asked_by_id != actor.user_id:
        raise StepRefused(say("Only who asked for the files can take them."))
    if not export.open_at(clock.now()):
        raise StepRefused(say("The files cannot be taken now. Ask again, and say what for."))


def _require(actor: Acting) -> None:
    if not may(actor.role, Permission.HISTORY_EXPORT):
        raise NotPermitted(say("Your role does not read this."))


def _lock(export: HistoryExport) -> None:
    """Of two people who answer at once the second one sees what the first one did."""
    asked = select(HistoryExport).where(HistoryExport.id == export.id).with_for_update(of=HistoryExport)
    db.session.scalars(asked.execution_options(populate_existing=True)).one()


def _tell(export: HistoryExport) -> None:
    """Salted: the leaf's digest lets nobody guess who works with them, or what for."""
    content = canonical.encode(
        {
            "what": "histories",
            "export": export.id,
            "purpose": export.purpose,
            "recipient": export.recipient,
            "salt": b64url(secrets.token_bytes(_SALT)),
        }
    )
    append_notice(db.session.connection(), Kind.CONFIG, f"histories {export.id} agreed", content)


def _line(typed: str, name: str, least: int, most: int) -> str:
    line = " ".join(typed.split())
    if not least <= len(line) <= most:
        raise BadInput(**{name: say("Enter %(least)s to %(most)s characters.", least=least, most=most)})
    return line
