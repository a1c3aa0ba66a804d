"""The words of custody: what happened to a held person, who authorised it, on what its limit rests."""

from enum import StrEnum


class CustodyAct(StrEnum):
    """What is recorded about a held person."""

    ARREST = "arrest"
    EXTENSION = "extension"
    PRODUCTION = "production"
    TRANSFER = "transfer"
    RELEASE = "release"
    REVIEW = "review"
    ACKNOWLEDGEMENT = "acknowledgement"


class Authority(StrEnum):
    """Who authorised that somebody is held longer."""

    POLICE_SUPERIOR = "police_superior"
    PROSECUTOR = "prosecutor"
    JUDGE = "judge"
    CHIEF = "chief"
    GOVERNMENT_OFFICIAL = "government_official"
    OTHER = "other"


class ProductionResult(StrEnum):
    """What a court said of the person who was brought before it."""

    REMANDED = "remanded"
    NO_ORDER = "no_order"
    RELEASE_ORDERED = "release_ordered"


class ReviewFinding(StrEnum):
    """What came of looking after a held person."""

    VISITED = "visited"
    SEEN_IN_REGISTER = "seen_in_register"
    RELEASE_REQUESTED = "release_requested"
    NOT_FOUND = "not_found"
    ACCESS_REFUSED = "access_refused"
    OTHER = "other"


class LimitBasis(StrEnum):
    """On what the time limit of a held person rests."""

    LAW = "law"
    EXTENSION = "extension"
    REMAND = "remand"
    COURT_DAY = "court_day"
    RELEASE_ORDER = "release_order"


class CustodyFault(StrEnum):
    """Why an extension or a remand goes beyond the law: it is recorded, and moves no limit."""

    NO_EXTENSION = "no_extension"
    TOO_OFTEN = "too_often"
    TOO_LONG = "too_long"
    NOT_WRITTEN = "not_written"
    WRONG_AUTHORITY = "wrong_authority"
    TOO_LATE = "too_late"


class AlarmKind(StrEnum):
    """Of what somebody outside is told: a limit of custody is near, or has passed."""

    NEAR = "near"
    PASSED = "passed"
