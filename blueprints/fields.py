"""The fields that forms are made of: each knows its sentence for "missing", its hint, and how it is shown.

All take `label` and, by keyword, `required` (the sentence when nothing was entered; without it the field is optional)
and `hint`. Typed text is stripped, may not hold NUL, and Arabic-Indic digits become Latin ones where digits are meant.
`components/field.html` shows any of them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import wtforms
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    widgets,
)
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from blueprints import times, typed
from blueprints.i18n import _
from blueprints.typed import Needed, in_latin_digits, iso_day, latin_digits, stripped
from tracker import clock

Choices = Iterable[tuple[str, str]] | Callable[[], Iterable[tuple[str, str]]]


class _Shown(Field):  # type: ignore[misc]
    """What a field tells `components/field.html` about itself, and the arguments that all fields share."""

    shape = "line"
    numeric = False
    data: Any

    def __init__(self, label: str, *, required: str = "", hint: str = "", **more: Any) -> None:
        self.needed = bool(required)
        checks = [Needed(required), *more.pop("checks", ())]
        filters = [*more.pop("filters", ()), stripped, *([in_latin_digits] if self.numeric else [])]
        super().__init__(label, validators=checks, filters=filters, description=hint, **more)

    def names(self) -> tuple[str, ...]:
        """The names under which a browser sends this field."""
        return (self.name,)

    def target(self) -> str:
        """The id of the control that a link in the error summary goes to."""
        return str(self.id)

    def in_words(self) -> str:
        """What was entered, read back; "" where the entry speaks for itself."""
        return ""

    def ties(self) -> str:
        """The ids that describe the control: hint, error, echo."""
        parts = {"hint": self.description, "error": self.errors, "echo": self.in_words()}
        return " ".join(f"{self.id}-{part}" for part, there in parts.items() if there)

    def attributes(self) -> dict[str, Any]:
        """The attributes that tie the control to its hint and error."""
        wrong = {"aria-invalid": "true"} if self.errors else {}
        tied = {"aria-describedby": ties} if (ties := self.ties()) else {}
        return wrong | tied | ({"required": True} if self.needed else {})


class LineField(_Shown, StringField):  # type: ignore[misc]
    """One line of text of at most `most` characters; `None` when empty. `purpose`: what a browser may fill in."""

    def __init__(
        self, label: str, *, most: int = 200, short: bool = False, purpose: str = "", **more: Any
    ) -> None:
        self.most = most
        self.short = short
        self.purpose = {"autocomplete": purpose} if purpose else {}
        super().__init__(
            label, checks=[typed.plain_text, *more.pop("checks", ())], filters=[typed.none_if_blank], **more
        )

    def attributes(self) -> dict[str, Any]:
        """Also the width, the longest entry and the direction of writing."""
        return (
            super().attributes()
            | {"maxlength": self.most, "class": "short" if self.short else False}
            | self.purpose
            | self.script()
        )

    def script(self) -> dict[str, Any]:
        """The direction that the entry is written in: as its first letter says."""
        return {"dir": "auto"}


class NarrativeField(LineField):
    """Several lines in the person's own words, at most `most` characters; `None` when empty."""

    widget = widgets.TextArea()

    def __init__(self, label: str, *, most: int = 5000, **more: Any) -> None:
        super().__init__(label, most=most, **more)


class ReferenceField(LineField):
    """A case or alert reference as a person types it; the data is its stored form."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, most=40, short=True, checks=[typed.reference], **more)

    def script(self) -> dict[str, Any]:
        """References are written from the left in every language."""
        return {"dir": "ltr", "spellcheck": "false"}


class PhoneField(LineField):
    """A telephone number: 6 to 15 digits, perhaps a leading +; spaces and hyphens are dropped."""

    widget = widgets.TelInput()
    numeric = True

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, most=30, short=True, checks=[typed.phone], **more)

    def script(self) -> dict[str, Any]:
        """Numbers are written from the left in every language."""
        return {"dir": "ltr"}


class SecretField(LineField):
    """A password: never shown again, never stripped, at most 200 characters; `purpose` is for password managers."""

    widget = widgets.PasswordInput()

    def __init__(self, label: str, *, purpose: str = "current-password", **more: Any) -> None:
        super().__init__(label, purpose=purpose, **more)
        self.filters = ()

    def script(self) -> dict[str, Any]:
        """A password is in no language."""
        return {}


class WholeNumberField(LineField):
    """A whole number from `least` to `greatest`."""

    numeric = True

    def __init__(self, label: str, *, least: int = 0, greatest: int = 1_000_000, **more: Any) -> None:
        self.least, self.greatest = least, greatest
        super().__init__(label, most=12, short=True, checks=[typed.whole_number], **more)

    def script(self) -> dict[str, Any]:
        """A keypad on a phone."""
        return {"inputmode": "numeric", "dir": "ltr"}


class DayField(LineField):
    """A calendar day, read back in words; not later than today unless `future`."""

    widget = widgets.DateInput()
    numeric = True

    def __init__(self, label: str, *, future: bool = False, **more: Any) -> None:
        self.future = future
        super().__init__(label, most=20, checks=[typed.day], **more)

    def _value(self) -> str:
        if self.raw_data:
            return iso_day(str(self.raw_data[0]))
        return self.data.isoformat() if self.data else ""

    def in_words(self) -> str:
        """ "Friday 27 March 2026"."""
        return times.day_in_full(self.data) if isinstance(self.data, date) else ""

    def attributes(self) -> dict[str, Any]:
        """A day has neither length nor script."""
        return {key: value for key, value in super().attributes().items() if key not in {"maxlength", "dir"}}


class MomentField(_Shown):
    """When something happened: day and time in the mission's time zone; the data is an aware UTC instant.

    Never in the future. Give `default=clock.now` where "now" is the likeliest answer.
    """

    shape = "pair"

    def __init__(self, label: str, **more: Any) -> None:
        self.typed = ("", "")
        super().__init__(label, checks=[typed.not_in_the_future], **more)

    def names(self) -> tuple[str, ...]:
        """The day goes by the field's name, the time by an own one."""
        return (self.name, f"{self.name}-time")

    def process(self, formdata: Any, *rest: Any, **more: Any) -> None:
        """Take the day and the time together."""
        if formdata is not None:
            first, second = (latin_digits(formdata.get(name, "")).strip() for name in self.names())
            self.typed = (first, second)
        super().process(formdata, *rest, **more)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Refuses a day or time that is not one, and one without the other."""
        day, hour = self.typed
        self.data = None  # not the moment that was suggested: the page would read that back
        if not valuelist or not (day or hour):
            return
        if not (day and hour):
            raise ValueError(_("Enter both the date and the time"))
        try:
            local = datetime.combine(date.fromisoformat(iso_day(day)), time.fromisoformat(hour), times.zone())
        except ValueError as unreadable:
            raise ValueError(
                _("Enter a date and a time that exist, such as 27/3/2026 and 14:30")
            ) from unreadable
        self.data = local.astimezone(clock.now().tzinfo)

    def parts(self) -> list[tuple[str, str, str, str]]:
        """The two controls: id and name, label, type, value."""
        day, hour = self.typed
        if self.data and not (day or hour):
            local = self.data.astimezone(times.zone())
            day, hour = local.date().isoformat(), f"{local:%H:%M}"
        first, second = self.names()
        return [(first, _("Date"), "date", iso_day(day)), (second, _("Time"), "time", hour)]

    def in_words(self) -> str:
        """ "Friday 27 March 2026"."""
        return times.day_in_full(self.data) if isinstance(self.data, datetime) else ""


class _Choosing(_Shown):
    """Shared by the fields that choose among `choices`: pairs (code, label), or a callable that gives them.

    `kind`: the `StrEnum` that the codes belong to, when the data should be its members.
    """

    has_blank = False

    def __init__(
        self, label: str, *, choices: Choices = (), kind: type[StrEnum] | None = None, **more: Any
    ) -> None:
        self.kind = kind or str
        given = (lambda: self._options(choices())) if callable(choices) else self._options(choices)
        super().__init__(label, choices=given, coerce=self._member, **more)

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Set the choices of this one form."""
        self.choices = self._options(choices)

    def _options(self, choices: Iterable[tuple[str, str]]) -> list[SelectChoice]:
        blank = [SelectChoice("", _("Choose"))] if self.has_blank else []
        return blank + [SelectChoice(str(code), label) for code, label in choices]

    def _member(self, code: Any) -> Any:
        try:
            return self.kind(code) if code else None
        except ValueError:
            return code  # pre_validate says in a sentence that it is not among the choices

    def pre_validate(self, _form: Any) -> None:
        """Refuses what was not offered."""
        given = self.data if isinstance(self.data, list) else [self.data]
        offered = {str(option.value) for option in self.iter_choices()}
        if any(one and str(one) not in offered for one in given):
            self.data = [] if isinstance(self.data, list) else None
            raise ValidationError(_("Choose one of the answers in the list"))


class ChoiceField(_Choosing, RadioField):  # type: ignore[misc]
    """One answer among few, as radio buttons."""

    shape = "group"
    validate_choice = False

    def target(self) -> str:
        """The first answer."""
        return f"{self.id}-0"


class SelectOneField(_Choosing, SelectField):  # type: ignore[misc]
    """One answer among many, as a list that opens; begins with nothing chosen."""

    validate_choice = False
    has_blank = True


class ChoicesField(_Choosing, SelectMultipleField):  # type: ignore[misc]
    """Any number of answers, as tick boxes; the data is a list."""

    shape = "group"
    validate_choice = False
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def target(self) -> str:
        """The first box."""
        return f"{self.id}-0"


class FileField(_Shown, wtforms.FileField):  # type: ignore[misc]
    """One file; the data is what was sent, with the name that the sender gives it. Its form has `enctype`."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Anything but a file counts as nothing."""
        self.data = next((one for one in valuelist if isinstance(one, FileStorage)), None)


class TickField(_Shown, BooleanField):  # type: ignore[misc]
    """One statement to tick; `required` where it must be ticked."""

    shape = "tick"


class SeenField(HiddenField):  # type: ignore[misc]
    """The version that the person saw when the page was made; the action compares it (`OutOfDate`)."""

    def names(self) -> tuple[str, ...]:
        """As any field."""
        return (self.name,)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Anything but a number counts as never seen."""
        self.data = int(valuelist[0]) if valuelist and re.fullmatch(r"\d{1,9}", valuelist[0]) else -1

    def renew(self) -> None:
        """Take the present version: the person is being shown it."""
        self.raw_data, self.data = None, self.object_data
