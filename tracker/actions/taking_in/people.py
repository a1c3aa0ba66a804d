"""A row that is a person of the installation: an account with a membership, or one more membership."""

from sqlalchemy import select

from tracker.actions import people
from tracker.db import db
from tracker.errors import BadInput, say
from tracker.intake.sheet_reading import Values
from tracker.models import Acting, Membership, UserAccount
from tracker.spelling import letters


def check(values: Values, *, actor: Acting) -> None:
    """Refuses (`BadInput`) a username that belongs to somebody of another name."""
    assert actor is not None  # noqa: S101
    known = _account(values)
    if known is not None and letters(known.full_name) != letters(values["full_name"]):
        raise BadInput(username=say("Somebody of another name has this username. Choose another one."))


def there(values: Values, *, actor: Acting) -> bool:
    """Whether the person has this role at this institution already."""
    assert actor is not None  # noqa: S101
    known = _account(values)
    asked = select(Membership.id).where(
        Membership.user_id == (known.id if known else None),
        Membership.institution_id == values["institution"],
        Membership.role == values["role"],
        Membership.ended_at.is_(None),
    )
    return known is not None and db.session.scalar(asked) is not None


def take(values: Values, *, actor: Acting) -> UserAccount:
    """Adds the account, or one more membership of it. Refuses what the pages refuse.

    Nobody is invited yet: links open for three days, and are made on the person's page when somebody hands them over.
    """
    known = _account(values)
    if known is not None:
        people.add_membership(known, actor=actor, institution_id=values["institution"], role=values["role"])
        return known
    return people.add(
        actor=actor,
        username=values["username"],
        full_name=values["full_name"],
        institution_id=values["institution"],
        role=values["role"],
        email=values.get("email", ""),
    )


def _account(values: Values) -> UserAccount | None:
    return db.session.scalar(
        select(UserAccount).where(UserAccount.username == values["username"].strip().lower())
    )
