"""The people and facts of one invented case, drawn by a seeded generator."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

from tracker import clock, mission
from tracker.actions.alerts import NewAlert
from tracker.actions.cases import NewCase, NewPerson
from tracker.actions.reprisals import NewAssessment
from tracker.demonstration import words
from tracker.demonstration.people import FAMILIES, MEN, PHONE, WOMEN
from tracker.demonstration.scene import Scene
from tracker.models.contact import Contact
from tracker.vocabulary import (
    AgeGroup,
    Channel,
    Concern,
    ConsentDecision,
    ContactWay,
    Level,
    PartyRole,
    PerpetratorKind,
    ReprisalFactor,
    Sex,
    Urgency,
)

_CHILDREN = frozenset({Concern.FORCED_MARRIAGE, Concern.CHILD_IN_CONFLICT_WITH_LAW})
_ALERTED_BY = (
    Channel.MISSED_CALL,
    Channel.MISSED_CALL,
    Channel.SMS,
    Channel.CALL,
    Channel.RADIO,
    Channel.VISIT,
)
_CAME_BY = (Channel.WALK_IN, Channel.WALK_IN, Channel.VISIT, Channel.PARTNER)
_IN_ARABIC = 0.05
_REPRISALS: tuple[tuple[ReprisalFactor, ...], ...] = (
    (),
    (ReprisalFactor.SMALL_COMMUNITY,),
    (ReprisalFactor.SMALL_COMMUNITY, ReprisalFactor.PHONE_SHARED),
    (ReprisalFactor.PRIOR_THREAT, ReprisalFactor.SMALL_COMMUNITY),
)


def name(rng: Random, sex: Sex | None = None) -> str:
    """An invented person's name."""
    given = {Sex.FEMALE: WOMEN, Sex.MALE: MEN}.get(sex or Sex.OTHER, WOMEN + MEN)
    return f"{rng.choice(given)} {rng.choice(FAMILIES)}"


def phone(rng: Random) -> str:
    """An invented telephone number."""
    return f"{PHONE}{rng.randint(0, 99_999):05d}"


def urgency_of(scene: Scene) -> tuple[Urgency, Level]:
    """How urgent and how risky the case is found at triage."""
    otherwise = (Urgency.NORMAL, scene.rng.choice((Level.LOW, Level.MEDIUM)))
    return words.URGENT.get(scene.telling.concern, otherwise)


def new_alert(received_at: datetime, scene: Scene) -> NewAlert:
    """An alert as the focal point writes it down."""
    rng = scene.rng
    return NewAlert(
        channel=rng.choice(_ALERTED_BY),
        received_at=received_at,
        area_id=scene.world.areas[rng.choice(scene.home.areas)].id,
        name=name(rng) if rng.random() < 0.6 else "",
        phone=phone(rng),
        message=rng.choice(words.MESSAGES),
    )


def new_case(reported_at: datetime, agreed: list[int], scene: Scene) -> NewCase:
    """The case as it is registered; `agreed`: the institutions that the survivor agreed to."""
    rng, alert = scene.rng, scene.alert
    survivor = _survivor(scene.telling.concern, rng)
    day = clock.day_of(reported_at, mission.current().zone)
    told = (
        words.ARABIC_NARRATIVE
        if _tells_in_arabic(survivor, scene)
        else rng.choice(words.NARRATIVES[scene.telling.concern])
    )
    wish = "" if told is words.ARABIC_NARRATIVE else f"\n{rng.choice(words.WISHES)}"
    return NewCase(
        concern=scene.telling.concern,
        area_id=alert.area_id
        if alert and alert.area_id
        else scene.world.areas[rng.choice(scene.home.areas)].id,
        channel=alert.channel if alert else rng.choice(_CAME_BY),
        urgency=Urgency.NORMAL,
        risk=rng.choice((Level.LOW, Level.MEDIUM)),
        assessment=assessment(rng.choice(_REPRISALS)),
        reported_at=reported_at,
        occurred_on=day - timedelta(days=rng.choice((0, 0, 1, 1, 2, 3, 5, 9, 21))),
        people=(survivor, *_others(scene.telling.concern, rng)),
        narrative=told.format(name=survivor.name) + wish,
        place=rng.choice(words.PLACES),
        consent=ConsentDecision.GIVEN,
        consent_institution_ids=agreed,
    )


def assessment(factors: tuple[ReprisalFactor, ...]) -> NewAssessment:
    """The short assessment; what protects the person is written wherever something must."""
    contact = Contact(
        way=ContactWay.CALL,
        days=(0, 2, 4),
        since=time(9),
        until=time(16),
        who_may_answer=words.MAY_ANSWER,
        cover=words.COVER,
    )
    new = NewAssessment(factors=factors)
    if new.proposed is Level.LOW:
        return new
    return replace(new, mitigation=words.MITIGATION, contact=contact)


def _tells_in_arabic(survivor: NewPerson, scene: Scene) -> bool:
    threatened = scene.telling.concern in (Concern.PHYSICAL_ASSAULT, Concern.THREAT_OR_INTIMIDATION)
    return survivor.sex is Sex.FEMALE and threatened and scene.rng.random() < _IN_ARABIC * 6


def _survivor(concern: Concern, rng: Random) -> NewPerson:
    sex = words.sex_of(concern, rng.random())
    age = AgeGroup.CHILD if concern in _CHILDREN else rng.choice((AgeGroup.ADULT,) * 5 + (AgeGroup.OLDER,))
    return NewPerson(
        role=PartyRole.SURVIVOR,
        name=name(rng, sex),
        phone=phone(rng) if age is not AgeGroup.CHILD and rng.random() < 0.7 else "",
        sex=sex,
        age_group=age,
    )


def _others(concern: Concern, rng: Random) -> list[NewPerson]:
    people = []
    if concern not in words.DETAINED:
        known = rng.random() < 0.65
        people.append(
            NewPerson(
                role=PartyRole.ALLEGED_PERPETRATOR,
                name=name(rng, Sex.MALE) if known else "",
                sex=Sex.MALE if known else Sex.NOT_RECORDED,
                perpetrator_kind=rng.choice(
                    (PerpetratorKind.INDIVIDUAL, PerpetratorKind.FAMILY, PerpetratorKind.COMMUNITY_DEFENCE)
                )
                if known
                else PerpetratorKind.UNKNOWN,
            )
        )
    if rng.random() < 0.3:
        people.append(NewPerson(role=PartyRole.WITNESS, name=name(rng), phone=phone(rng)))
    if concern in _CHILDREN:
        people.append(NewPerson(role=PartyRole.CAREGIVER, name=name(rng, Sex.FEMALE), phone=phone(rng)))
    return people
