"""A row that is a case: registered by who brought it, and referred on where the row says so."""

from datetime import date, datetime, time
from typing import Any

from tracker import clock
from tracker.actions import cases, referrals
from tracker.actions.cases import NewCase, NewPerson
from tracker.actions.reprisals import NewAssessment
from tracker.errors import BadInput, say
from tracker.intake.sheet_reading import Values, instant
from tracker.models import Acting, ProtectionCase
from tracker.vocabulary import Channel, ConsentDecision, PartyRole

_MIDNIGHT = time()


def tries(values: Values) -> bool:
    """Whether a wall, consent or the reprisal gate may stand in its way."""
    return bool(values.get("refer_to") or values.get("perpetrator_institution"))


def check(values: Values, *, actor: Acting) -> None:
    """Refuses (`BadInput`) what does not go together."""
    assert actor is not None  # noqa: S101
    if values["consent"] is ConsentDecision.GIVEN and not values.get("consent_institutions"):
        raise BadInput(
            consent_institutions=say(
                "Write the institutions that the survivor agreed to, with a semicolon between them."
            )
        )
    if "reported_time" in values and "reported_on" not in values:
        raise BadInput(reported_on=say("Enter the day as well."))
    if (heard := _heard(values)) is not None and heard > clock.now():
        raise BadInput(reported_time=say("This time is in the future. Enter when it happened."))


def take(values: Values, *, actor: Acting) -> ProtectionCase:
    """Registers the case, and refers it to `refer_to`.

    Refuses what registering and referring refuse, and (`BadInput`) to refer what somebody else is responsible for.
    """
    case = cases.register(_new(values), actor=actor)
    if targets := values.get("refer_to"):
        if case.owner_id != actor.institution_id:
            raise BadInput(
                refer_to=say(
                    "Leave this empty: %(owner)s is responsible for cases of this area, and refers them.",
                    owner=case.owner.name,
                )
            )
        referrals.refer(actor=actor, case=case, seen=case.entries, institution_ids=targets)
    return case


def _new(values: Values) -> NewCase:
    occurred = values.get("occurred_on")
    return NewCase(
        concern=values["concern"],
        area_id=values["area"],
        channel=values.get("channel", Channel.IMPORTED),
        urgency=values["urgency"],
        risk=values["risk"],
        assessment=NewAssessment(level=values["reprisal_risk"]),
        reported_at=_heard(values),
        occurred_on=occurred.date() if isinstance(occurred, datetime) else occurred,
        people=_people(values),
        narrative=values.get("narrative", ""),
        place=values.get("place", ""),
        consent=values["consent"],
        consent_institution_ids=values.get("consent_institutions", ()),
    )


def _heard(values: Values) -> datetime | None:
    """When it was reported; the whole day counts where the list names no time."""
    on: date | None = values.get("reported_on")
    if on is None:
        return None
    hour = values.get("reported_time")
    return instant(on, hour if hour or isinstance(on, datetime) else _MIDNIGHT)


def _people(values: Values) -> list[NewPerson]:
    """The survivor, and of the others whoever something is known of: as the form does it."""
    survivor = _of(
        values, name="survivor_name", phone="survivor_phone", sex="survivor_sex", age_group="survivor_age"
    )
    reporter = _of(values, name="reporter_name", phone="reporter_phone")
    accused = _of(
        values,
        name="perpetrator_name",
        perpetrator_kind="perpetrator_kind",
        institution_id="perpetrator_institution",
    )
    found = [NewPerson(role=PartyRole.SURVIVOR, **survivor)]
    found += [NewPerson(role=PartyRole.REPORTER, **reporter)] if reporter else []
    return found + ([NewPerson(role=PartyRole.ALLEGED_PERPETRATOR, **accused)] if accused else [])


def _of(values: Values, **fields: str) -> dict[str, Any]:
    return {name: values[field] for name, field in fields.items() if field in values}
