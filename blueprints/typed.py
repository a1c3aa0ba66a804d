"""What people type, read into what is meant; where that cannot be done, a sentence that says what to enter."""

import re
from datetime import date
from typing import Any

from wtforms.validators import StopValidation, ValidationError

from blueprints import times
from blueprints.i18n import _, said
from blueprints.i18n import lazy_gettext as _l
from tracker import clock, references
from tracker.errors import Mistyped

_LATIN = {first + value: str(value) for first in (0x660, 0x6F0) for value in range(10)}


def latin_digits(text: str) -> str:
    """`text` with Arabic-Indic and Persian digits written as 0-9."""
    return text.translate(_LATIN)


def stripped(value: Any) -> Any:
    """A filter: text without blanks around it. A word of a list stays what it is: its `strip` gives mere text."""
    return value.strip() if type(value) is str else value


def in_latin_digits(value: Any) -> Any:
    """A filter: text with Latin digits."""
    return latin_digits(value) if isinstance(value, str) else value


def none_if_blank(value: Any) -> Any:
    """A filter: `None` for text that is nothing but blanks."""
    return None if isinstance(value, str) and not value.strip() else value


class Needed:
    """Refuses nothing entered with the field's own sentence; with no sentence, an empty field is in order."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, _form: Any, field: Any) -> None:
        """As WTForms calls a validator."""
        empty = field.data is None or field.data is False or (not field.data and field.data != 0)
        if empty and not field.errors:
            raise StopValidation(str(self.sentence)) if self.sentence else StopValidation()


def plain_text(_form: Any, field: Any) -> None:
    """Refuses NUL, which no database keeps, and text longer than the field takes."""
    typed = field.data
    if not isinstance(typed, str):
        return
    if "\0" in typed:
        raise ValidationError(_("This text holds a character that cannot be stored. Type it again."))
    if len(typed) > field.most:
        raise ValidationError(
            _("This has %(length)d characters. Shorten it to %(most)d.", length=len(typed), most=field.most)
        )


def reference(_form: Any, field: Any) -> None:
    """A reference in its stored form; refuses one that is mistyped."""
    try:
        field.data = references.parse(field.data)
    except Mistyped as mistyped:
        raise ValidationError(said(mistyped.sentence)) from mistyped


def phone(_form: Any, field: Any) -> None:
    """A telephone number without spaces; refuses what is none."""
    number = phone_number(field.data)
    if number is None:
        raise ValidationError(str(NO_PHONE))
    field.data = number


NO_PHONE = _l("Enter a telephone number with 6 to 15 digits, such as +211 912 345 678")


def phone_number(text: str) -> str | None:
    """A telephone number as it is kept, without what only makes it readable; None for what is none."""
    number = re.sub(r"[\s().-]", "", text)
    return number if re.fullmatch(r"\+?\d{6,15}", number) else None


def whole_number(_form: Any, field: Any) -> None:
    """A whole number within the field's limits."""
    if isinstance(field.data, str):
        if not re.fullmatch(r"-?\d{1,12}", field.data):
            raise ValidationError(_("Enter a whole number, such as 12"))
        field.data = int(field.data)
    if not field.least <= field.data <= field.greatest:
        limits = {"least": field.least, "greatest": field.greatest}
        raise ValidationError(_("Enter a number from %(least)d to %(greatest)d", **limits))


def day(_form: Any, field: Any) -> None:
    """A calendar day; refuses one that does not exist, and a future one unless the field takes it."""
    if isinstance(field.data, str):
        try:
            field.data = date.fromisoformat(iso_day(field.data))
        except ValueError as unreadable:
            raise ValidationError(_("Enter a date that exists, such as 27/3/2026")) from unreadable
    if not field.future and field.data > clock.day_of(clock.now(), times.zone()):
        raise ValidationError(_("Enter a date that is not in the future"))


def not_in_the_future(_form: Any, field: Any) -> None:
    """Refuses an instant that has not come yet."""
    if field.data and field.data > clock.now():
        raise ValidationError(_("Enter a moment that is not in the future"))


def iso_day(typed: str) -> str:
    """A day typed as day/month/year, in the form that a browser sends; anything else as it is."""
    found = re.fullmatch(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", latin_digits(typed).strip())
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else latin_digits(typed).strip()
