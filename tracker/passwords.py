"""Passwords: kept as argon2id hashes, compared in the same time whether the account exists or not.

`common_passwords.txt.gz` holds 30,000 that people use most often: the list of zxcvbn 4.5.0 by Daniel Wolf, after that
of Dropbox, under the MIT licence in `common_passwords.LICENSE`. It is looked up here; nothing is asked of a network.
"""

import gzip
import re
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.errors import BadInput, say

SHORTEST, LONGEST = 12, 200
SHORTEST_OF_AN_ADMINISTRATOR = 15

_COMMON = Path(__file__).with_name("common_passwords.txt.gz")
_LOOKS_LIKE = str.maketrans("@4301!5$7", "aaeoiisst")
_COUNTING = "1234567890" * 8
_AROUND = re.compile(r"^[^a-z]+|[^a-z]+$")
_AGAIN_AND_AGAIN = re.compile(r"(.{3,}?)\1+")

NONE = "!"
"""What an account has that has no password: nothing opens it."""

_DIFFERENT = 5

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_of(password: str) -> str:
    """What is stored for `password`."""
    return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether `stored` was made from `password`.

    For no account (`None`) and for one without a password the same work is done; the answer is no.
    """
    stored = None if stored == NONE else stored
    try:
        _hasher.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def check_new(password: str, username: str, *, administrator: bool = False) -> None:
    """Refuses (`BadInput` for `new`) a password that is too short, too long, the username, or one that many people use.

    Nothing else: no capitals or digits are asked for (ASVS 6.2.5).
    """
    shortest = SHORTEST_OF_AN_ADMINISTRATOR if administrator else SHORTEST
    if len(password) < shortest:
        raise BadInput(new=say("Choose a password of at least %(least)s characters.", least=shortest))
    if len(password) > LONGEST:
        raise BadInput(new=say("Choose a password of at most 200 characters."))
    if username.lower() in password.lower() or len(set(password)) < _DIFFERENT:
        raise BadInput(
            new=say("Choose a password that is harder to guess: not your username, not one letter repeated.")
        )
    if is_common(password):
        raise BadInput(new=say("Many people use this password or one like it. Choose another one."))


def is_common(password: str) -> bool:
    """Whether it is on the list, as it is, with digits or signs around it, with p4$$w0rd's letters, or repeated."""
    typed = password.lower()
    within = _AROUND.sub("", typed)
    forms = {typed, within, within.translate(_LOOKS_LIKE)}
    repeated = {found[1] for form in forms if (found := _AGAIN_AND_AGAIN.fullmatch(form))}
    return typed in _COUNTING or not _common().isdisjoint(forms | repeated)


def is_old(stored: str) -> bool:
    """Whether `stored` was made with other costs than those of today, and should be made again at sign-in."""
    return _hasher.check_needs_rehash(stored)


@cache
def _common() -> frozenset[str]:
    return frozenset(gzip.decompress(_COMMON.read_bytes()).decode().split())


@cache
def _nobody() -> str:
    return hash_of("the password of nobody")
