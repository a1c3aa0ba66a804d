"""The areas, institutions and people of the demonstration, as rows of the database, and who works where."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from tracker import passwords
from tracker.db import db
from tracker.demonstration.people import ACCOUNTS, COLLEAGUES, PASSWORD, Worker
from tracker.demonstration.places import AREAS, INSTITUTIONS
from tracker.models import Area, Institution, Membership, UserAccount
from tracker.vocabulary import Role

_FIRST_ONE = 0.6


@dataclass(frozen=True)
class World:
    """Where the stories take place: rows by their codes, and the people of each institution."""

    areas: dict[str, Area]
    institutions: dict[str, Institution]
    workers: dict[int, list[Membership]]
    now: datetime
    """When the demonstration is made; all its times are relative to it."""

    def worker(
        self, institution_id: int, roles: frozenset[str], rng: Random, *, user_id: int | None = None
    ) -> Membership:
        """Somebody of the institution in one of these roles; `user_id`: this person, if it is one of them."""
        able = [one for one in self.workers[institution_id] if one.role in roles]
        for one in able:
            if one.user_id == user_id:
                return one
        return able[0] if rng.random() < _FIRST_ONE else rng.choice(able)


def build(*, now: datetime, since: datetime) -> World:
    """Writes all areas, institutions and people into an empty database; accounts were made at `since`."""
    areas: dict[str, Area] = {}
    for place in AREAS:
        parent = areas[place.parent].id if place.parent else None
        areas[place.code] = Area(code=place.code, name=place.name, level=place.level, parent_id=parent)
        db.session.add(areas[place.code])
        db.session.flush()
    institutions = {
        post.code: Institution(code=post.code, name=post.name, kind=post.kind, area_id=areas[post.area].id)
        for post in INSTITUTIONS
    }
    db.session.add_all(institutions.values())
    db.session.flush()
    return World(areas, institutions, _workers(institutions, since), now)


def _workers(institutions: dict[str, Institution], since: datetime) -> dict[int, list[Membership]]:
    # One hash for all: making a hash is slow on purpose, and everybody has the same printed password.
    password_hash = passwords.hash_of(PASSWORD)
    workers: dict[int, list[Membership]] = {}
    for worker in (*ACCOUNTS, *COLLEAGUES):
        user = UserAccount(
            username=worker.username,
            full_name=worker.full_name,
            password_hash=password_hash,
            created_at=since,
        )
        db.session.add(user)
        db.session.flush()
        for membership in _memberships(worker, user, institutions):
            workers.setdefault(membership.institution_id, []).append(membership)
    return workers


def _memberships(worker: Worker, user: UserAccount, institutions: dict[str, Institution]) -> list[Membership]:
    made = [
        Membership(
            user=user, institution=institutions[code], institution_id=institutions[code].id, role=worker.role
        )
        for code in worker.institutions
    ]
    db.session.add_all(made)
    db.session.flush()
    return made


OFFICERS = frozenset({Role.JUDICIAL_OFFICER, Role.FOCAL_POINT})
"""Who works on cases as a whole."""
