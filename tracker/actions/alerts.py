"""Alerts: logged as they come in, called back, verified, and ended with a recorded answer."""

from dataclasses import dataclass
from datetime import datetime

from tracker import history, mission, references
from tracker.actions import steps
from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.history import Act
from tracker.models import Acting, Alert, AlertContact, CaseKey, Effect, HistoryEntry
from tracker.models.alert import CONTACT
from tracker.permissions import Permission, may
from tracker.vocabulary import Channel, Level, Urgency

STAGE = "alert"


@dataclass(frozen=True, kw_only=True)
class NewAlert:
    """What a liaison writes down when an alert comes in; `name`, `phone` and `message` are personal."""

    channel: Channel
    received_at: datetime
    area_id: int | None
    name: str = ""
    phone: str = ""
    message: str = ""


def log_alert(new: NewAlert, *, actor: Acting) -> Alert:
    """Logs an alert at the actor's institution; the clock to call back runs from when it was received."""
    if not may(actor.role, Permission.ALERT_HANDLE):
        raise NotPermitted(say("Only community focal points log alerts."))
    procedure = mission.current().procedure
    status = procedure.stages[STAGE].first
    code, due_at = procedure.due(STAGE, status, new.received_at, urgency=Urgency.NORMAL, risk=Level.LOW)
    alert = Alert(
        reference=references.new(),
        institution_id=actor.institution_id,
        channel=new.channel,
        area_id=new.area_id,
        received_at=new.received_at,
        stage=STAGE,
        status=status,
        version=0,
        entries=0,
    )
    db.session.add(alert)
    db.session.flush()
    alert.key = CaseKey.new(alert_id=alert.id)
    said = alert.key.content.seal(CONTACT, name=new.name, phone=new.phone, message=new.message)
    alert.contact = AlertContact(sealed=said)
    act = Act(
        action="raise",
        stage=STAGE,
        effect=Effect.OPENS,
        status_before=None,
        status_after=status,
        holder_id=actor.institution_id,
        procedure=procedure.version,
        happened_at=new.received_at,
        clock=code,
        due_at=due_at,
    )
    history.record(act, actor=actor, about=alert)
    return alert


def take_step(
    name: str, *, actor: Acting, alert: Alert, seen: int, answers: steps.Answers = steps.NOTHING_SAID
) -> HistoryEntry:
    """Takes a step of the procedure on an alert: call back, verify, close with an answer."""
    return steps.take(name, actor=actor, on=alert, seen=seen, answers=answers)
