"""The form with which an alert is logged: quick, because somebody waits for a call."""

from blueprints import words
from blueprints.fields import (
    ChoiceField,
    LineField,
    MomentField,
    NarrativeField,
    PhoneField,
    SeenField,
    SelectOneField,
)
from blueprints.forms import Form
from blueprints.i18n import lazy_gettext as _l
from tracker.vocabulary import ALERT_CHANNELS, Channel


class LogAlertForm(Form):
    """What a liaison writes down. Only the first two must be answered, and the second answers itself."""

    channel = ChoiceField(
        _l("How did the alert arrive?"),
        choices=lambda: words.choices(ALERT_CHANNELS),
        kind=Channel,
        required=_l("Choose how the alert arrived"),
    )
    received_at = MomentField(
        _l("When did it arrive?"),
        required=_l("Enter when the alert arrived"),
        hint=_l("The time to call back runs from then."),
    )
    phone = PhoneField(_l("Telephone number to call back"))
    area_id = SelectOneField(_l("Area"))
    place = LineField(
        _l("Or the place, as they say it"),
        most=200,
        hint=_l("Such as a village and its county. Never guess."),
    )
    name = LineField(_l("Who called?"), most=160, hint=_l("Only if they said it themselves."))
    message = NarrativeField(_l("What did they say?"), hint=_l("In their own words, as short as it was."))


class PlaceAlertForm(Form):
    """Which area is meant: those that the words may mean come first, with the reason."""

    seen = SeenField()
    area_id = SelectOneField(_l("Area"), required=_l("Choose the area"))
