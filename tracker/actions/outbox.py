"""Telling people that there is something to read: content-free, in the caller's transaction, delivered by a worker.

A notice is written only for those who have a confirmed address; whether they may still know of the case is asked when
the mail goes out (`tracker.actions.deliveries`), so that a wall or an ended membership that came in between holds.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import insert, literal, select

from tracker import clock
from tracker.db import db
from tracker.models import Acting, Institution, Membership, Notice, NoticeKind, ProtectionCase, UserAccount
from tracker.vocabulary import Role


def notify(
    kind: NoticeKind,
    *,
    actor: Acting | None,
    institution_id: int | None = None,
    user_ids: Collection[int] = (),
    roles: Collection[Role] = (),
    case: ProtectionCase | None = None,
) -> None:
    """Tells who works at an institution, or these people, or everybody of these roles, in the caller's transaction.

    With `institution_id` and `roles`: only those of the institution who are one of these. Never the actor. `case`:
    what it is about; who may not know of it when the mail would go out gets none. One statement, which locks nobody.
    """
    whom = _people(user_ids) if user_ids else _members(institution_id, roles)
    told = whom.where(UserAccount.active, UserAccount.email_confirmed_at.is_not(None))
    if actor is not None:
        told = told.where(UserAccount.id != actor.user_id)
    written = told.add_columns(
        literal(kind, Notice.kind.type),
        literal(case.id if case is not None else None, Notice.case_id.type),
        literal(clock.now(), Notice.raised_at.type),
    )
    columns = ["user_id", "institution_id", "kind", "case_id", "raised_at"]
    db.session.execute(insert(Notice).from_select(columns, written, include_defaults=False))


def _people(user_ids: Collection[int]) -> Any:
    nowhere = literal(None, Notice.institution_id.type)
    return select(UserAccount.id, nowhere).where(UserAccount.id.in_(user_ids))


def _members(institution_id: int | None, roles: Collection[Role]) -> Any:
    assert institution_id is not None or roles, "everybody is never told"  # noqa: S101
    which: list[Any] = [Membership.ended_at.is_(None), Institution.active]
    if institution_id is not None:
        which.append(Membership.institution_id == institution_id)
    if roles:
        which.append(Membership.role.in_(roles))
    return (
        select(UserAccount.id, Membership.institution_id)
        .distinct()
        .join(Membership, Membership.user_id == UserAccount.id)
        .join(Membership.institution)
        .where(*which)
    )
