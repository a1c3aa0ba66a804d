"""Measures whether an officer of a walled institution could tell by a clock that something is hidden from them.

python -m benchmarks.walls [--cases 5000] [--hidden 20] [--turns 300] [--only sqlite]

Two databases hold the same caseload. In one, cases at the busiest station are walled off from it; in the other the
same cases are at its neighbour, and the neighbour is walled off. What the station's officer reads is the same, and how
long it takes is compared turn by turn, beside how much the second differs from itself: the noise that a difference
must rise above. The address of a hidden case is compared with one that nobody has.
"""

from collections.abc import Iterator
from random import Random
from statistics import median
from time import perf_counter
from typing import NamedTuple

import click
import sqlalchemy as sa
from flask.testing import FlaskClient

from benchmarks import caseload, signed_in
from benchmarks.databases import KINDS, Databases, databases, engine_of, why_not
from tracker import clock, mission, references
from tracker.db import db
from tracker.models import NO_LIMIT, HistoryEntry, ProtectionCase, Track, Wall

_WARM_UP = 20
_HIDDEN = "hidden"
_DATABASES = ("hidden", "absent", "hidden again", "absent again")
"""Each is read twice a turn, so that neither is the warmer one."""


class Reader(NamedTuple):
    """The station's officer on one of the databases."""

    client: FlaskClient
    headers: dict[str, str]
    addresses: dict[str, str]

    def seconds(self, name: str) -> float:
        """How long the officer waits for a page."""
        begun = perf_counter()
        answer = self.client.get(self.addresses[name], headers=self.headers)
        answer.get_data()
        spent = perf_counter() - begun
        if answer.status_code != (404 if name.startswith(_HIDDEN) else 200):
            raise RuntimeError(f"{self.addresses[name]} answered {answer.status}")
        return spent


class Compared(NamedTuple):
    """One page: the median in milliseconds where cases are hidden, and by how many percent that differs, and noise."""

    name: str
    milliseconds: float
    difference: float
    noise: float
    slower: float
    """In which share of the turns the page with hidden cases was the slower one; a half is chance."""


def measure(
    made: Databases, *, cases: int, hidden: int, turns: int, warm_up: int = _WARM_UP
) -> Iterator[Compared]:
    """Each page of the officer, `turns` times on each database, in an order that is drawn anew each turn."""
    readers = {name: _reader(made, name, cases, hidden) for name in _DATABASES[:2]}
    readers |= {f"{name} again": reader for name, reader in readers.items()}
    drawn = Random(0)  # noqa: S311 - the same order each time
    for name in next(iter(readers.values())).addresses:
        spent: dict[str, list[float]] = {database: [] for database in readers}
        for turn in range(warm_up + turns):
            for database in drawn.sample(_DATABASES, len(_DATABASES)):
                seconds = readers[database].seconds(name)
                if turn >= warm_up:
                    spent[database].append(seconds)
        yield _compared(name, spent)


def _compared(name: str, spent: dict[str, list[float]]) -> Compared:
    with_it, without, _, again = (spent[database] for database in _DATABASES)
    usual = median(without)
    slower = sum(one > other for one, other in zip(with_it, without, strict=True)) / len(without)
    return Compared(
        name,
        usual * 1000,
        100 * (median(with_it) / usual - 1),
        100 * (median(again) / usual - 1),
        slower,
    )


def _reader(made: Databases, name: str, cases: int, hidden: int) -> Reader:
    url = made.make(name)
    caseload.write(engine_of(url), cases, tell=lambda _number: None)
    prepared = signed_in.prepared(url)
    _, headers = prepared.pages["queue"]
    with prepared.app.app_context():
        reference = _hide(hidden, at_station=name == "hidden")
        db.session.commit()
    addresses = {
        "queue": "/police/queue",
        "queue, overdue": "/police/queue?show=overdue",
        "held": "/police/held",
        "home": "/",
        f"{_HIDDEN} case": f"/cases/{reference}",
        f"{_HIDDEN} entry": f"/cases/{reference}/entries/1",
    }
    return Reader(prepared.app.test_client(use_cookies=False), headers, addresses)


def _hide(number: int, *, at_station: bool) -> str:
    """Walls cases off from the station, or gives them to its neighbour and walls that off; gives an address to ask for:
    of one that is hidden, or one that nobody has."""
    station, neighbour = _stations()
    found = db.session.scalars(
        sa.select(Track).where(Track.institution_id == station, Track.open).order_by(Track.id).limit(number)
    ).all()
    for track in found:
        entry = db.session.scalars(
            sa.select(HistoryEntry.id).where(HistoryEntry.case_id == track.case_id).limit(1)
        ).one()
        wall = Wall(
            case_id=track.case_id,
            institution_id=station if at_station else neighbour,
            since=clock.now(),
            entry_id=entry,
        )
        db.session.add(wall)
        track.open, track.status, track.due_at = False, "revoked", NO_LIMIT  # as a wall does in its own act
        if not at_station:
            track.institution_id = neighbour
    case = db.session.get_one(ProtectionCase, found[0].case_id)
    return case.reference if at_station else references.new()


def _stations() -> tuple[int, int]:
    """The two busiest."""
    counted = sa.select(Track.institution_id).where(Track.stage == "police", Track.open)
    busiest = counted.group_by(Track.institution_id).order_by(sa.func.count().desc()).limit(2)
    station, neighbour = db.session.scalars(busiest)
    return station, neighbour


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--cases", default=5_000, show_default=True, help="Cases in each database.")
@click.option(
    "--hidden", default=20, show_default=True, help="Of them, how many are hidden from the station."
)
@click.option("--turns", default=300, show_default=True, help="How often each page is read.")
@click.option("--only", type=click.Choice(KINDS), help="On this database alone.")
def main(cases: int, hidden: int, turns: int, only: str | None) -> None:
    """Compare how long pages take where cases are hidden and where there are none."""
    mission.current()
    for kind in [only] if only else KINDS:
        if reason := why_not(kind):
            click.echo(f"{kind}: not measured. {reason}")
            continue
        click.echo(f"{kind}, {cases:,} cases, {hidden} hidden, {turns} turns")
        click.echo(f"  {'page':26}{'ms':>8}{'differs by':>12}{'noise':>9}{'slower in':>11}")
        with databases(kind) as made:
            for one in measure(made, cases=cases, hidden=hidden, turns=turns):
                click.echo(
                    f"  {one.name:26}{one.milliseconds:8.2f}"
                    f"{one.difference:+11.1f}%{one.noise:+8.1f}%{one.slower:11.0%}"
                )


if __name__ == "__main__":
    main()
