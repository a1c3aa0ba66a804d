"""Every table, so that `Base.metadata` is whole once this package is imported."""

from tracker.models.access import Access
from tracker.models.administration import AdministrationEntry
from tracker.models.alert import Alert, AlertContact
from tracker.models.api_token import ApiToken
from tracker.models.area import Area, AreaName, NameKind
from tracker.models.assessment import ReprisalAssessment
from tracker.models.attachment import Attachment
from tracker.models.calendar_address import CalendarAddress
from tracker.models.case import ImportSource, ProtectionCase
from tracker.models.case_key import CaseKey, SealingKey
from tracker.models.case_link import CaseLink
from tracker.models.clock import ClockConfirmation
from tracker.models.consent import Consent
from tracker.models.custody import Custody, CustodyAlarm, CustodyEvent
from tracker.models.door_record import DoorRecord
from tracker.models.emergency import Emergency
from tracker.models.factor import FactorReset, Passkey, RecoveryCode, TotpFactor
from tracker.models.field_form import FieldFile, FieldForm
from tracker.models.gateway import Gateway, GatewayMessage
from tracker.models.history_entry import Effect, EntryNote, HistoryEntry
from tracker.models.history_export import HistoryExport
from tracker.models.hold import LegalHold
from tracker.models.identity import ProviderIdentity
from tracker.models.institution import Institution
from tracker.models.link import LinkPurpose, OneTimeLink, ResetRequest
from tracker.models.log import (
    LogCheckpoint,
    LogCosignature,
    LogDisclosure,
    LogEntry,
    LogHead,
    LogHistory,
    LogNode,
    LogNotice,
)
from tracker.models.mail import Job, Mail, MailFailure, MailKind, Notice, NoticeKind
from tracker.models.order import CourtOrder
from tracker.models.outgoing import Outgoing, SendingState
from tracker.models.person import Narrative, Person
from tracker.models.reading_review import ReadingReview
from tracker.models.receiver import Announcement, CallFailure, Receiver, ReceiverSecret, ReceiverTopic
from tracker.models.report import Report
from tracker.models.search_term import SearchTerm
from tracker.models.sheet import SheetImport, SheetMapping, SheetRow, SheetTaken
from tracker.models.stay import NO_LIMIT, Stay
from tracker.models.submission import Submission
from tracker.models.throttle import Throttle
from tracker.models.track import Track
from tracker.models.user import Acting, Membership, UserAccount, UserSession
from tracker.models.verifier import Verifier, VerifierDownload
from tracker.models.wall import Wall

__all__ = [
    "NO_LIMIT",
    "Access",
    "Acting",
    "AdministrationEntry",
    "Alert",
    "AlertContact",
    "Announcement",
    "ApiToken",
    "Area",
    "AreaName",
    "Attachment",
    "CalendarAddress",
    "CallFailure",
    "CaseKey",
    "CaseLink",
    "ClockConfirmation",
    "Consent",
    "CourtOrder",
    "Custody",
    "CustodyAlarm",
    "CustodyEvent",
    "DoorRecord",
    "Effect",
    "Emergency",
    "EntryNote",
    "FactorReset",
    "FieldFile",
    "FieldForm",
    "Gateway",
    "GatewayMessage",
    "HistoryEntry",
    "HistoryExport",
    "ImportSource",
    "Institution",
    "Job",
    "LegalHold",
    "LinkPurpose",
    "LogCheckpoint",
    "LogCosignature",
    "LogDisclosure",
    "LogEntry",
    "LogHead",
    "LogHistory",
    "LogNode",
    "LogNotice",
    "Mail",
    "MailFailure",
    "MailKind",
    "Membership",
    "NameKind",
    "Narrative",
    "Notice",
    "NoticeKind",
    "OneTimeLink",
    "Outgoing",
    "Passkey",
    "Person",
    "ProtectionCase",
    "ProviderIdentity",
    "ReadingReview",
    "Receiver",
    "ReceiverSecret",
    "ReceiverTopic",
    "RecoveryCode",
    "Report",
    "ReprisalAssessment",
    "ResetRequest",
    "SealingKey",
    "SearchTerm",
    "SendingState",
    "SheetImport",
    "SheetMapping",
    "SheetRow",
    "SheetTaken",
    "Stay",
    "Submission",
    "Throttle",
    "TotpFactor",
    "Track",
    "UserAccount",
    "UserSession",
    "Verifier",
    "VerifierDownload",
    "Wall",
]
