"""Passwords: kept as argon2id hashes, compared in the same time whether the account exists or not."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.errors import BadInput, say

SHORTEST, LONGEST = 12, 200

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


def check_new(password: str, username: str) -> None:
    """Refuses (`BadInput` for `new`) a password that is too short, too long, or the username."""
    if len(password) < SHORTEST:
        raise BadInput(new=say("Choose a password of at least 12 characters."))
    if len(password) > LONGEST:
        raise BadInput(new=say("Choose a password of at most 200 characters."))
    if username.lower() in password.lower() or len(set(password)) < _DIFFERENT:
        raise BadInput(
            new=say("Choose a password that is harder to guess: not your username, not one letter repeated.")
        )


def is_old(stored: str) -> bool:
    """Whether `stored` was made with other costs than those of today, and should be made again at sign-in."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return hash_of("the password of nobody")
