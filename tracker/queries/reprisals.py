"""The assessment of reprisals that is in force, for those who work on a case, and whether it still holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_

from tracker import clock, mission, visibility
from tracker.db import db
from tracker.models import Acting, HistoryEntry, ProtectionCase, ReprisalAssessment
from tracker.models.contact import Assessed
from tracker.permissions import Permission, may
from tracker.queries import noted
from tracker.vocabulary import AccessKind, Level


@dataclass(frozen=True)
class InForce:
    """The newest assessment of a case, opened. `holds`: it is young enough, and nothing changed since."""

    level: Level
    proposed: Level
    assessed_at: datetime
    assessed_by_id: int | None
    mitigated: bool
    agreed: bool
    said: Assessed
    holds: bool

    @property
    def awaits_agreement(self) -> bool:
        """Whether a second person must agree before the case is shared."""
        return self.level is Level.CRITICAL and self.mitigated and not self.agreed


def in_force(case_id: int, *, viewer: Acting) -> InForce | None:
    """The newest assessment; none for who does not work on the case: the police read no plan of reaching anybody."""
    if not may(viewer.role, Permission.CASE_REFER):
        return None
    found = db.session.execute(
        select(ReprisalAssessment, ProtectionCase.owner_id, ProtectionCase.registrar_id)
        .join(ProtectionCase, ReprisalAssessment.case_id == ProtectionCase.id)
        .where(ProtectionCase.id == case_id, visibility.works_on(viewer))
        .order_by(ReprisalAssessment.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    row, owner_id, registrar_id = found
    if row.sealed is None:
        return None
    near = noted.relation(viewer, owner_id=owner_id, registrar_id=registrar_id, tracks=())
    noted.note(noted.Noted(AccessKind.CASE_FILE, near, case_id=case_id))
    return InForce(
        level=row.level,
        proposed=row.proposed,
        assessed_at=row.entry.recorded_at,
        assessed_by_id=row.entry.actor_id,
        mitigated=row.mitigated,
        agreed=row.agreed_entry_id is not None,
        said=row.said,
        holds=holds(row.entry),
    )


def holds(entry: HistoryEntry) -> bool:
    """Whether the assessment that this entry records is young enough, and no decision or release came after it."""
    rule = mission.current().procedure.reprisal
    if clock.now() - entry.recorded_at > rule.lasts:
        return False
    changed = select(HistoryEntry.id).where(
        HistoryEntry.case_id == entry.case_id,
        HistoryEntry.n > entry.n,
        tuple_(HistoryEntry.stage, HistoryEntry.action).in_(rule.changed_by),
    )
    return db.session.scalar(changed.limit(1)) is None
