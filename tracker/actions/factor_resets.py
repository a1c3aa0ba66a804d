"""Help for a person who lost every second factor: one administrator asks, another one grants (ASVS 6.4.4).

What is granted is one recovery code, which the second administrator hands over. The password is needed with it, and
whoever signs in so has to set up a new factor at once: nothing ever opens by a password alone.
"""

from datetime import timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.actions import administration, factors
from tracker.actions.deliveries import new_mail
from tracker.db import db
from tracker.errors import StepRefused, say
from tracker.models import Acting, FactorReset, MailKind, UserAccount
from tracker.permissions import Permission
from tracker.vocabulary import AdministrativeAct

GOOD_FOR = timedelta(days=3)


def waiting(person: UserAccount, *, actor: Acting) -> FactorReset | None:
    """What was asked for this person in the last three days and nobody granted yet."""
    administration.require(actor, Permission.PEOPLE_MANAGE)
    return db.session.scalar(
        sa.select(FactorReset)
        .where(
            FactorReset.person_id == person.id,
            FactorReset.granted_at.is_(None),
            FactorReset.asked_at > clock.now() - GOOD_FOR,
        )
        .order_by(FactorReset.id.desc())
        .limit(1)
    )


def ask(person: UserAccount, *, actor: Acting) -> FactorReset:
    """Says that the person lost every factor. Refuses (`StepRefused`) the own account, and what is asked already."""
    administration.require(actor, Permission.PEOPLE_MANAGE)
    if person.id == actor.user_id:
        raise StepRefused(say("Ask another administrator: nobody does this for their own account."))
    if person.factor_since is None:
        raise StepRefused(say("This person has no second factor."))
    if waiting(person, actor=actor) is not None:
        raise StepRefused(say("This is asked already. Another administrator has to grant it."))
    made = FactorReset(person_id=person.id, asked_by_id=actor.user_id, asked_at=clock.now())
    db.session.add(made)
    administration.record(AdministrativeAct.FACTOR_RESET_ASKED, actor=actor, person=person)
    return made


def grant(person: UserAccount, *, actor: Acting) -> str:
    """Takes away every factor of the person, ends their sessions, and gives the one recovery code that opens now.

    Refuses (`StepRefused`) who asked for it, the person, and what nobody asked for.
    """
    administration.require(actor, Permission.PEOPLE_MANAGE)
    asked = waiting(person, actor=actor)
    if asked is None:
        raise StepRefused(say("Nobody asked for this, or it is longer ago than three days."))
    if actor.user_id in {asked.asked_by_id, person.id}:
        raise StepRefused(say("Another administrator has to grant this."))
    asked.granted_by_id, asked.granted_at = actor.user_id, clock.now()
    administration.record(AdministrativeAct.FACTOR_RESET_GRANTED, actor=actor, person=person)
    return _new_start(person, actor)


def give_by_command(person: UserAccount, *, actor: None = None) -> str:
    """The same by whoever holds the machine, where no two administrators are left. Nobody's act: `actor` is None.

    Refuses (`StepRefused`) a person who has no second factor.
    """
    if person.factor_since is None:
        raise StepRefused(say("This person has no second factor."))
    administration.record(AdministrativeAct.FACTOR_RESET_BY_OPERATOR, actor=actor, person=person)
    return _new_start(person, actor)


def _new_start(person: UserAccount, actor: Acting | None) -> str:
    since = person.factor_since
    factors.forget_all(person)
    person.factor_since = since  # the password alone opens nothing, now as before
    administration.sign_out(person, actor=actor)
    db.session.add(new_mail(person.id, MailKind.ACCOUNT))
    return factors.give_codes(1, person)[0]
