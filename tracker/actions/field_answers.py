"""What the forms of the field ask, and what their answers mean to the acts that they lead to."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from tracker import mission
from tracker.actions.alerts import NewAlert
from tracker.actions.cases import NewCase, NewPerson
from tracker.actions.consent import EVERYTHING
from tracker.actions.reprisals import NewAssessment
from tracker.db import db
from tracker.errors import say
from tracker.intake.answers import Answers
from tracker.intake.field_forms import Filled
from tracker.models import Area, Institution
from tracker.procedure.reprisal import rank
from tracker.vocabulary import (
    AgeGroup,
    Channel,
    Concern,
    ConsentDecision,
    DataClass,
    Level,
    PartyRole,
    PerpetratorKind,
    ReprisalFactor,
    Sex,
    Urgency,
)

_LONGEST_NAME = 160


class Referral(NamedTuple):
    """A case as somebody wrote it down in the field, and where it is to go at once."""

    case: NewCase
    refer_to: list[int]
    note: str
    clock_wrong: bool


def alert(filled: Filled) -> tuple[NewAlert, bool]:
    """An alert, and whether the clock of the phone was wrong. Refuses (`BadInput`) what cannot be read."""
    said = _answers(filled)
    channel = _channel(said)
    new = NewAlert(
        channel=channel,
        received_at=said.moment("received_at"),
        area_id=_area(said, filled, needed=False),
        name=said.text("name", _LONGEST_NAME),
        phone=said.phone("phone"),
        message=said.text("message", 5_000),
    )
    said.require_in_order()
    return new, said.clock_wrong


def referral(filled: Filled) -> Referral:
    """A case to register, and where to send it. Refuses (`BadInput`) what cannot be read.

    The risk of reprisals is never lower than the answers suggest: lowering it needs a reason, which a page asks.
    """
    said = _answers(filled)
    institutions = _Institutions(said)
    consent = said.one("consent", ConsentDecision, needed=True)
    agreed = institutions.several("consent_institutions") if consent is ConsentDecision.GIVEN else []
    if consent is ConsentDecision.GIVEN and not agreed:
        said.blame("consent_institutions", say("Choose the institutions that the survivor agreed to."))
    area_id = _area(said, filled, needed=True)
    case = NewCase(
        concern=said.one("concern", Concern, needed=True) or Concern.OTHER,
        area_id=area_id or 0,
        channel=_channel(said),
        urgency=said.one("urgency", Urgency, needed=True) or Urgency.NORMAL,
        risk=said.one("risk", Level, needed=True) or Level.LOW,
        assessment=_assessment(said),
        reported_at=said.moment("reported_at"),
        occurred_on=said.day("occurred_on"),
        people=_people(said, institutions),
        narrative=said.text("narrative", 20_000),
        place=said.text("place", 200),
        consent=consent or ConsentDecision.NOT_POSSIBLE,
        consent_institution_ids=agreed,
        consent_classes=said.several("consent_classes", DataClass) or EVERYTHING,
    )
    found = Referral(case, institutions.several("refer_to"), said.text("note", 5_000), said.clock_wrong)
    said.require_in_order()
    return found


def _answers(filled: Filled) -> Answers:
    return Answers(filled.answers, mission.current().zone)


def _channel(said: Answers) -> Channel:
    channel = said.one("channel", Channel, needed=True) or Channel.VISIT
    if channel is Channel.IMPORTED:
        said.blame("channel", say("Choose how it was reported."))
    return channel


def _area(said: Answers, filled: Filled, *, needed: bool) -> int | None:
    code = filled.answers.get("area", "")
    found = db.session.scalar(sa.select(Area.id).where(Area.code == code)) if code else None
    if found is None and (code or needed):
        said.blame("area", say("Choose the area where it happened."))
    return found


class _Institutions:
    """Finds institutions by their codes, which stay the same as long as they exist."""

    def __init__(self, said: Answers) -> None:
        self._said = said

    def several(self, question: str) -> list[int]:
        """Their ids, in the order in which they were chosen."""
        codes = self._said.codes(question)
        return [self._known(question, code, ids) for ids in [self._ids(codes)] for code in codes]

    def one(self, question: str) -> int | None:
        """The id of the one that was chosen."""
        return next(iter(self.several(question)), None)

    def _known(self, question: str, code: str, ids: Mapping[str, int]) -> int:
        if code not in ids:
            self._said.blame(question, say("Choose institutions from the list."))
        return ids.get(code, 0)

    @staticmethod
    def _ids(codes: Iterable[str]) -> dict[str, int]:
        rows = db.session.execute(
            sa.select(Institution.code, Institution.id).where(Institution.code.in_(codes))
        )
        return {row.code: row.id for row in rows}


def _assessment(said: Answers) -> NewAssessment:
    factors = said.several("reprisal_factors", ReprisalFactor)
    level = said.one("reprisal_risk", Level)
    proposed = NewAssessment(factors=factors).proposed
    return NewAssessment(
        factors=factors,
        level=max((one for one in (level, proposed) if one), key=rank),
        mitigation=said.text("mitigation", 5_000),
    )


def _people(said: Answers, institutions: _Institutions) -> Sequence[NewPerson]:
    """The survivor, and of the others whoever something is known of."""
    survivor = NewPerson(
        role=PartyRole.SURVIVOR,
        name=said.text("survivor_name", _LONGEST_NAME),
        phone=said.phone("survivor_phone"),
        sex=said.one("survivor_sex", Sex) or Sex.NOT_RECORDED,
        age_group=said.one("survivor_age", AgeGroup) or AgeGroup.NOT_RECORDED,
    )
    reporter = NewPerson(
        role=PartyRole.REPORTER,
        name=said.text("reporter_name", _LONGEST_NAME),
        phone=said.phone("reporter_phone"),
    )
    accused = NewPerson(
        role=PartyRole.ALLEGED_PERPETRATOR,
        name=said.text("perpetrator_name", _LONGEST_NAME),
        perpetrator_kind=said.one("perpetrator_kind", PerpetratorKind),
        institution_id=institutions.one("perpetrator_institution"),
    )
    others = [one for one in (reporter, accused) if one.name or one.phone or _kind_known(one)]
    return [survivor, *others]


def _kind_known(one: NewPerson) -> bool:
    return one.perpetrator_kind is not None or one.institution_id is not None
