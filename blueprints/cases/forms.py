"""The forms of the case pages whose questions do not stand in the procedure."""

from typing import Any

from blueprints import words
from blueprints.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    LineField,
    MomentField,
    NarrativeField,
    PhoneField,
    ReferenceField,
    SeenField,
    SelectOneField,
)
from blueprints.forms import Form
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from tracker.vocabulary import (
    DECISIONS,
    AgeGroup,
    ConsentDecision,
    CourtOutcome,
    DataClass,
    OrderKind,
    PartyRole,
    PerpetratorKind,
    ReleaseReason,
    Sex,
)

ORDERS = 4
"""So many orders the form of a decision has room for."""


def note(label: str = _l("Note")) -> NarrativeField:
    """A note that nobody has to write."""
    return NarrativeField(label, hint=_l("It stays in the history. Name nobody who need not be named."))


def sex(label: str = _l("Sex")) -> ChoiceField:
    """A person's sex, as recorded."""
    return ChoiceField(label, choices=lambda: words.choices(Sex), kind=Sex, default=Sex.NOT_RECORDED)


def age(label: str = _l("Age")) -> ChoiceField:
    """A person's age, roughly."""
    return ChoiceField(
        label, choices=lambda: words.choices(AgeGroup), kind=AgeGroup, default=AgeGroup.NOT_RECORDED
    )


class FindForm(Form):
    """Search by reference."""

    reference = ReferenceField(
        _l("Reference"),
        required=_l("Enter a reference"),
        hint=_l("12 letters and digits, as on the paper. Hyphens, spaces and capitals do not matter."),
    )


class SearchForm(Form):
    """Looking somebody up by name or telephone."""

    who = LineField(
        _l("Name or telephone number"),
        required=_l("Enter a name or a telephone number."),
        hint=_l("Whole words of the name, in any order. Accents and capitals do not matter."),
    )


class ArrestForm(Form):
    """Who is held, since when."""

    seen = SeenField()
    person_id = SelectOneField(_l("Who is held?"), hint=_l("A person of this case."))
    name = LineField(_l("Or the name of somebody who is not in the case yet"), most=160)
    age_group = age(_l("Age, if it is not recorded yet"))
    arrested_at = MomentField(
        _l("When was the person arrested?"), required=_l("Enter when the person was arrested")
    )
    note = note()


class ReleaseForm(Form):
    """Which held person was released, when and why."""

    seen = SeenField()
    custody_id = ChoiceField(_l("Who was released?"), required=_l("Choose who was released"))
    released_at = MomentField(
        _l("When was the person released?"), required=_l("Enter when the person was released")
    )
    reason = ChoiceField(
        _l("Why was the person released?"),
        choices=lambda: words.choices(ReleaseReason),
        kind=ReleaseReason,
        required=_l("Choose why the person was released"),
    )
    note = note()


def _order(number: int) -> SelectOneField:
    label = _l("Order %(number)d", number=number)
    return SelectOneField(label, choices=lambda: words.choices(OrderKind), kind=OrderKind)


def _due(number: int) -> DayField:
    return DayField(_l("Order %(number)d is to be carried out by", number=number), future=True)


class DecideForm(Form):
    """The decision of a court, with its orders."""

    seen = SeenField()
    outcome = SelectOneField(
        _l("What did the court decide?"),
        choices=lambda: words.choices(DECISIONS),
        kind=CourtOutcome,
        required=_l("Choose what the court decided"),
    )
    happened_at = MomentField(_l("When did it decide?"), required=_l("Enter when the court decided"))
    order_1, due_1 = _order(1), _due(1)
    order_2, due_2 = _order(2), _due(2)
    order_3, due_3 = _order(3), _due(3)
    order_4, due_4 = _order(4), _due(4)
    note = note()

    def orders(self) -> list[tuple[Any, Any]]:
        """The fields of each order: its kind, and its day."""
        return [(self[f"order_{n}"], self[f"due_{n}"]) for n in range(1, ORDERS + 1)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuses a day for which no order is chosen."""
        in_order = bool(super().validate(extra_validators))
        for kind, due in self.orders():
            if due.data and not kind.data:
                kind.errors = [*kind.errors, _("Choose what is to be carried out by that day")]
                in_order = False
        return in_order


def classes() -> ChoicesField:
    """About what a survivor decides, where it is not everything."""
    return ChoicesField(
        _l("About what?"),
        choices=lambda: words.choices(DataClass),
        hint=_l("Tick nothing for everything. Where some are ticked, a yes is a no to the others."),
    )


class ConsentForm(Form):
    """What the survivor decided about sharing, and with whom."""

    seen = SeenField()
    decision = ChoiceField(
        _l("What did the survivor decide?"),
        choices=lambda: words.choices(ConsentDecision),
        kind=ConsentDecision,
        required=_l("Choose what the survivor decided"),
    )
    institution_ids = ChoicesField(
        _l("About sharing with which institutions?"),
        required=_l("Tick at least one institution"),
        hint=_l("The nearest come first. The newest decision for an institution is the one in force."),
    )
    classes = classes()
    given_on = DayField(_l("On which day?"), required=_l("Enter the day on which the survivor was asked"))
    note = NarrativeField(
        _l("Why?"),
        hint=_l("Needed where nobody could be asked, and where it is shared in the person's best interest."),
    )
    authorised_by = LineField(
        _l("Who authorised it?"),
        most=160,
        hint=_l("Needed where it is shared in the person's best interest, or because the law says so."),
    )


class ReferForm(Form):
    """To whom a case is sent, and to whom the survivor agrees only now."""

    seen = SeenField()
    institution_ids = ChoicesField(
        _l("Send the case to"),
        required=_l("Tick at least one institution"),
        hint=_l("Each sees reference, concern, urgency and district, and no name, until it accepts."),
    )
    agreed_ids = ChoicesField(
        _l("The survivor agrees now to share with"),
        hint=_l("Tick those the survivor has agreed to today; consent is recorded with this form."),
    )
    agreed_classes = classes()
    note = note(_l("Note for those who receive the case"))


def perpetrator_kind() -> SelectOneField:
    """What an alleged perpetrator is."""
    return SelectOneField(
        _l("Who is the alleged perpetrator?"),
        choices=lambda: words.choices(PerpetratorKind),
        kind=PerpetratorKind,
    )


def perpetrator_institution() -> SelectOneField:
    """The institution that an alleged perpetrator belongs to."""
    return SelectOneField(
        _l("Institution that the alleged perpetrator belongs to"),
        hint=_l("Choose it if the person works there: then nobody there finds the case, from now on."),
    )


class WallForm(Form):
    """From which institution a case is hidden, and why."""

    seen = SeenField()
    institution_id = SelectOneField(
        _l("From which institution is the case to be hidden?"),
        required=_l("Choose the institution"),
        hint=_l(
            "Also from what stands under it, and from those above it of the same kind. What they have of the case "
            "is taken back at once, and this cannot be undone."
        ),
    )
    note = NarrativeField(
        _l("Why?"),
        required=_l("Write why the case is hidden from it"),
        hint=_l("It stays in the history. Name nobody who need not be named."),
    )


class PersonForm(Form):
    """A person who is added to a case."""

    seen = SeenField()
    role = SelectOneField(
        _l("What is the person to this case?"),
        choices=lambda: words.choices(PartyRole),
        kind=PartyRole,
        required=_l("Choose what the person is to this case"),
    )
    name = LineField(_l("Name"), most=160)
    phone = PhoneField(_l("Telephone"))
    sex = sex()
    age_group = age()
    perpetrator_kind = perpetrator_kind()
    institution_id = perpetrator_institution()


class CorrectForm(Form):
    """What an entry should have said, and why."""

    seen = SeenField()
    happened_at = MomentField(
        _l("When did it really happen?"),
        required=_l("Enter when it happened"),
        hint=_l("Leave it if it is right."),
    )
    note = NarrativeField(
        _l("Why is it corrected?"),
        required=_l("Write why the entry is corrected"),
        hint=_l("Both what was recorded first and this correction stay in the history."),
    )


class CorrectReasonForm(CorrectForm):
    """The same for an entry that has a reason."""

    reason = SelectOneField(_l("Which reason is right?"), hint=_l("Leave it if it is right."))


class WithdrawForm(Form):
    """Why a step is taken back."""

    seen = SeenField()
    note = NarrativeField(
        _l("Why is it withdrawn?"),
        required=_l("Write why the step is withdrawn"),
        hint=_l("The step and its withdrawal both stay in the history."),
    )
