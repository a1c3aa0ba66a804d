"""The words about reprisals, and about cases that hang together."""

from enum import StrEnum


class ReprisalFactor(StrEnum):
    """What makes it likelier that somebody is punished for having spoken; the procedure says how much each weighs."""

    NAMED_PERPETRATOR_IN_POWER = "named_perpetrator_in_power"
    SMALL_COMMUNITY = "small_community"
    PRIOR_THREAT = "prior_threat"
    RECIPIENT_INSTITUTION_IMPLICATED = "recipient_institution_implicated"
    CHILD = "child"
    DETAINED = "detained"
    PHONE_SHARED = "phone_shared"
    VISIBLE_VISIT = "visible_visit"


class ContactWay(StrEnum):
    """How a person is best reached without harm."""

    CALL = "call"
    SMS = "sms"
    VISIT = "visit"
    THROUGH_SOMEBODY = "through_somebody"


class CaseTie(StrEnum):
    """How two cases hang together; cases are linked, never merged."""

    REPRISAL = "reprisal"
    SAME_PERSON = "same_person"
    SAME_INCIDENT = "same_incident"
    NOT_THE_SAME = "not_the_same"
