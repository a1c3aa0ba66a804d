"""Case and alert references: unguessable, without look-alikes, with a check character.

Eleven random characters of a 23-letter alphabet (49.7 bits) and one check character, written XXXX-XXXX-XXXX.
The alphabet leaves out 0 O Q, 1 I L, 2-Z, 5-S, 8-B, 6-G, U-V look-alikes and the vowels, so that no reference
spells a word. Its length is a prime, so the weighted sum finds every single wrong character and every swap of two
characters (ISO 7064's reason for prime moduli).
"""

import secrets
import unicodedata

from tracker.errors import Mistyped, say

ALPHABET = "23456789CDFHJKMNPRTVWXY"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_LENGTH = 11


def new() -> str:
    """A fresh reference, as it is stored and shown: `XXXX-XXXX-XXXX`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return _grouped(body + _check(body))


def parse(typed: str) -> str:
    """The reference that a person typed, in its stored form; case, spaces, hyphens, marks of
    direction and digit script are free.

    Refuses (`Mistyped`) what cannot be a reference, without looking whether any exists.
    """
    plain = unicodedata.normalize("NFKC", typed).upper()
    letters = "".join(_latin(c) for c in plain if not _between(c))
    known = all(letter in _VALUE for letter in letters)
    if len(letters) != _LENGTH + 1 or not known or _check(letters[:-1]) != letters[-1]:
        raise Mistyped(
            say(
                "This reference is mistyped. A reference has 12 characters, for example "
                "%(example)s; compare it with the paper, letter by letter.",
                example=EXAMPLE,
            )
        )
    return _grouped(letters)


def _between(character: str) -> bool:
    """Whether it only stands between the characters: spaces, hyphens, and marks of direction, which nobody sees."""
    return character in "-‐‑‒–—−_./" or character.isspace() or unicodedata.category(character) == "Cf"


def _latin(character: str) -> str:
    return str(unicodedata.digit(character)) if character.isdigit() else character


def _check(body: str) -> str:
    return ALPHABET[
        sum(weight * _VALUE[letter] for weight, letter in enumerate(body, start=2)) * -1 % len(ALPHABET)
    ]


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


EXAMPLE = _grouped("7K3M9CX2RTW" + _check("7K3M9CX2RTW"))
