"""The answers of a form from outside, read one by one into what is meant. What is wrong is gathered, and said at once.

said = Answers(filled.answers, zone)
channel = said.one("channel", Channel, needed=True)
...
said.require_in_order()
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from tracker import clock
from tracker.errors import BadInput, say

_AHEAD = timedelta(minutes=15)
"""By so much the clock of a phone may be ahead before anybody is told: "now" is meant."""
_NEVER_BEFORE = datetime(2010, 1, 1, tzinfo=UTC)
"""A phone that lost its battery believes that it is 1970."""

Word = TypeVar("Word", bound=StrEnum)

_LATIN = {first + value: str(value) for first in (0x660, 0x6F0) for value in range(10)}


class Answers:
    """The answers of one form. `clock_wrong`: whether something was said to be later than now, and was put right."""

    def __init__(self, given: Mapping[str, str], zone: ZoneInfo) -> None:
        """`zone`: of moments that say none."""
        self._given, self._zone = given, zone
        self._wrong: dict[str, str] = {}
        self.clock_wrong = False

    def require_in_order(self) -> None:
        """Refuses (`BadInput`) what could not be read, a sentence a question."""
        if self._wrong:
            raise BadInput(**self._wrong)

    def blame(self, question: str, sentence: str) -> None:
        """One more thing that is wrong."""
        self._wrong.setdefault(question, sentence)

    def text(self, question: str, most: int) -> str:
        """What somebody wrote, of at most so many characters."""
        said = self._given.get(question, "")
        if "\0" in said or len(said) > most:
            self.blame(question, say("The answer to “%(question)s” is too long.", question=question))
            return ""
        return said

    def one(self, question: str, words: type[Word], *, needed: bool = False) -> Word | None:
        """One word of a list; None where nothing was chosen."""
        chosen = self._given.get(question, "")
        if chosen in list(words):
            return words(chosen)
        if chosen or needed:
            self._unread(question)
        return None

    def several(self, question: str, words: type[Word]) -> list[Word]:
        """Words of a list, with blanks between them."""
        chosen = self.codes(question)
        if any(code not in list(words) for code in chosen):
            self._unread(question)
        return [words(code) for code in chosen if code in list(words)]

    def codes(self, question: str) -> list[str]:
        """Codes with blanks between them, each once."""
        return list(dict.fromkeys(self._given.get(question, "").split()))

    def phone(self, question: str) -> str:
        """A telephone number: 6 to 15 digits, perhaps a leading +."""
        number = re.sub(r"[\s().-]", "", self._given.get(question, "").translate(_LATIN))
        if number and not re.fullmatch(r"\+?\d{6,15}", number):
            self._unread(question)
        return number

    def day(self, question: str) -> date | None:
        """A calendar day; None for one that has not come yet: then the clock of the phone was wrong."""
        try:
            said = date.fromisoformat(self._given.get(question, "")[:10] or "0001-01-01")
        except ValueError:
            self._unread(question)
            return None
        today = clock.day_of(clock.now(), self._zone)
        if said > clock.day_of(clock.now() + _AHEAD, self._zone):
            self.clock_wrong = True
            return None
        return min(said, today) if said != date.min else None

    def moment(self, question: str) -> datetime:
        """An instant; now where it cannot have been then, because the clock of the phone was wrong."""
        now = clock.now()
        try:
            said = datetime.fromisoformat(self._given.get(question, ""))
            at = (said if said.tzinfo else said.replace(tzinfo=self._zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            self._unread(question)
            return now
        if not _NEVER_BEFORE <= at <= now + _AHEAD:
            self.clock_wrong = True
            return now
        return min(at, now).replace(microsecond=0)

    def _unread(self, question: str) -> None:
        self.blame(question, say("The answer to “%(question)s” cannot be read.", question=question))
