"""The forms of those who run the installation."""

from blueprints import words
from blueprints.fields import ChoicesField, LineField, SelectOneField
from blueprints.forms import Form
from blueprints.i18n import lazy_gettext as _l
from tracker.vocabulary import CHOSEN_TOPICS, InstitutionKind, Role, Topic


def _role() -> SelectOneField:
    return SelectOneField(
        _l("Role"), choices=lambda: words.choices(Role), kind=Role, required=_l("Choose what the person does")
    )


def _institution() -> SelectOneField:
    return SelectOneField(_l("Institution"), required=_l("Choose where the person works"))


class AddMembershipForm(Form):
    """What a person is, and where."""

    role = _role()
    institution_id = _institution()


class AddPersonForm(Form):
    """A new account with its first membership."""

    full_name = LineField(_l("Name"), most=120, required=_l("Enter the person's name"))
    username = LineField(
        _l("Username"),
        most=80,
        short=True,
        required=_l("Enter a username"),
        hint=_l("Letters from a to z, digits, dots and hyphens. It cannot be changed later."),
    )
    role = _role()
    institution_id = _institution()
    email = LineField(
        _l("E-mail address"),
        most=254,
        hint=_l("If the person has one. Otherwise you hand over a printed link."),
    )


class AddInstitutionForm(Form):
    """A new institution."""

    name = LineField(_l("Name"), most=160, required=_l("Enter the name of the institution"))
    kind = SelectOneField(
        _l("Kind"),
        choices=lambda: words.choices(InstitutionKind),
        kind=InstitutionKind,
        required=_l("Choose what it is"),
    )
    area_id = SelectOneField(_l("Area"))
    code = LineField(
        _l("Code"),
        most=60,
        short=True,
        hint=_l(
            "For addresses and imports: letters from a to z, digits and hyphens. Made from the name if left empty."
        ),
    )


class RenameInstitutionForm(Form):
    """Another name for an institution."""

    name = LineField(_l("Name"), most=160, required=_l("Enter the name of the institution"))


class AddAreaForm(Form):
    """A new area."""

    code = LineField(_l("P-code"), most=20, short=True, required=_l("Enter the P-code"))
    name = LineField(_l("Name"), most=120, required=_l("Enter the name of the area"))


def _topics() -> ChoicesField:
    return ChoicesField(
        _l("Of what it is told"),
        choices=lambda: words.choices(CHOSEN_TOPICS),
        kind=Topic,
        required=_l("Choose what the receiver is told of"),
        hint=_l("Only that there is a change, never which: the system then asks for what it may read."),
    )


class AddReceiverForm(Form):
    """A system of an institution that is told when something changes."""

    institution_id = SelectOneField(_l("Institution"), required=_l("Choose whose system it is"))
    address = LineField(
        _l("Address"),
        most=500,
        required=_l("Enter the address of the system"),
        hint=_l("It begins with https://, and its host stands in the settings."),
    )
    topics = _topics()


class ChooseTopicsForm(Form):
    """Of what a receiver is told."""

    topics = _topics()
