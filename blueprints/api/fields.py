"""What JSON is made of here: fields that refuse what cannot be kept, in sentences that people understand."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import marshmallow as ma
from marshmallow import fields

from blueprints import times, typed
from blueprints.i18n import _
from tracker import clock
from tracker.errors import say

_EARLIEST = 1900
_NEEDED = {"required": say("This is needed."), "null": say("Leave it out, or say something.")}
_NOTHING_ELSE = say("Nobody asked for this.")


class Schema(ma.Schema):
    """The base of all: refuses what it does not know."""

    error_messages = {"unknown": _NOTHING_ELSE, "type": say("Send an object.")}  # noqa: RUF012 - marshmallow's own


class Text(fields.String):
    """A text of at most `most` characters; blanks around it are taken off. No NUL, which no database keeps."""

    default_error_messages = {**_NEEDED, "invalid": say("Send a text.")}  # noqa: RUF012

    def __init__(self, most: int, *, least: int = 0, **more: Any) -> None:
        self.most, self.least = most, least
        told = {"maxLength": most, "pattern": "^[^\\u0000]*$"} | ({"minLength": least} if least else {})
        super().__init__(metadata=told | more.pop("metadata", {}), **more)

    def _deserialize(self, value: Any, *asked: Any, **more: Any) -> str:
        text = super()._deserialize(value, *asked, **more)
        if "\0" in text or not _can_be_kept(text):
            raise ma.ValidationError(_("This text holds a character that cannot be stored. Type it again."))
        if len(text) > self.most:
            sentence = _(
                "This has %(length)d characters. Shorten it to %(most)d.", length=len(text), most=self.most
            )
            raise ma.ValidationError(sentence)
        if len(text.strip()) < self.least:
            raise ma.ValidationError(str(_NEEDED["required"]))
        return text.strip()


class Phone(Text):
    """A telephone number: 6 to 15 digits, perhaps a leading +; what only makes it readable is dropped."""

    def __init__(self, **more: Any) -> None:
        super().__init__(30, metadata={"pattern": r"^\+?[0-9]{6,15}$"}, **more)

    def _deserialize(self, value: Any, *asked: Any, **more: Any) -> str:
        number = typed.phone_number(super()._deserialize(value, *asked, **more))
        if number is None:
            raise ma.ValidationError(str(typed.NO_PHONE))
        return number


class Word(fields.Enum[StrEnum]):
    """One word of a closed list, given as its member."""

    default_error_messages = {**_NEEDED, "unknown": say("Choose one of the answers in the list")}  # noqa: RUF012

    def __init__(self, words: type[StrEnum], **more: Any) -> None:
        super().__init__(words, by_value=True, **more)


class Number(fields.Integer):
    """A whole number from `least` to `most`."""

    default_error_messages = {**_NEEDED, "invalid": say("Send a whole number.")}  # noqa: RUF012

    def __init__(self, least: int, most: int, **more: Any) -> None:
        super().__init__(validate=ma.validate.Range(least, most), **more)


class Moment(fields.AwareDateTime):
    """When something happened, with its time zone (RFC 3339). Never in the future."""

    default_error_messages = {  # noqa: RUF012
        **_NEEDED,
        "invalid": say("Send a moment with its time zone, such as 2026-03-27T14:30:00+02:00."),
        "invalid_awareness": say("Send a moment with its time zone, such as 2026-03-27T14:30:00+02:00."),
    }

    def _deserialize(self, value: Any, *asked: Any, **more: Any) -> datetime:
        moment = super()._deserialize(value, *asked, **more)
        if moment.year < _EARLIEST:
            raise self.make_error("invalid", input=value, obj_type="datetime")
        if moment > clock.now():
            raise ma.ValidationError(_("Enter a moment that is not in the future"))
        return moment.astimezone(UTC)


class Day(fields.Date):
    """A calendar day (RFC 3339); `future`: it may lie ahead."""

    default_error_messages = {**_NEEDED, "invalid": say("Send a day that exists, such as 2026-03-27.")}  # noqa: RUF012

    def __init__(self, *, future: bool = False, **more: Any) -> None:
        self.future = future
        super().__init__(**more)

    def _deserialize(self, value: Any, *asked: Any, **more: Any) -> Any:
        day = super()._deserialize(value, *asked, **more)
        if not self.future and day > clock.day_of(clock.now(), times.zone()):
            raise ma.ValidationError(_("Enter a date that is not in the future"))
        return day


class Listed(fields.List[Any]):
    """From `least` to `most` of these."""

    default_error_messages = {**_NEEDED, "invalid": say("Send a list.")}  # noqa: RUF012

    def __init__(self, of: fields.Field[Any], most: int, *, least: int = 0, **more: Any) -> None:
        super().__init__(of, validate=ma.validate.Length(least, most), **more)


class Code(fields.String):
    """A word of a closed list in an answer."""

    def __init__(self, words: type[StrEnum], **more: Any) -> None:
        super().__init__(metadata={"enum": [word.value for word in words]}, **more)


def _can_be_kept(text: str) -> bool:
    """Half of a surrogate pair is no character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
