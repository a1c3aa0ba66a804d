"""The forms about reprisals: the short assessment, and reporting one."""

from datetime import time
from typing import Any

from wtforms import widgets
from wtforms.validators import ValidationError

from blueprints import times, words
from blueprints.cases import forms
from blueprints.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    LineField,
    NarrativeField,
    SeenField,
    TickField,
)
from blueprints.forms import Form
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from tracker.actions.reprisals import NewAssessment
from tracker.models.contact import Assessed, Contact
from tracker.vocabulary import Channel, ContactWay, Level, ReprisalFactor

_CHANNELS = tuple(channel for channel in Channel if channel is not Channel.IMPORTED)


def _hour(_form: Any, field: Any) -> None:
    if isinstance(field.data, str):
        try:
            field.data = time.fromisoformat(field.data)
        except ValueError as unreadable:
            raise ValidationError(_("Enter an hour such as 14:30")) from unreadable


class HourField(LineField):
    """An hour of the day, as clocks go in the mission area."""

    widget = widgets.TimeInput()
    numeric = True

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, most=8, short=True, checks=[_hour], **more)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def script(self) -> dict[str, Any]:
        """Hours are written from the left in every language."""
        return {"dir": "ltr"}


def factors() -> ChoicesField:
    """What makes a reprisal likelier."""
    return ChoicesField(
        _l("What makes a reprisal likelier?"),
        choices=lambda: words.choices(ReprisalFactor),
        kind=ReprisalFactor,
        hint=_l("Against the survivor or whoever reports, if it becomes known that they spoke."),
    )


def level() -> ChoiceField:
    """The level, where the assessor does not take the one that the answers suggest."""
    return ChoiceField(
        _l("How great is the risk of reprisals?"),
        choices=lambda: words.choices(Level),
        kind=Level,
        hint=_l("Leave it empty to take the level that your answers suggest."),
    )


class AssessForm(Form):
    """The short assessment of a case, and how the person is reached."""

    seen = SeenField()
    factors = factors()
    level = level()
    lowered_because = LineField(_l("Why is it lower than the answers suggest?"), most=500)
    mitigation = NarrativeField(
        _l("What protects the person?"),
        hint=_l("At high risk the case is shared only once this is written."),
    )
    way = ChoiceField(
        _l("How is the person best reached?"), choices=lambda: words.choices(ContactWay), kind=ContactWay
    )
    days = ChoicesField(_l("Safe days"), choices=times.weekdays, hint=_l("Leave it empty for every day."))
    since = HourField(_l("Safe from"))
    until = HourField(_l("Safe until"))
    who_may_answer = LineField(_l("Who may answer?"), most=200)
    no_voicemail = TickField(_l("Leave no message"))
    no_sms = TickField(_l("Send no SMS"))
    cover = LineField(
        _l("What does the caller say it is about?"),
        most=200,
        hint=_l("Something ordinary, such as an appointment at the clinic."),
    )

    def assessment(self) -> NewAssessment:
        """What was entered, as the action takes it."""
        return NewAssessment(
            factors=tuple(self.factors.data or ()),
            level=self.level.data,
            lowered_because=self.lowered_because.data or "",
            mitigation=self.mitigation.data or "",
            contact=Contact(
                way=self.way.data,
                days=tuple(int(day) for day in self.days.data or ()),
                since=self.since.data,
                until=self.until.data,
                who_may_answer=self.who_may_answer.data or "",
                no_voicemail=self.no_voicemail.data,
                no_sms=self.no_sms.data,
                cover=self.cover.data or "",
            ),
        )

    def parts(self) -> list[tuple[str, list[Any]]]:
        """The fields under the headings of the page."""
        headings = {
            _("The risk"): ("factors", "level", "lowered_because", "mitigation"),
            _("Reaching the person"): (
                "way",
                "days",
                "since",
                "until",
                "who_may_answer",
                "no_voicemail",
                "no_sms",
                "cover",
            ),
        }
        return [(heading, [self[name] for name in names]) for heading, names in headings.items()]


def filled_in(said: Assessed) -> dict[str, Any]:
    """What the last assessment said, as the form shows it; the level and its reason are asked anew."""
    contact = vars(said.contact) | {"days": [str(day) for day in said.contact.days]}
    return contact | {"factors": list(said.factors), "mitigation": said.mitigation}


class ReportForm(Form):
    """What was done to somebody because they spoke."""

    seen = SeenField()
    told = NarrativeField(_l("What happened?"), required=_l("Write what happened, in a sentence or two."))
    occurred_on = DayField(_l("On which day did it happen?"), hint=_l("Leave it empty if nobody knows."))
    channel = ChoiceField(
        _l("How was it reported?"),
        choices=lambda: words.choices(_CHANNELS),
        kind=Channel,
        required=_l("Choose how it was reported"),
    )
    perpetrator_kind = forms.perpetrator_kind()
    institution_ids = ChoicesField(
        _l("Which institutions does it come from?"),
        hint=_l("Nobody there will find the new case."),
    )
