"""The two forms of the field, question by question: in the words of the pages that ask the same.

`blueprints.openrosa.xlsform` writes them as XLSForms. What their answers mean says `tracker.actions.field_answers`. A
question may be added; its name is never changed nor used for something else: forms stay on phones for months.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from blueprints.i18n import lazy_gettext as _l
from tracker.vocabulary import (
    AgeGroup,
    Channel,
    Concern,
    ConsentDecision,
    DataClass,
    FormKind,
    Level,
    PerpetratorKind,
    ReprisalFactor,
    Sex,
    Urgency,
)

AREAS, INSTITUTIONS = "areas.csv", "institutions.csv"
"""The lists that the database gives: they come with the form, and are looked up anew when they have changed."""


class Question(NamedTuple):
    """One row of an XLSForm's survey. `label`, `hint`, `required` (the sentence where nothing is said) and `message`
    (where `constraint` does not hold) are words; the rest is as XLSForm spells it.
    """

    type: str
    name: str
    label: str = ""
    hint: str = ""
    required: str = ""
    constraint: str = ""
    message: str = ""
    appearance: str = ""
    relevant: str = ""
    default: str = ""
    choice_filter: str = ""
    parameters: str = ""


class FieldForm(NamedTuple):
    """A form: its title, its version, its questions and the lists that they choose from.

    `version` grows whenever the questions change; what is served adds a mark of the lists that the database gives.
    """

    title: str
    version: str
    questions: Sequence[Question]
    lists: Mapping[str, Sequence[StrEnum]]
    media: Sequence[str]


_SEARCHED = "minimal autocomplete"
_GIVEN = "${consent} = 'given'"


def _line(
    name: str, label: str, most: int, hint: str = "", *, long: bool = False, relevant: str = ""
) -> Question:
    return Question(
        "text",
        name,
        label,
        hint,
        constraint=f"string-length(.) <= {most}",
        message=_l("This is too long. Shorten it."),
        appearance="multiline" if long else "",
        relevant=relevant,
    )


def _phone(name: str, label: str, hint: str = "") -> Question:
    return Question(
        "text",
        name,
        label,
        hint,
        constraint=r"regex(., '^\+?[-0-9 ().]{6,25}$')",
        message=_l("Enter a telephone number with 6 to 15 digits, such as +211 912 345 678"),
        appearance="numbers",
    )


def _moment(name: str, label: str, required: str, hint: str) -> Question:
    return Question(
        "dateTime",
        name,
        label,
        hint,
        required,
        constraint=". <= now()",
        message=_l("Enter a moment that is not in the future"),
        default="now()",
    )


def _area(required: str = "", hint: str = "") -> Question:
    return Question(f"select_one_from_file {AREAS}", "area", _l("Area"), hint, required, appearance=_SEARCHED)


def _group(name: str, label: str, *, together: bool = False) -> Question:
    return Question("begin_group", name, label, appearance="field-list" if together else "")


_END = Question("end_group", "")

_ALERT = (
    Question(
        "select_one alert_channel",
        "channel",
        _l("How did the alert arrive?"),
        required=_l("Choose how the alert arrived"),
    ),
    _moment(
        "received_at",
        _l("When did it arrive?"),
        _l("Enter when the alert arrived"),
        _l("The time to call back runs from then."),
    ),
    _phone("phone", _l("Telephone number to call back")),
    _area(),
    _line("name", _l("Who called?"), 160, _l("Only if they said it themselves.")),
    _line(
        "message", _l("What did they say?"), 5_000, _l("In their own words, as short as it was."), long=True
    ),
)

_WHAT_HAPPENED = (
    _group("what_happened", _l("What happened")),
    Question(
        "select_one concern",
        "concern",
        _l("Protection concern"),
        required=_l("Choose the protection concern"),
        appearance=_SEARCHED,
    ),
    _area(
        _l("Choose the area where it happened"),
        _l("Where it happened, as near as you know. For a place far away choose its state."),
    ),
    Question(
        "date",
        "occurred_on",
        _l("On which day did it happen?"),
        _l("Leave it empty if nobody knows."),
        constraint=". <= today()",
        message=_l("Enter a date that is not in the future"),
    ),
    _line("place", _l("Exact place"), 200),
    _line(
        "narrative",
        _l("What happened, in the survivor's own words"),
        20_000,
        _l("Only what is needed. Institutions read it once they have accepted the case."),
        long=True,
    ),
    _END,
)

_PEOPLE = (
    _group("report", _l("The report")),
    Question(
        "select_one channel",
        "channel",
        _l("How was it reported?"),
        required=_l("Choose how it was reported"),
    ),
    _moment(
        "reported_at",
        _l("When did you hear of it?"),
        _l("Enter when you heard of it"),
        _l("The time limit for triage runs from here."),
    ),
    _line(
        "reporter_name", _l("Name of whoever reports"), 160, _l("If it is somebody else than the survivor.")
    ),
    _phone("reporter_phone", _l("Telephone of whoever reports")),
    _END,
    _group("survivor", _l("The survivor"), together=True),
    _line("survivor_name", _l("Name of the survivor"), 160),
    _phone("survivor_phone", _l("Telephone of the survivor"), _l("Only if it is safe to call there.")),
    Question("select_one sex", "survivor_sex", _l("Sex of the survivor")),
    Question("select_one age_group", "survivor_age", _l("Age of the survivor")),
    _END,
    _group("perpetrator", _l("The alleged perpetrator"), together=True),
    Question("select_one perpetrator_kind", "perpetrator_kind", _l("Who is the alleged perpetrator?")),
    _line("perpetrator_name", _l("Name of the alleged perpetrator"), 160),
    Question(
        f"select_one_from_file {INSTITUTIONS}",
        "perpetrator_institution",
        _l("Institution that the alleged perpetrator belongs to"),
        _l("Choose it if the person works there: then nobody there finds the case, from now on."),
        appearance=_SEARCHED,
    ),
    _END,
)

_RISK = (
    _group("risks", _l("Urgency and risk")),
    Question(
        "select_one urgency",
        "urgency",
        _l("How urgent is it?"),
        _l("Emergency: refer within 24 hours. Urgent: within 72 hours. Normal: within 14 days."),
        _l("Choose how urgent it is"),
    ),
    Question(
        "select_one level",
        "risk",
        _l("How great is the risk to the survivor?"),
        required=_l("Choose how great the risk is"),
    ),
    Question(
        "select_multiple reprisal_factor",
        "reprisal_factors",
        _l("What makes a reprisal likelier?"),
        _l("Against the survivor or whoever reports, if it becomes known that they spoke."),
    ),
    Question(
        "select_one level",
        "reprisal_risk",
        _l("How great is the risk of reprisals?"),
        _l("Leave it empty to take the level that your answers suggest."),
    ),
    _line(
        "mitigation",
        _l("What protects the person?"),
        5_000,
        _l("At high risk the case is shared only once this is written."),
        long=True,
        relevant="${reprisal_factors} != '' or ${reprisal_risk} = 'high' or ${reprisal_risk} = 'critical'",
    ),
    _END,
)

_SHARING = (
    _group("sharing", _l("Consent")),
    Question(
        "select_one consent",
        "consent",
        _l("Does the survivor agree that the case is shared?"),
        required=_l("Choose what the survivor decided about sharing"),
    ),
    Question(
        f"select_multiple_from_file {INSTITUTIONS}",
        "consent_institutions",
        _l("With which institutions?"),
        required=_l("Tick the institutions that the survivor agreed to"),
        appearance="autocomplete",
        relevant=_GIVEN,
        choice_filter="refer = '1'",
    ),
    Question(
        "select_multiple data_class",
        "consent_classes",
        _l("About what?"),
        _l("Tick nothing for everything. Where some are ticked, a yes is a no to the others."),
        relevant=_GIVEN,
    ),
    Question(
        f"select_multiple_from_file {INSTITUTIONS}",
        "refer_to",
        _l("Send the case to"),
        _l("Where another institution is responsible for the case, it decides about this."),
        relevant=_GIVEN,
        choice_filter="selected(${consent_institutions}, name)",
    ),
    _line(
        "note",
        _l("Note for those who receive the case"),
        5_000,
        _l("It stays in the history. Name nobody who need not be named."),
        long=True,
        relevant="${refer_to} != ''",
    ),
    _END,
)

_FILES = (
    _group("files", _l("Files")),
    Question("image", "photo", _l("Photograph"), parameters="max-pixels=2048"),
    Question("audio", "recording", _l("Recording"), parameters="quality=normal"),
    Question("file", "document", _l("Document"), _l("PDF or DOCX, at most 10 MB.")),
    Question(
        "select_one data_class",
        "file_class",
        _l("What does it tell about?"),
        _l("Others have it only if the survivor agreed to share that."),
        _l("Choose what it tells about"),
        relevant="${photo} != '' or ${recording} != '' or ${document} != ''",
    ),
    _END,
)

_REPORTED = tuple(channel for channel in Channel if channel is not Channel.IMPORTED)
_CALLED = (Channel.MISSED_CALL, Channel.CALL, Channel.SMS, Channel.RADIO, Channel.VISIT)
_ANSWERS = (ConsentDecision.GIVEN, ConsentDecision.DECLINED, ConsentDecision.NOT_POSSIBLE)

FORMS: Mapping[FormKind, FieldForm] = {
    FormKind.ALERT: FieldForm(_l("Log an alert"), "2026112701", _ALERT, {"alert_channel": _CALLED}, (AREAS,)),
    FormKind.REFERRAL: FieldForm(
        _l("Register and refer a case"),
        "2026112701",
        (*_WHAT_HAPPENED, *_PEOPLE, *_RISK, *_SHARING, *_FILES),
        {
            "concern": tuple(Concern),
            "channel": _REPORTED,
            "sex": tuple(Sex),
            "age_group": tuple(AgeGroup),
            "perpetrator_kind": tuple(PerpetratorKind),
            "urgency": tuple(Urgency),
            "level": tuple(Level),
            "reprisal_factor": tuple(ReprisalFactor),
            "consent": _ANSWERS,
            "data_class": tuple(DataClass),
        },
        (AREAS, INSTITUTIONS),
    ),
}
