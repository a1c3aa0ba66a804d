"""One row of a list becomes what it says, by the acts of the pages: the same permissions, walls, consent and gates."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tracker.actions.taking_in import areas, cases, custody, institutions, people
from tracker.errors import NotPermitted, say
from tracker.intake.sheet_reading import Values
from tracker.models import Acting
from tracker.permissions import Permission, may
from tracker.vocabulary import SheetKind


class Taking(NamedTuple):
    """How rows of a kind are taken in.

    `check` refuses what does not go together in a row. `there`: whether it is there already. `take` does it, in the
    caller's transaction. `tries`: whether an act may refuse what was read without fault, so that nobody knows before it
    is tried (and taken back).
    """

    permission: Permission
    take: Callable[..., Any]
    check: Callable[..., None]
    there: Callable[..., bool]
    tries: Callable[[Values], bool]
    rests_on: str = ""
    """The field that names another row, which may stand above in the same list."""


def _always(_values: Values) -> bool:
    return True


def _never(_values: Values, *, actor: Acting) -> bool:
    assert actor is not None  # noqa: S101
    return False


def _in_order(_values: Values, *, actor: Acting) -> None:
    assert actor is not None  # noqa: S101


_ADMINISTER = Permission.INSTITUTION_MANAGE

TAKINGS: Mapping[SheetKind, Taking] = {
    SheetKind.CASES: Taking(Permission.CASE_REGISTER, cases.take, cases.check, _never, cases.tries),
    SheetKind.CUSTODY: Taking(Permission.CUSTODY_RECORD, custody.take, custody.check, _never, _always),
    SheetKind.PEOPLE: Taking(Permission.PEOPLE_MANAGE, people.take, people.check, people.there, _always),
    SheetKind.INSTITUTIONS: Taking(_ADMINISTER, institutions.take, _in_order, institutions.there, _always),
    SheetKind.AREAS: Taking(_ADMINISTER, areas.take, _in_order, areas.there, _always, "parent"),
}
"""All who may bring a list of a kind are those who may do by hand what its rows say."""


PERMISSIONS = frozenset(taking.permission for taking in TAKINGS.values())
"""Whoever has one of these may bring lists of some kind."""


def kinds_for(*, actor: Acting) -> list[SheetKind]:
    """The kinds of list that the actor may bring."""
    return [kind for kind, taking in TAKINGS.items() if may(actor.role, taking.permission)]


def require(kind: SheetKind, *, actor: Acting) -> None:
    """Refuses (`NotPermitted`) who may not do by hand what the rows say."""
    if not may(actor.role, TAKINGS[kind].permission):
        raise NotPermitted(say("Your role does not take in lists of this kind."))
