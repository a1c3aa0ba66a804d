"""Accrediting organisations that verify the whole log (history.md, section 3): one person proposes, another confirms.

Both acts stand in the administration's entries with who did them. The log itself gets a leaf that an organisation was
accredited or lost it, without any person: that is what a later verifier must be able to hold against it.
"""

import hashlib
import secrets
from datetime import date, timedelta

from sqlalchemy import select

from tracker import clock, mission
from tracker.actions import administration
from tracker.actions.outbox import notify
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused, say
from tracker.ledger.append import append_notice
from tracker.log import canonical
from tracker.log.encoding import b64url
from tracker.log.leaf import Kind
from tracker.models import Acting, NoticeKind, Verifier
from tracker.permissions import Permission, may
from tracker.vocabulary import AdministrativeAct, Role

PREFIX = "trv_"
"""Tokens begin with it, so that one that was lost in a file or a mail can be searched for."""

LONGEST = timedelta(days=366)
_LONGEST_NAME = 160
_SALT = 16


def propose(*, actor: Acting, organisation: str, agreement: str, expires_on: date) -> Verifier:
    """Proposes an organisation under a data agreement; nothing is opened until somebody else confirms.

    Refuses (`BadInput`) a missing name or agreement, and a last day that is past or more than a year away.
    """
    _require(actor)
    proposed = Verifier(
        organisation=_line(organisation, "organisation"),
        agreement=_line(agreement, "agreement"),
        expires_on=_last_day(expires_on),
        proposed_by_id=actor.user_id,
        proposed_at=clock.now(),
    )
    db.session.add(proposed)
    db.session.flush()
    _record(AdministrativeAct.VERIFIER_PROPOSED, proposed, actor)
    notify(NoticeKind.VERIFIER, actor=actor, roles=[Role.AUDITOR])
    return proposed


def confirm(verifier: Verifier, *, actor: Acting) -> str:
    """Accredits what somebody else proposed. Gives the token, this once: only its SHA-256 is kept.

    Refuses (`StepRefused`) the person who proposed it, whatever they act as, and what was answered already.
    """
    _require(actor)
    _lock(verifier)
    if verifier.proposed_by_id == actor.user_id:
        raise StepRefused(say("You proposed this yourself. Somebody else must confirm it."))
    if verifier.confirmed_at or verifier.revoked_at:
        raise StepRefused(say("Somebody has answered this proposal already."))
    if verifier.expires_on < _today():
        raise StepRefused(say("The last day of this proposal is over. Propose it again."))
    token = PREFIX + secrets.token_urlsafe(32)
    verifier.token_hash = hash_of(token)
    verifier.confirmed_by_id, verifier.confirmed_at = actor.user_id, clock.now()
    _record(AdministrativeAct.VERIFIER_CONFIRMED, verifier, actor)
    _tell(verifier, "accredited")
    return token


def revoke(verifier: Verifier, *, actor: Acting) -> None:
    """Ends an accreditation, or turns a proposal down: at once, and one person is enough.

    Refuses (`StepRefused`) what has ended already.
    """
    _require(actor)
    _lock(verifier)
    if verifier.revoked_at:
        raise StepRefused(say("This has ended already."))
    verifier.revoked_by_id, verifier.revoked_at = actor.user_id, clock.now()
    _record(AdministrativeAct.VERIFIER_REVOKED, verifier, actor)
    if verifier.confirmed_at:
        _tell(verifier, "revoked")


def hash_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so that a quick hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _require(actor: Acting) -> None:
    if not may(actor.role, Permission.VERIFIER_ACCREDIT):
        raise NotPermitted(say("Only auditors accredit verifiers."))


def _lock(verifier: Verifier) -> None:
    """Of two people who answer at once the second one sees what the first one did."""
    asked = select(Verifier).where(Verifier.id == verifier.id).with_for_update(of=Verifier)
    db.session.scalars(asked.execution_options(populate_existing=True)).one()


def _record(act: AdministrativeAct, verifier: Verifier, actor: Acting) -> None:
    administration.record(
        act,
        actor=actor,
        subject=str(verifier.id),
        organisation=verifier.organisation,
        agreement=verifier.agreement,
        expires_on=verifier.expires_on.isoformat(),
    )


def _tell(verifier: Verifier, what: str) -> None:
    """Salted: the leaf's digest lets nobody guess which organisation it is."""
    content = canonical.encode(
        {
            "what": what,
            "verifier": verifier.id,
            "organisation": verifier.organisation,
            "agreement": verifier.agreement,
            "expires_on": verifier.expires_on.isoformat(),
            "salt": b64url(secrets.token_bytes(_SALT)),
        }
    )
    append_notice(db.session.connection(), Kind.CONFIG, f"verifier {verifier.id} {what}", content)


def _line(typed: str, name: str) -> str:
    line = " ".join(typed.split())
    if not 0 < len(line) <= _LONGEST_NAME:
        raise BadInput(**{name: say("Enter it, with at most 160 characters.")})
    return line


def _last_day(day: date) -> date:
    if not _today() <= day <= _today() + LONGEST:
        raise BadInput(expires_on=say("Enter a day from today to a year from now. An agreement is renewed."))
    return day


def _today() -> date:
    return clock.day_of(clock.now(), mission.current().zone)
