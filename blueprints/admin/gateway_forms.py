"""The forms with which a telephone gateway is set up."""

from typing import Any

from blueprints import words
from blueprints.fields import ChoiceField, ChoicesField, LineField, SelectOneField, TickField
from blueprints.forms import Form
from blueprints.i18n import KNOWN
from blueprints.i18n import lazy_gettext as _l
from tracker.intake.gateways import FIELD_NAMES
from tracker.intake.phrases import LANGUAGES
from tracker.vocabulary import GatewayKind, GatewayProof

FIELDS = {
    "message_id": _l("Field of the message's number"),
    "sender": _l("Field of the sender's number"),
    "text": _l("Field of the text"),
    "at": _l("Field of the time"),
    "kind": _l("Field that says whether it is a missed call"),
    "secret": _l("Field of the secret"),
}
"""What can be called otherwise, in the order of `FIELD_NAMES`."""


_SPECIAL = "field_"


def _field(name: str) -> LineField:
    usual = ", ".join(FIELD_NAMES[name])
    return LineField(FIELDS[name], most=60, short=True, hint=_l("If left empty: %(names)s.", names=usual))


class GatewayForm(Form):
    """Where a gateway's alerts go, and how it answers."""

    institution_id = SelectOneField(
        _l("Who gets the alerts?"),
        required=_l("Choose who gets the alerts"),
        hint=_l("Only the people of this institution see what the messages say."),
    )
    area_id = SelectOneField(_l("Area of a message that names none"))
    answers = TickField(
        _l("Answer that the message has come"),
        hint=_l(
            "Off unless you know that people have their telephones to themselves: somebody else may read the answer. "
            "It says nothing of what it is about, and missed calls are never answered."
        ),
    )
    languages = ChoicesField(
        _l("Languages of the answer"),
        choices=lambda: [(code, KNOWN[code].name) for code in LANGUAGES],
        required=_l("Choose at least one language"),
        hint=_l("The answer is in the language of the message. The first one is for words of none of them."),
    )
    field_message_id = _field("message_id")
    field_sender = _field("sender")
    field_text = _field("text")
    field_at = _field("at")
    field_kind = _field("kind")
    field_secret = _field("secret")

    def usual(self) -> list[Any]:
        """The fields for every kind of gateway."""
        return [one for one in self.shown() if not one.name.startswith(_SPECIAL)]

    def special(self) -> list[Any]:
        """The fields for a gateway with a format of its own."""
        return [one for one in self.shown() if one.name.startswith(_SPECIAL)]

    def given(self) -> dict[str, Any]:
        """What was entered, as the actions take it."""
        values = self.values()
        area_id = values.pop("area_id")
        fields = {name: values.pop(_SPECIAL + name) or "" for name in FIELDS}
        number = {
            "institution_id": int(values.pop("institution_id")),
            "area_id": int(area_id) if area_id else None,
        }
        return values | number | {"fields": fields}


class AddGatewayForm(GatewayForm):
    """A new gateway."""

    name = LineField(
        _l("Name"),
        most=80,
        required=_l("Enter a name"),
        hint=_l("It stands in the history of each alert and cannot be changed later."),
    )
    kind = ChoiceField(
        _l("What is it?"),
        choices=lambda: words.choices(GatewayKind),
        kind=GatewayKind,
        required=_l("Choose what it is"),
    )
    proof = ChoiceField(
        _l("How does it show its secret?"),
        choices=lambda: words.choices(GatewayProof),
        kind=GatewayProof,
        required=_l("Choose how it shows its secret"),
        hint=_l("In a header is right for RapidPro and TextIt."),
    )

    def usual(self) -> list[Any]:
        """What it is stands before where its alerts go."""
        fields = super().usual()
        return fields[-3:] + fields[:-3]


class NewSecretForm(Form):
    """Another secret."""

    at_once = TickField(
        _l("Somebody else may know the present one: end it at once"),
        hint=_l("Otherwise it is taken for one more day, so that no message is lost while you change it."),
    )
