"""How differently spelt names and telephone numbers are found to be the same: pure, and without guessing.

Accents and vowel marks, capitals, doubled letters and the several forms of one Arabic letter do not count. What sounds
alike is another question, for people to answer.
"""

import re
import unicodedata
from typing import Final

_SAME: Final = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ة": "ه",
        "ہ": "ه",
        "ـ": "",
        "ɛ": "e",
        "ɔ": "o",
        "ŋ": "ng",
        "ɣ": "gh",
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ı": "i",
        "'": "",
        "’": "",
        "ʼ": "",
        "`": "",
    }
)
"""Letters that Unicode keeps apart and people do not: Arabic as typed on different keyboards, Dinka, Nuer, others."""

_DOUBLED: Final = re.compile(r"(.)\1+")
_BETWEEN_NUMBERS: Final = re.compile(r"[/,;]")
_SHORTEST_WORD: Final = 2
_SHORTEST_NUMBER: Final = 7
_TAIL: Final = 8


def words(name: str) -> frozenset[str]:
    """The words of a name, as they are compared; single letters are none."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    letters = plain.casefold().translate(_SAME)
    found = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    return frozenset(_DOUBLED.sub(r"\1", word) for word in found if len(word) >= _SHORTEST_WORD)


def numbers(phone: str) -> frozenset[str]:
    """The telephone numbers in what was typed, by their last eight digits: what every way of dialling one has."""
    found = map(_digits, _BETWEEN_NUMBERS.split(phone))
    return frozenset(digits[-_TAIL:] for digits in found if len(digits) >= _SHORTEST_NUMBER)


def _digits(text: str) -> str:
    """The digits in a text, in whichever script."""
    return "".join(str(unicodedata.digit(letter)) for letter in text if letter.isdecimal())
