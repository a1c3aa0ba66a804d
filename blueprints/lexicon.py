"""The words of the lists as people write them in spreadsheets: the codes, and the labels of every language here."""

from enum import StrEnum
from functools import cache

from blueprints import words
from blueprints.i18n import offered, speaking
from tracker.intake.sheet_fields import FIELDS
from tracker.intake.sheet_reading import Words
from tracker.spelling import letters


def lexicon() -> Words:
    """For each list of words, what each way of writing one means."""
    return _of_languages(tuple(language.code for language in offered()))


@cache
def _of_languages(codes: tuple[str, ...]) -> Words:
    lists = {type(field.words[0]) for fields in FIELDS.values() for field in fields if field.words}
    return {one: _of_list(one, codes) for one in lists}


def _of_list(members: type[StrEnum], codes: tuple[str, ...]) -> dict[str, StrEnum]:
    found: dict[str, StrEnum] = {letters(member.value): member for member in members}
    for code in codes:
        with speaking(code):
            for member in members:
                found.setdefault(letters(words.label(member)), member)
    return found
