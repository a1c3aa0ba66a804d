"""The forms about a held person: extension, hearing, move, release, review, and taking note of an alarm."""

from blueprints import words
from blueprints.fields import (
    ChoiceField,
    DayField,
    LineField,
    MomentField,
    NarrativeField,
    SeenField,
    SelectOneField,
    WholeNumberField,
)
from blueprints.forms import Form
from blueprints.i18n import lazy_gettext as _l
from tracker.vocabulary import Authority, ProductionResult, ReleaseReason, ReviewFinding


def _note() -> NarrativeField:
    return NarrativeField(_l("Note"), hint=_l("It stays in the history. Name nobody who need not be named."))


def _when() -> MomentField:
    return MomentField(
        _l("When did it happen?"),
        required=_l("Enter when it happened"),
        hint=_l("Change it if you record this later than it happened."),
    )


class ExtensionForm(Form):
    """Who authorised that somebody is held longer, and for how long."""

    seen = SeenField()
    authority = SelectOneField(
        _l("Who authorised it?"),
        choices=lambda: words.choices(Authority),
        kind=Authority,
        required=_l("Choose who authorised it"),
    )
    office = LineField(_l("Name of the office"), most=120)
    paper = LineField(
        _l("Number of the written paper"), most=60, short=True, hint=_l("Leave it empty if there is none.")
    )
    hours = WholeNumberField(
        _l("For how many hours more?"), least=1, greatest=9999, required=_l("Enter for how many hours")
    )
    happened_at = _when()
    note = _note()


class ProductionForm(Form):
    """Before which court somebody was brought, and what it said."""

    seen = SeenField()
    institution_id = SelectOneField(
        _l("Before which court or prosecutor?"),
        required=_l("Choose the court that the person was brought before"),
        hint=_l("The nearest come first."),
    )
    result = ChoiceField(
        _l("What was decided?"),
        choices=lambda: words.choices(ProductionResult),
        kind=ProductionResult,
        required=_l("Choose what was decided"),
    )
    until = DayField(
        _l("Remanded until the end of which day?"), future=True, hint=_l("Leave it empty if none was named.")
    )
    happened_at = _when()
    note = _note()


class TransferForm(Form):
    """Where somebody was moved."""

    seen = SeenField()
    institution_id = SelectOneField(
        _l("Where was the person moved?"),
        required=_l("Choose where the person was moved"),
        hint=_l("The nearest come first."),
    )
    happened_at = _when()
    note = _note()


class ReleaseForm(Form):
    """Why somebody was released."""

    seen = SeenField()
    reason = ChoiceField(
        _l("Why was the person released?"),
        choices=lambda: words.choices(ReleaseReason),
        kind=ReleaseReason,
        required=_l("Choose why the person was released"),
    )
    happened_at = _when()
    note = _note()


class ReviewForm(Form):
    """What came of looking after somebody."""

    seen = SeenField()
    finding = ChoiceField(
        _l("What did you do or find?"),
        choices=lambda: words.choices(ReviewFinding),
        kind=ReviewFinding,
        required=_l("Choose what you did or found"),
    )
    happened_at = _when()
    note = _note()


class AcknowledgeForm(Form):
    """That somebody outside knows of the limit, and what they will do."""

    seen = SeenField()
    note = NarrativeField(
        _l("What will you do?"), hint=_l("It stays in the history. Name nobody who need not be named.")
    )
