"""What a session has to pass before it opens anything, and how lately a person must have proved that it is them.

First the second factor of whoever has one; then an own password in place of a given one; then a second factor for
whoever must have one (ASVS 6.3.3); then the choice of a membership. Until then nothing but that one page opens.
"""

from datetime import timedelta

from flask import current_app

from blueprints.sessions import Living
from tracker import clock
from tracker.permissions import OVERSEERS
from tracker.vocabulary import Role

FRESH = timedelta(minutes=10)
"""So long after signing in or confirming may a person do what is dangerous (ASVS 7.5.1)."""

_OUT = frozenset({"account.sign_out"})
_CONFIRMING = _OUT | {"account.confirm", "account.confirm_by_passkey"}

OPEN_AT: dict[str, frozenset[str]] = {
    "account.factor": _OUT | {"account.factor"},
    "account.change_password": _CONFIRMING | {"account.change_password"},
    "account.factors": _CONFIRMING
    | {
        "account.factors",
        "account.add_app",
        "account.add_passkey",
        "account.memberships",
        "account.act_as",
    },
}
"""The page that a session waits at, and all that opens meanwhile."""


def waits_at(living: Living) -> str | None:
    """The endpoint of the page that this session has to pass first; None: it is open."""
    if before_the_factor(living):
        return "account.factor"
    if living.password_given_at is not None:
        return "account.change_password"
    if living.factor_at is None and (
        living.has_factor or demanded(living.member.role if living.member else None)
    ):
        return "account.factors"
    return None


def before_the_factor(living: Living) -> bool:
    """Whether only the password was given, by somebody who has a second factor.

    Confirmed without a factor is who came in by the last recovery code: they must set up another factor.
    """
    return living.has_factor and living.factor_at is None and living.confirmed_at is None


def demanded(role: Role | None) -> bool:
    """Whether whoever acts in this role must have a second factor; None: the role is still to be chosen."""
    return role in OVERSEERS or current_app.extensions["tracker"].second_factor_for_all


def fresh(living: Living) -> bool:
    """Whether the person proved who they are within the last ten minutes."""
    return living.confirmed_at is not None and clock.now() - living.confirmed_at < FRESH
