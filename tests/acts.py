"""The steps that have an action of their own, taken with what will do; used by `tests.world.World.take`."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.actions import cases, consent, courts, linking, police, referrals, reprisals, steps, walls
from tracker.db import db
from tracker.models import Alert, Custody, Institution, Membership, ProtectionCase, Track
from tracker.vocabulary import CaseTie, ConsentDecision, CourtOutcome, OrderKind, PartyRole, ReleaseReason

Given = dict[str, Any]


def refer(case: ProtectionCase, actor: Membership, given: Given, usual: Institution) -> list[Track]:
    """Refers a case, to `usual` if nothing else is given."""
    return referrals.refer(
        actor=actor, case=case, **{"seen": case.entries, "institution_ids": [usual.id], **given}
    )


def record_consent(case: ProtectionCase, actor: Membership, given: Given, usual: Institution) -> object:
    """Records that consent is given for `usual` if nothing else is given."""
    facts = {"seen": case.entries, "institution_ids": [usual.id], **given}
    return consent.record_consent(
        facts.pop("decision", ConsentDecision.GIVEN), actor=actor, case=case, **facts
    )


def add_person(case: ProtectionCase, actor: Membership, given: Given, _usual: Institution) -> object:
    """Adds a witness."""
    seen = given.pop("seen", case.entries)
    person = cases.NewPerson(**{"role": PartyRole.WITNESS, **given})
    return cases.add_person(person, actor=actor, case=case, seen=seen)


def wall_off(case: ProtectionCase, actor: Membership, given: Given, _usual: Institution) -> object:
    """Hides the case from the clinic, which no case goes to, if nothing else is given."""
    clinic = db.session.scalars(sa.select(Institution).where(Institution.code == "health-service")).one()
    facts = {"seen": case.entries, "institution_id": clinic.id, "note": "Because.", **given}
    return walls.wall_off(actor=actor, case=case, **facts)


def close(case: ProtectionCase, actor: Membership, given: Given, _usual: Institution) -> object:
    """Closes a case."""
    seen = given.pop("seen", case.entries)
    answers = steps.Answers(**{"reason": "outcome_delivered", **given})
    return cases.close(actor=actor, case=case, seen=seen, answers=answers)


def decide(track: Track, actor: Membership, given: Given, _usual: Institution) -> object:
    """Convicts, and orders compensation."""
    orders = [courts.NewOrder(OrderKind.COMPENSATION)]
    facts = {"seen": track.version, "outcome": CourtOutcome.CONVICTED, "orders": orders, **given}
    return courts.decide(actor=actor, track=track, **facts)


def record_arrest(track: Track, actor: Membership, given: Given, _usual: Institution) -> object:
    """Arrests the accused now."""
    facts = {"seen": track.version, "arrested_at": clock.now(), "name": "The accused", **given}
    return police.record_arrest(actor=actor, track=track, **facts)


def record_release(track: Track, actor: Membership, given: Given, usual: Institution) -> object:
    """Releases on bond whoever is held; arrests somebody first where nobody is."""
    held = sa.select(Custody.id).where(Custody.track_id == track.id, Custody.released_at.is_(None))
    if db.session.scalar(held) is None:
        record_arrest(track, actor, {}, usual)
    facts = {
        "custody_id": db.session.scalar(held),
        "released_at": clock.now(),
        "reason": ReleaseReason.BOND,
        "seen": track.version,
        **given,
    }
    return police.record_release(actor=actor, track=track, **facts)


def turn_into_case(alert: Alert, new: cases.NewCase, actor: Membership) -> ProtectionCase:
    """Makes a case of an alert."""
    return cases.register(new, actor=actor, alert=alert, seen=alert.version)


def assess_reprisal(case: ProtectionCase, actor: Membership, given: Given, _usual: Institution) -> object:
    """Finds a low risk of reprisals if nothing else is given."""
    seen = given.pop("seen", case.entries)
    return reprisals.assess(reprisals.NewAssessment(**given), actor=actor, case=case, seen=seen)


def agree_to_share(case: ProtectionCase, actor: Membership, given: Given, _usual: Institution) -> object:
    """Agrees to what somebody else found critical."""
    return reprisals.agree(actor=actor, case=case, **{"seen": case.entries, **given})


def link_cases(case: ProtectionCase, actor: Membership, given: Given, _usual: Institution) -> object:
    """Says of a case and the one before it that they are about the same person."""
    other = db.session.scalars(sa.select(ProtectionCase).where(ProtectionCase.id != case.id)).first()
    facts = {"seen": case.entries, "other": other, **given}
    return linking.link(CaseTie.SAME_PERSON, actor=actor, case=case, **facts)


ACTS: dict[tuple[str, str], Callable[[Any, Membership, Given, Institution], object]] = {
    ("case", "refer"): refer,
    ("case", "record_consent"): record_consent,
    ("case", "add_person"): add_person,
    ("case", "wall_off"): wall_off,
    ("case", "assess_reprisal"): assess_reprisal,
    ("case", "agree_to_share"): agree_to_share,
    ("case", "link_cases"): link_cases,
    ("case", "close"): close,
    ("referral", "refer"): lambda track, actor, given, usual: refer(track.case, actor, given, usual),
    ("court", "decide"): decide,
    ("police", "record_arrest"): record_arrest,
    ("police", "record_release"): record_release,
}
"""(stage, step) to what takes it; `turn_into_case` needs a whole case and stands apart."""
