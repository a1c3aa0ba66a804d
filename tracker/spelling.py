"""How differently spelt names and telephone numbers are found to be the same: pure, and without guessing.

Accents and vowel marks, capitals, doubled letters and the several forms of one Arabic letter do not count. What
sounds alike (`sounds`, `alike`) is another question, which people answer.
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
    return frozenset(_in_order(name))


def letters(name: str) -> str:
    """A name's letters and digits as they are compared, with one blank between words: no accents, no capitals."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    same = plain.casefold().translate(_SAME)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in same).split())


def _in_order(name: str) -> list[str]:
    return [_DOUBLED.sub(r"\1", word) for word in letters(name).split() if len(word) >= _SHORTEST_WORD]


def numbers(phone: str) -> frozenset[str]:
    """The telephone numbers in what was typed, by their last eight digits: what every way of dialling one has."""
    found = map(_digits, _BETWEEN_NUMBERS.split(phone))
    return frozenset(digits[-_TAIL:] for digits in found if len(digits) >= _SHORTEST_NUMBER)


def _digits(text: str) -> str:
    """The digits in a text, in whichever script."""
    return "".join(str(unicodedata.digit(letter)) for letter in text if letter.isdecimal())


# --- what sounds alike --------------------------------------------------------------------------------------------

_SOUNDS: Final = (
    ("sh", "c"),
    ("ch", "c"),
    ("ck", "k"),
    ("kh", "k"),
    ("gh", "k"),
    ("th", "t"),
    ("dh", "d"),
    ("dj", "j"),
    ("ph", "f"),
    ("q", "k"),
    ("x", "ks"),
    ("v", "f"),
    ("z", "s"),
    ("g", "k"),
    ("p", "b"),
)
"""What stands for one sound in these countries' names: Dinka c, English ch, French ch and Arabic ش; g, k and ق."""

_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_VOWELS: Final = re.compile("[aeiouyw]")
_BEGINS_WITH_VOWEL: Final = ("ا", "ع")
_NEAR: Final = 0.8
"""How near two words in Latin letters must be (Jaro-Winkler) besides sounding alike."""


def sounds(name: str) -> frozenset[str]:
    """How each word of a name sounds, and the whole in one: its consonants, whatever script and spelling.

    Arabic is written without most vowels, so vowels count only where a word begins with one. Metaphone and its like
    read words as English does.
    """
    words = _in_order(name)
    return frozenset(filter(None, map(_sound, [*words, "".join(words)])))


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: each word of the shorter one has its like in the longer one.

    It is a question for people, never an answer.
    """
    few, many = sorted((_in_order(one), _in_order(other)), key=len)
    if not few:
        return False
    return _same("".join(few), "".join(many)) or all(any(_same(a, b) for b in many) for a in few)


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if _sound(one) != _sound(other):
        return False
    arabic = [bool(_ARABIC.search(word)) for word in (one, other)]
    if any(arabic):
        return not all(arabic)  # in one script, its own letters tell names apart
    from jellyfish import jaro_winkler_similarity

    return jaro_winkler_similarity(latin(one), latin(other)) >= _NEAR


def _sound(word: str) -> str:
    letters = latin(word)
    for written, said in _SOUNDS:
        letters = letters.replace(written, said)
    first = "a" if _VOWELS.match(letters) and letters[0] not in "yw" else letters[:1]
    return _DOUBLED.sub(r"\1", first + _VOWELS.sub("", letters[1:]).removesuffix("h"))


def latin(word: str) -> str:
    """A word in the letters from a to z, as it is read; an Arabic one without the vowels that it is written without."""
    from anyascii import anyascii

    vowel = "a" if word.startswith(_BEGINS_WITH_VOWEL) else ""
    letters = "".join(letter for letter in anyascii(word).lower() if "a" <= letter <= "z")
    return letters if letters.startswith(vowel) else vowel + letters
