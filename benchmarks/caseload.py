"""A caseload of any size, written straight into a migrated database: the rows that the actions would have written.

Twenty stations, fourteen courts, eight sections, eighteen networks; a few of each have most of the work. Cases come in
evenly over five years and go the way of the procedure, each step after a time of its own; some go no further. The same
number and seed give the same caseload, save that its references are unguessable here too.
"""

import random
from bisect import bisect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.journeys import Journey
from benchmarks.rows import Rows
from tracker import clock, passwords
from tracker.ledger.bringing_in import bring_in
from tracker.models import Area, Institution, Membership, UserAccount
from tracker.vocabulary import InstitutionKind, Role

PASSWORD = "as many cases as there are"  # noqa: S105 - of a database that is thrown away
SEED = 20_260_101
YEARS = 5

_KINDS = (
    (InstitutionKind.COMMUNITY_NETWORK, Role.FOCAL_POINT, 18, "Community Alert Network"),
    (InstitutionKind.POLICE_STATION, Role.POLICE_OFFICER, 20, "Police Station"),
    (InstitutionKind.COUNTY_COURT, Role.COURT_CLERK, 14, "County Court"),
    (InstitutionKind.JUDICIAL_AFFAIRS, Role.JUDICIAL_OFFICER, 8, "Judicial Affairs Section"),
)
_DISTRICTS = 12
_AT_ONCE = 5_000


class Holders:
    """The institutions of each kind, of which the first have by far the most cases, and their people."""

    def __init__(self, people: dict[InstitutionKind, list[tuple[int, list[int]]]]) -> None:
        self._people = people
        self._weights = {
            kind: list(accumulate(1 / (rank + 1) ** 0.9 for rank in range(len(holders))))
            for kind, holders in people.items()
        }

    def pick(self, kind: InstitutionKind, rng: random.Random) -> tuple[int, int]:
        """An institution of the kind and one of its people, by their ids."""
        weights = self._weights[kind]
        institution_id, users = self._people[kind][bisect(weights, rng.random() * weights[-1])]
        return institution_id, rng.choice(users)


def write(
    engine: sa.Engine,
    cases: int,
    *,
    seed: int = SEED,
    now: datetime | None = None,
    tell: Callable[[int], None],
) -> None:
    """Writes the caseload into an empty, migrated database, and then the leaves of all its entries.

    `tell` hears how many cases are done.
    """
    rng = random.Random(seed)  # noqa: S311 - the same caseload each time
    holders, areas = _found(engine)
    until = now or clock.now()
    rows = Rows(engine)
    for number, begun in enumerate(_beginnings(cases, until, rng), start=1):
        Journey(rows, holders, rng, until).go(number, begun, areas)
        if number % _AT_ONCE == 0:
            rows.write()
            tell(_AT_ONCE)
    rows.write()
    tell(cases % _AT_ONCE)
    bring_in(engine, lambda _number: None)
    rows.tidy()


def _beginnings(cases: int, until: datetime, rng: random.Random) -> Iterator[datetime]:
    span = timedelta(days=365 * YEARS)
    for number in range(1, cases + 1):
        yield (until - span + span * ((number - rng.random()) / cases)).replace(microsecond=0)


def _found(engine: sa.Engine) -> tuple[Holders, list[int]]:
    """Areas, institutions and two people for each, through the models."""
    with Session(engine) as session:
        areas = [Area(code=f"XB{n:02d}", name=f"District {n}", level=2) for n in range(1, _DISTRICTS + 1)]
        session.add_all(areas)
        session.flush()
        password_hash = passwords.hash_of(PASSWORD)
        people = {}
        for kind, role, how_many, name in _KINDS:
            people[kind] = [
                _holder(session, kind, role, f"{name} {n}", areas[n % _DISTRICTS].id, password_hash)
                for n in range(1, how_many + 1)
            ]
        session.commit()
        return Holders(people), [area.id for area in areas]


def _holder(  # noqa: PLR0917
    session: Session, kind: InstitutionKind, role: Role, name: str, area_id: int, password_hash: str
) -> tuple[int, list[int]]:
    institution = Institution(code=name.lower().replace(" ", "-"), name=name, kind=kind, area_id=area_id)
    session.add(institution)
    session.flush()
    users = [
        UserAccount(
            username=f"{institution.code}-{n}",
            full_name=f"{name}, officer {n}",
            password_hash=password_hash,
            created_at=datetime(2020, 1, 1, tzinfo=UTC),
        )
        for n in (1, 2)
    ]
    session.add_all(users)
    session.flush()
    session.add_all(Membership(user_id=u.id, institution_id=institution.id, role=role) for u in users)
    return institution.id, [user.id for user in users]
