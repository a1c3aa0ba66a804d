"""People and what they are where, for those who manage accounts. No case stands here."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import Acting, Institution, Membership, UserAccount
from tracker.permissions import Permission, may
from tracker.queries import by_name
from tracker.queries.paging import PAGE_SIZE, Page


class PersonRow(NamedTuple):
    """One account in a list."""

    id: int
    full_name: str
    username: str
    active: bool
    created_at: datetime
    memberships: int
    """How many go on."""


def people(
    *,
    viewer: Acting,
    name: str = "",
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[PersonRow]:
    """Accounts in order of name; `name`: only those with these letters in their name or username."""
    _require(viewer)
    going_on = (
        select(func.count())
        .where(Membership.user_id == UserAccount.id, Membership.ended_at.is_(None))
        .scalar_subquery()
    )
    statement = select(
        UserAccount.id,
        UserAccount.full_name,
        UserAccount.username,
        UserAccount.active,
        UserAccount.created_at,
        going_on,
    )
    if name.strip():
        statement = statement.where(
            or_(
                UserAccount.full_name.icontains(name.strip(), autoescape=True),
                UserAccount.username.icontains(name.strip(), autoescape=True),
            )
        )
    return by_name.page(
        statement,
        PersonRow,
        name=UserAccount.full_name,
        key=UserAccount.id,
        after=after,
        before=before,
        size=size,
    )


def person(person_id: int, *, viewer: Acting) -> UserAccount:
    """One account with its memberships and their institutions. Refuses (`NotFound`) an unknown one."""
    _require(viewer)
    found = db.session.scalar(
        select(UserAccount)
        .where(UserAccount.id == person_id)
        .options(selectinload(UserAccount.memberships).joinedload(Membership.institution))
    )
    if found is None:
        raise NotFound(say("There is no such account."))
    return found


def membership(person_id: int, membership_id: int, *, viewer: Acting) -> Membership:
    """One membership of a person. Refuses (`NotFound`) one that is somebody else's."""
    _require(viewer)
    found = db.session.scalar(
        select(Membership)
        .where(Membership.id == membership_id, Membership.user_id == person_id)
        .options(joinedload(Membership.user), joinedload(Membership.institution))
    )
    if found is None:
        raise NotFound(say("This person has no such membership."))
    return found


def workplaces(*, viewer: Acting) -> Sequence[tuple[int, str]]:
    """Id and name of every active institution, to choose where somebody works."""
    _require(viewer)
    active = select(Institution.id, Institution.name).where(Institution.active).order_by(Institution.name)
    return [(number, name) for number, name in db.session.execute(active)]


def _require(viewer: Acting) -> None:
    if not may(viewer.role, Permission.PEOPLE_MANAGE):
        raise NotPermitted(say("Only administrators read the list of people."))
