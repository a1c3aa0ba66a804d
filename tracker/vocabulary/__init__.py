"""The closed word lists that the database stores (domain.md section 3). Labels are in `blueprints.words`."""

from enum import StrEnum

from tracker.vocabulary.access import AccessKind as AccessKind
from tracker.vocabulary.access import EmergencyReason as EmergencyReason
from tracker.vocabulary.access import Relation as Relation
from tracker.vocabulary.attachments import AttachmentKind as AttachmentKind
from tracker.vocabulary.attachments import AttachmentState as AttachmentState
from tracker.vocabulary.courts import DECISIONS as DECISIONS
from tracker.vocabulary.courts import CourtOutcome as CourtOutcome
from tracker.vocabulary.custody import AlarmKind as AlarmKind
from tracker.vocabulary.custody import Authority as Authority
from tracker.vocabulary.custody import CustodyAct as CustodyAct
from tracker.vocabulary.custody import CustodyFault as CustodyFault
from tracker.vocabulary.custody import LimitBasis as LimitBasis
from tracker.vocabulary.custody import ProductionResult as ProductionResult
from tracker.vocabulary.custody import ReviewFinding as ReviewFinding
from tracker.vocabulary.doors import DoorAct as DoorAct
from tracker.vocabulary.field_forms import FileRefusal as FileRefusal
from tracker.vocabulary.field_forms import FormKind as FormKind
from tracker.vocabulary.field_forms import HeldBack as HeldBack
from tracker.vocabulary.gateways import GatewayKind as GatewayKind
from tracker.vocabulary.gateways import GatewayProof as GatewayProof
from tracker.vocabulary.gateways import MessageKind as MessageKind
from tracker.vocabulary.gateways import Wish as Wish
from tracker.vocabulary.holds import HoldReason as HoldReason
from tracker.vocabulary.hooks import CHOSEN_TOPICS as CHOSEN_TOPICS
from tracker.vocabulary.hooks import Topic as Topic
from tracker.vocabulary.places import OfferedFor as OfferedFor
from tracker.vocabulary.reprisals import CaseTie as CaseTie
from tracker.vocabulary.reprisals import ContactWay as ContactWay
from tracker.vocabulary.reprisals import ReprisalFactor as ReprisalFactor
from tracker.vocabulary.sharing import ConsentDecision as ConsentDecision
from tracker.vocabulary.sharing import DataClass as DataClass
from tracker.vocabulary.sharing import EndOfAccess as EndOfAccess
from tracker.vocabulary.sheets import RowState as RowState
from tracker.vocabulary.sheets import SheetKind as SheetKind
from tracker.vocabulary.sheets import SheetState as SheetState
from tracker.vocabulary.taking_in import EntryFlag as EntryFlag


class Role(StrEnum):
    """What a person does at one institution."""

    FOCAL_POINT = "focal_point"
    POLICE_OFFICER = "police_officer"
    PROSECUTOR = "prosecutor"
    COURT_CLERK = "court_clerk"
    JUDICIAL_OFFICER = "judicial_officer"
    CSO_MONITOR = "cso_monitor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class InstitutionKind(StrEnum):
    """What an institution is; the procedure says which kinds may hold which stage."""

    COMMUNITY_NETWORK = "community_network"
    CSO = "cso"
    POLICE_STATION = "police_station"
    GENDARMERIE = "gendarmerie"
    SPECIAL_PROTECTION_UNIT = "special_protection_unit"
    PROSECUTION = "prosecution"
    CUSTOMARY_COURT_A = "customary_court_a"
    CUSTOMARY_COURT_B = "customary_court_b"
    CUSTOMARY_COURT_C = "customary_court_c"
    TOWN_BENCH_COURT = "town_bench_court"
    PAYAM_COURT = "payam_court"
    COUNTY_COURT = "county_court"
    HIGH_COURT = "high_court"
    MOBILE_COURT = "mobile_court"
    MILITARY_COURT = "military_court"
    PEACE_COURT = "peace_court"
    FIRST_INSTANCE_COURT = "first_instance_court"
    JUDICIAL_AFFAIRS = "judicial_affairs"
    PRISON = "prison"
    HEALTH_SERVICE = "health_service"
    AUDIT_BODY = "audit_body"
    ADMINISTRATION = "administration"
    OTHER = "other"


class Concern(StrEnum):
    """The protection concern of a case (`protection_concern` of the domain)."""

    RAPE = "rape"
    SEXUAL_ASSAULT = "sexual_assault"
    PHYSICAL_ASSAULT = "physical_assault"
    FORCED_MARRIAGE = "forced_marriage"
    DENIAL_OF_RESOURCES = "denial_of_resources"
    PSYCHOLOGICAL_ABUSE = "psychological_abuse"
    KILLING = "killing"
    MAIMING = "maiming"
    ABDUCTION = "abduction"
    RECRUITMENT_USE_OF_CHILDREN = "recruitment_use_of_children"
    ATTACK_ON_SCHOOL_OR_HOSPITAL = "attack_on_school_or_hospital"
    DENIAL_OF_HUMANITARIAN_ACCESS = "denial_of_humanitarian_access"
    ARBITRARY_ARREST = "arbitrary_arrest"
    PROLONGED_DETENTION = "prolonged_detention"
    PROXY_DETENTION = "proxy_detention"
    ILL_TREATMENT_OR_TORTURE = "ill_treatment_or_torture"
    EXTORTION_OR_ILLEGAL_FEE = "extortion_or_illegal_fee"
    REFUSAL_TO_REGISTER_COMPLAINT = "refusal_to_register_complaint"
    UNLAWFUL_CUSTOMARY_SENTENCE = "unlawful_customary_sentence"
    ENFORCED_DISAPPEARANCE = "enforced_disappearance"
    THREAT_OR_INTIMIDATION = "threat_or_intimidation"
    REPRISAL = "reprisal"
    CATTLE_RAIDING = "cattle_raiding"
    LAND_OR_PROPERTY = "land_or_property"
    FORCED_DISPLACEMENT = "forced_displacement"
    CHILD_IN_CONFLICT_WITH_LAW = "child_in_conflict_with_law"
    TRAFFICKING = "trafficking"
    OTHER = "other"


class Urgency(StrEnum):
    """How soon a case must be referred; sets the referral clock."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"


class Level(StrEnum):
    """Risk level and reprisal risk."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Channel(StrEnum):
    """How an alert or a report reached us."""

    MISSED_CALL = "missed_call"
    CALL = "call"
    SMS = "sms"
    RADIO = "radio"
    VISIT = "visit"
    WALK_IN = "walk_in"
    PARTNER = "partner"
    IMPORTED = "imported"


ALERT_CHANNELS = (Channel.MISSED_CALL, Channel.CALL, Channel.SMS, Channel.RADIO, Channel.VISIT)
"""How an alert reaches a liaison; the other channels are those of cases that were never an alert."""


class PartyRole(StrEnum):
    """What a person is to a case."""

    SURVIVOR = "survivor"
    WITNESS = "witness"
    REPORTER = "reporter"
    ALLEGED_PERPETRATOR = "alleged_perpetrator"
    ACCUSED = "accused"
    CAREGIVER = "caregiver"
    INTERPRETER = "interpreter"
    DEFENCE_COUNSEL = "defence_counsel"
    PARALEGAL = "paralegal"
    FOCAL_POINT = "focal_point"


class PerpetratorKind(StrEnum):
    INDIVIDUAL = "individual"
    STATE_SECURITY = "state_security"
    ARMED_GROUP = "armed_group"
    COMMUNITY_DEFENCE = "community_defence"
    OFFICIAL = "official"
    FAMILY = "family"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NOT_RECORDED = "not_recorded"


class AgeGroup(StrEnum):
    CHILD = "child"
    ADULT = "adult"
    OLDER = "older"
    NOT_RECORDED = "not_recorded"


class CallResult(StrEnum):
    """What came of calling back the person who raised an alert."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    UNSAFE_TO_TALK = "unsafe_to_talk"


class NotAcceptedReason(StrEnum):
    NO_CONSENT = "no_consent"
    OUT_OF_MANDATE = "out_of_mandate"
    OUT_OF_AREA = "out_of_area"
    NO_CAPACITY = "no_capacity"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    DUPLICATE = "duplicate"
    UNSAFE = "unsafe"
    INCOMPLETE = "incomplete"
    SURVIVOR_DECLINED = "survivor_declined"
    INSTITUTION_IMPLICATED = "institution_implicated"


class NoActionReason(StrEnum):
    """Why police or prosecution take a matter no further."""

    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    SUSPECT_NOT_FOUND = "suspect_not_found"
    NOT_AN_OFFENCE = "not_an_offence"
    WITNESS_UNAVAILABLE = "witness_unavailable"
    SURVIVOR_WITHDREW = "survivor_withdrew"
    TIME_BARRED = "time_barred"
    SUSPECT_DECEASED = "suspect_deceased"
    OTHER = "other"


class AdjournmentReason(StrEnum):
    JUDGE_ABSENT = "judge_absent"
    PROSECUTOR_ABSENT = "prosecutor_absent"
    ACCUSED_NOT_PRODUCED = "accused_not_produced"
    WITNESS_ABSENT = "witness_absent"
    COUNSEL_ABSENT = "counsel_absent"
    INTERPRETER_ABSENT = "interpreter_absent"
    FILE_MISSING = "file_missing"
    INSECURITY = "insecurity"
    TRANSPORT_OR_FUEL = "transport_or_fuel"
    WEATHER = "weather"
    JURISDICTION_QUESTION = "jurisdiction_question"
    PARTIES_NEGOTIATING = "parties_negotiating"
    HOLIDAY = "holiday"
    OTHER = "other"


class OrderKind(StrEnum):
    COMPENSATION = "compensation"
    PROTECTION = "protection"
    RELEASE = "release"
    SENTENCE = "sentence"


class ClosureReason(StrEnum):
    OUTCOME_DELIVERED = "outcome_delivered"
    SURVIVOR_WITHDREW = "survivor_withdrew"
    SURVIVOR_UNREACHABLE = "survivor_unreachable"
    TRANSFERRED = "transferred"
    DUPLICATE = "duplicate"
    NOT_A_PROTECTION_CASE = "not_a_protection_case"
    INSTITUTION_UNRESPONSIVE_ESCALATED = "institution_unresponsive_escalated"
    UNSAFE_TO_CONTINUE = "unsafe_to_continue"
    DEATH = "death"
    OTHER = "other"


class Measure(StrEnum):
    """A measure that police take for the survivor or the inquiry."""

    STATEMENT_TAKEN = "statement_taken"
    SCENE_VISITED = "scene_visited"
    PROTECTION_PATROL = "protection_patrol"
    MEDICAL_REFERRAL = "medical_referral"
    SUSPECT_SUMMONED = "suspect_summoned"
    EVIDENCE_SECURED = "evidence_secured"
    OTHER = "other"


class ReleaseReason(StrEnum):
    BOND = "bond"
    BEFORE_COURT = "before_court"
    NO_CHARGE = "no_charge"
    ORDER = "order"
    ESCAPED = "escaped"
    OTHER = "other"


class AdministrativeAct(StrEnum):
    """What was done to the installation itself, as `administration_entry` keeps it."""

    FIRST_ADMINISTRATOR_ADDED = "first_administrator_added"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_DEACTIVATED = "account_deactivated"
    ACCOUNT_REACTIVATED = "account_reactivated"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an act
    MEMBERSHIP_ADDED = "membership_added"
    MEMBERSHIP_ENDED = "membership_ended"
    INSTITUTION_ADDED = "institution_added"
    INSTITUTION_RENAMED = "institution_renamed"
    INSTITUTION_DEACTIVATED = "institution_deactivated"
    INSTITUTION_REACTIVATED = "institution_reactivated"
    AREA_ADDED = "area_added"
    AREAS_TAKEN_IN = "areas_taken_in"
    LIMIT_CONFIRMED = "limit_confirmed"
    VERIFIER_PROPOSED = "verifier_proposed"
    VERIFIER_CONFIRMED = "verifier_confirmed"
    VERIFIER_REVOKED = "verifier_revoked"
    FACTOR_RESET_ASKED = "factor_reset_asked"
    FACTOR_RESET_GRANTED = "factor_reset_granted"
    SESSIONS_ENDED = "sessions_ended"
    FACTOR_RESET_BY_OPERATOR = "factor_reset_by_operator"
    TOKEN_ISSUED = "token_issued"  # noqa: S105 - the name of an act
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of an act
    RECEIVER_ADDED = "receiver_added"
    RECEIVER_CHANGED = "receiver_changed"
    RECEIVER_SECRET_REPLACED = "receiver_secret_replaced"  # noqa: S105 - the name of an act
    RECEIVER_DISABLED = "receiver_disabled"
    RECEIVER_ENABLED = "receiver_enabled"
    SHEET_TAKEN_IN = "sheet_taken_in"
    GATEWAY_ADDED = "gateway_added"
    GATEWAY_CHANGED = "gateway_changed"
    GATEWAY_SECRET_CHANGED = "gateway_secret_changed"  # noqa: S105 - the name of an act
    GATEWAY_SWITCHED_OFF = "gateway_switched_off"
    GATEWAY_SWITCHED_ON = "gateway_switched_on"


REASON_LISTS: dict[str, type[StrEnum]] = {
    "not_accepted_reason": NotAcceptedReason,
    "no_action_reason": NoActionReason,
    "adjournment_reason": AdjournmentReason,
    "closure_reason": ClosureReason,
    "measure": Measure,
    "release_reason": ReleaseReason,
    "call_result": CallResult,
    "end_of_access": EndOfAccess,
}
"""The word lists that a step of the procedure may ask a reason from."""

ICCS: dict[Concern, str] = {
    Concern.RAPE: "03011",
    Concern.SEXUAL_ASSAULT: "03012",
    Concern.PHYSICAL_ASSAULT: "0201",
    Concern.KILLING: "0101",
    Concern.ABDUCTION: "02022",
    Concern.TRAFFICKING: "0204",
    Concern.THREAT_OR_INTIMIDATION: "0205",
    Concern.EXTORTION_OR_ILLEGAL_FEE: "02051",
    Concern.CATTLE_RAIDING: "0502",
    Concern.ILL_TREATMENT_OR_TORTURE: "11011",
    Concern.FORCED_MARRIAGE: "02029",
}
"""International Classification of Crime for Statistical Purposes (UNODC, 1.0), where a code exists."""
