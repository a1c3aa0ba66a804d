"""The forms of the own account."""

from wtforms import HiddenField

from blueprints.carried import CarriedField
from blueprints.fields import LineField, SecretField
from blueprints.forms import Form
from blueprints.i18n import lazy_gettext as _l


class SignInForm(Form):
    """Username and password; `next` is where the person was going, `carried` what they had typed."""

    username = LineField(
        _l("Username"), required=_l("Enter your username"), most=80, short=True, purpose="username"
    )
    password = SecretField(_l("Password"), required=_l("Enter your password"), short=True)
    next = HiddenField()
    carried = CarriedField()


class ForgottenForm(Form):
    """Whose password it is."""

    username = LineField(
        _l("Username"), required=_l("Enter your username"), most=80, short=True, purpose="username"
    )


class ChoosePasswordForm(Form):
    """A new password, typed twice because it is not shown."""

    new = SecretField(
        _l("New password"),
        purpose="new-password",
        required=_l("Enter a new password"),
        hint=_l(
            "At least 12 characters. Three or four words that do not belong together are good; no rules beyond that."
        ),
    )
    again = SecretField(
        _l("New password again"), purpose="new-password", required=_l("Type the new password a second time")
    )


class AddressForm(Form):
    """Where mail goes."""

    email = LineField(
        _l("E-mail address"),
        most=254,
        purpose="email",
        hint=_l("Leave it empty to get no mail. Mails say only that there is something to read."),
    )


class ChangePasswordForm(Form):
    """The present password and a new one, typed twice because it is not shown."""

    present = SecretField(_l("Your present password"), required=_l("Enter your present password"))
    new = SecretField(
        _l("New password"),
        purpose="new-password",
        required=_l("Enter a new password"),
        hint=_l(
            "At least 12 characters. Three or four words that do not belong together are good; no rules beyond that."
        ),
    )
    again = SecretField(
        _l("New password again"), purpose="new-password", required=_l("Type the new password a second time")
    )
