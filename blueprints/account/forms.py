"""The forms of the own account."""

from wtforms import HiddenField

from blueprints import errors
from blueprints.account.passkeys import Asked
from blueprints.carried import CarriedField
from blueprints.fields import ChoiceField, ChoicesField, LineField, SecretField
from blueprints.forms import Form
from blueprints.i18n import lazy_gettext as _l


class DoorForm(Form):
    """What every form at the door has: where the person was going, what they had typed, and room for a passkey."""

    next = HiddenField()
    carried = CarriedField()
    passkey = HiddenField()
    challenge = HiddenField()

    def ask(self, asked: Asked) -> None:
        """Have a passkey sign this challenge, should the person press that button."""
        self.challenge.data, self.passkey.data = asked.challenge, ""

    def hold_back(self, seconds: int) -> None:
        """Say that there were too many tries, and when the next one is looked at."""
        self.form_errors.append(errors.too_often(seconds))
        self.status = 429

    def refuse_with(self, sentence: str) -> None:
        """Say what was wrong, of the form as a whole: it does not tell which part was right."""
        self.form_errors.append(sentence)
        self.status = 422


class SignInForm(DoorForm):
    """Username and password."""

    username = LineField(
        _l("Username"), required=_l("Enter your username"), most=80, short=True, purpose="username"
    )
    password = SecretField(_l("Password"), required=_l("Enter your password"), short=True)


def _code(hint: str) -> LineField:
    return LineField(
        _l("Code"), required=_l("Enter the code"), most=40, short=True, purpose="one-time-code", hint=hint
    )


class FactorForm(DoorForm):
    """The second factor, by a code."""

    code = _code(_l("Six digits from your app, or one of your recovery codes."))


class ConfirmPasswordForm(DoorForm):
    """The password once more."""

    password = SecretField(_l("Password"), required=_l("Enter your password"), short=True)


class ConfirmForm(ConfirmPasswordForm):
    """The password once more, and the second factor of whoever has one."""

    code = _code(_l("Six digits from your app, or one of your recovery codes."))


class PasskeyForm(DoorForm):
    """Any form at the door, sent by its other button: what a device signed; whatever else was typed is ignored."""

    username = LineField(_l("Username"), most=80)
    password = SecretField(_l("Password"))
    code = LineField(_l("Code"))


class AddAppForm(Form):
    """An app shows that it has the seed; the seed comes back sealed."""

    seed = HiddenField()
    code = _code(_l("Six digits that the app shows now."))


_LASTS = {7: _l("A week"), 30: _l("30 days"), 90: _l("90 days"), 365: _l("A year")}


class IssueTokenForm(Form):
    """What a token is called, what it opens, and how long."""

    name = LineField(
        _l("Name"),
        required=_l("Give this token a name, at most 80 characters."),
        hint=_l("The system that gets it, such as “Spreadsheet of the office”."),
        most=80,
    )
    scopes = ChoicesField(
        _l("What does it open?"),
        required=_l("Choose what the token opens, from the list."),
        hint=_l("As little as will do."),
    )
    days = ChoiceField(
        _l("How long does it last?"),
        choices=lambda: [(str(days), str(label)) for days, label in _LASTS.items()],
        required=_l("Choose how long the token lasts, at most a year."),
    )


class AddPhoneForm(Form):
    """What a phone is called, and how long it may fetch and send."""

    name = LineField(
        _l("Name of the phone"),
        required=_l("Give this phone a name, at most 80 characters."),
        hint=_l("By which you know it again, such as “Office phone 2”."),
        most=80,
    )
    days = ChoiceField(
        _l("How long does it last?"),
        choices=lambda: [(str(days), str(label)) for days, label in _LASTS.items()],
        required=_l("Choose how long it lasts, at most a year."),
    )


class AddPasskeyForm(Form):
    """A name by which to know the passkey later, and what the browser made."""

    passkey = HiddenField()
    challenge = HiddenField()
    name = LineField(
        _l("Name"),
        most=60,
        short=True,
        required=_l("Enter a name"),
        hint=_l("By which you will know it, such as: my telephone."),
    )


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


class CameBackForm(Form):
    """What the identity provider gave the browser to bring here."""

    state = HiddenField()
    code = HiddenField()
    iss = HiddenField()


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
            "At least 12 characters, for administrators 15. Three or four words that do not belong together are good."
        ),
    )
    again = SecretField(
        _l("New password again"), purpose="new-password", required=_l("Type the new password a second time")
    )
