"""Alerts: logged as they come in, called back, verified, and ended with a recorded answer."""

from dataclasses import dataclass, replace
from datetime import datetime

from tracker import clock, history, mission, references
from tracker.actions import steps
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, say
from tracker.history import Act
from tracker.models import Acting, Alert, AlertContact, Area, CaseKey, Effect, Gateway, HistoryEntry
from tracker.models.alert import CONTACT
from tracker.permissions import Permission, may
from tracker.queries import gazetteer
from tracker.vocabulary import Channel, Level, Urgency

STAGE = "alert"


@dataclass(frozen=True, kw_only=True)
class NewAlert:
    """What a liaison writes down when an alert comes in; `name`, `phone`, `message` and `place` are personal.

    `place`: where it is, as they said it. Where no area is given, it is the one that these words mean for certain
    (`tracker.gazetteer.matching`), or none yet.
    """

    channel: Channel
    received_at: datetime
    area_id: int | None
    name: str = ""
    phone: str = ""
    message: str = ""
    place: str = ""


def log_alert(new: NewAlert, *, actor: Acting) -> Alert:
    """Logs an alert at the actor's institution; the clock to call back runs from when it was received."""
    if not may(actor.role, Permission.ALERT_HANDLE):
        raise NotPermitted(say("Only community focal points log alerts."))
    area_id = new.area_id if new.area_id is not None else _certainly(new.place, actor)
    return _open(replace(new, area_id=area_id), actor.institution_id, actor=actor)


def raise_alert(new: NewAlert, *, actor: Gateway, urgency: Urgency) -> Alert:
    """An alert that a machine brought to its institution: nobody did it, and its history names the gateway."""
    return _open(new, actor.institution_id, urgency=urgency, source_id=actor.source_id)


def _open(
    new: NewAlert,
    institution_id: int,
    *,
    actor: Acting | None = None,
    urgency: Urgency = Urgency.NORMAL,
    source_id: int | None = None,
) -> Alert:
    procedure = mission.current().procedure
    status = procedure.stages[STAGE].first
    code, due_at = procedure.due(STAGE, status, new.received_at, urgency=urgency, risk=Level.LOW)
    alert = Alert(
        reference=references.new(),
        institution_id=institution_id,
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
    said = alert.key.content.seal(
        CONTACT, name=new.name, phone=new.phone, message=new.message, place=new.place
    )
    alert.contact = AlertContact(sealed=said)
    act = Act(
        action="raise",
        stage=STAGE,
        effect=Effect.OPENS,
        status_before=None,
        status_after=status,
        holder_id=institution_id,
        procedure=procedure.version,
        happened_at=new.received_at,
        clock=code,
        due_at=due_at,
    )
    history.record(act, actor=actor, about=alert, source_id=source_id)
    return alert


def place(alert: Alert, *, actor: Acting, area_id: int, seen: int) -> HistoryEntry:
    """Says in which area it is, also when the alert is over: what was said about the place left it open, or was wrong.

    Refuses (`NotFound`) what the actor may not know, (`NotPermitted`) who handles no alerts, (`OutOfDate`) what has
    changed since they saw it, and (`BadInput`) an area that is not in use, or that it has already.
    """
    if not may(actor.role, Permission.ALERT_HANDLE):
        raise NotPermitted(say("Only community focal points handle alerts."))
    steps.renewed(alert, actor=actor, seen=seen)
    area = db.session.get(Area, area_id)
    if area is None or not area.active:
        raise BadInput(area_id=say("Choose an area from the list."))
    if area.id == alert.area_id:
        raise BadInput(area_id=say("This is its area already."))
    act = Act(
        action="place",
        stage=STAGE,
        effect=Effect.NOTES,
        status_before=alert.status,
        status_after=alert.status,
        holder_id=alert.institution_id,
        procedure=mission.current().procedure.version,
        happened_at=clock.now(),
        detail={"sets": {"area_id": area.id}, "area": area.code},
    )
    return history.record(act, actor=actor, about=alert)


def _certainly(words: str, actor: Acting) -> int | None:
    certain = gazetteer.matcher(viewer=actor).match(words).certain if words else None
    return certain.id if certain is not None else None


def take_step(
    name: str, *, actor: Acting, alert: Alert, seen: int, answers: steps.Answers = steps.NOTHING_SAID
) -> HistoryEntry:
    """Takes a step of the procedure on an alert: call back, verify, close with an answer."""
    return steps.take(name, actor=actor, on=alert, seen=seen, answers=answers)
