"""Figures of institutions that were never there: from random stays, by the pure functions that real figures go by."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest

from tracker.indicators import definitions, detention, pathway, protection, quality, tally
from tracker.indicators.comparison import Unit, funnel
from tracker.indicators.figures import Basis, Comparison, InstitutionFigures, Pathway, Waiting
from tracker.indicators.hand_overs import HandOvers, Wait, hand_overs
from tracker.indicators.limits import Limit, on_time
from tracker.indicators.measured import NotRecorded
from tracker.indicators.periods import Period
from tracker.indicators.spells import Spell
from tracker.indicators.tally import Asked, Stay
from tracker.indicators.words import Beginning, End
from tracker.queries import performance

AS_OF = date(2026, 10, 20)
PERIOD = Period.of("2026-Q3")
_ENDS = (End.DECIDED, End.MOVED_OUT, End.ADMINISTRATIVE, End.WITHDRAWN, None)
_MILESTONES = ("recorded", "investigated", "charged", "before_court", "decided", "enforced")


def basis(as_of: date = AS_OF) -> Basis:
    """What they claim to be computed from."""
    return Basis(
        as_of=as_of,
        known_at=datetime(2026, 10, 20, 12, tzinfo=UTC),
        log_position=1234,
        checkpoint=None,
        definitions=definitions.versions(),
    )


def stays(seed: int, many: int) -> list[Stay]:
    """So many stays at a police station, over two years; the same for the same seed."""
    rng = Random(seed)  # noqa: S311 - figures, no secret
    return [_stay(rng, number) for number in range(many)]


def _stay(rng: Random, number: int) -> Stay:
    entered = AS_OF - timedelta(days=rng.randrange(700))
    left = entered + timedelta(days=round(rng.expovariate(1 / 80)))
    end = rng.choices(_ENDS, (8, 4, 2, 1, 3))[0]
    if left > AS_OF:
        end = None
    spell = Spell(
        case=str(number),
        institution="station",
        stage="police",
        beginning=rng.choices(list(Beginning), (8, 3, 1, 0))[0],
        entered=entered,
        left=left if end else None,
        end=end,
        word="forwarded",
    )
    due = datetime.combine(entered + timedelta(days=14), time(), UTC)
    done = datetime.combine(left, time(), UTC) if end else None
    acknowledged = rng.randrange(12)
    return Stay(
        spell,
        onward=end is End.MOVED_OUT,
        limits=[Limit(due, done)],
        running=due,
        sender=rng.choice(("network", "centre")),
        wait=Wait(acknowledged, True, acknowledged + rng.randrange(20), rng.random() < 0.8),
    )


def institution(
    own: Sequence[Stay], peers: Sequence[Stay] = (), *, period: Period = PERIOD, as_of: date = AS_OF
) -> InstitutionFigures:
    """The figures that such stays make; `peers`: of all institutions of the kind."""
    asked = Asked(period, as_of)
    since = datetime.combine(period.first, time(), UTC)
    until = datetime.combine(as_of + timedelta(days=1), time(), UTC)
    on = datetime.combine(asked.on + timedelta(days=1), time(), UTC)
    counted = [tally.tally(of, asked, since=since, until=until, on=on) for of in (own, peers)]
    return InstitutionFigures(
        code="station",
        kind="police_station",
        basis=basis(as_of),
        period=period,
        quality=_quality(own),
        stages=[tally.stage_figures("police", counted[0], asked)],
        peers=[tally.stage_figures("police", counted[1], asked)] if peers else [],
        peer_count=9 if peers else 1,
        received=_links(counted[0].waits, period),
        sent=[],
        detention=detention.detention([], since, until),
        hearings=NotRecorded(indicator="M12", version=1, reason="No police station holds hearings."),
        orders=NotRecorded(indicator="M13", version=1, reason="No police station gives orders."),
        protection=protection.protected(len(own) // 9, len(own) // 5),
        told=protection.told(on_time({}, period, indicator="M15"), {}, 0, 0),
        others=[NotRecorded(indicator="M17", version=1, reason="Nobody records it yet.")],
    )


def _links(waits: Counter[tuple[str | None, Wait]], period: Period) -> list[HandOvers]:
    by_sender: dict[str | None, Counter[Wait]] = {}
    for (sender, wait), number in waits.items():
        by_sender.setdefault(sender, Counter())[wait] += number
    return [
        hand_overs(counted, period, sender=sender, receiver="station", stage="police")
        for sender, counted in sorted(by_sender.items(), key=str)
    ]


def _quality(own: Sequence[Stay]) -> quality.Quality:
    many = len(own)
    return quality.quality(
        ends=quality.Usable(many // 2, many // 2 + many // 20),
        entries=quality.Usable(many, many),
        required=quality.Usable(many * 9 // 10, many),
        lags=Counter(number % 13 for number in range(3 * many)),
        corrections=many // 30,
        imported=0,
        flagged=0,
    )


def way_of_cases(seed: int, many: int, *, period: Period = PERIOD) -> Pathway:
    """How far so many cases came."""
    rng = Random(seed)  # noqa: S311 - figures, no secret
    ways = [_way(rng) for _ in range(many)]
    return Pathway(
        basis=basis(),
        period=period,
        area="SS03",
        attrition=pathway.attrition(ways, _MILESTONES, period),
        waiting=[
            Waiting(
                stage=stage,
                status=status,
                cases=rng.randrange(most),
                median_days=20,
                over_limit=rng.randrange(9),
            )
            for stage, status, most in (
                ("police", "accepted", 40),
                ("police", "sent", 9),
                ("court", "listed", 20),
            )
        ],
        links=[],
    )


def _way(rng: Random) -> pathway.Way:
    reached = {
        name: 7 * (number + 1) for number, name in enumerate(_MILESTONES) if rng.random() < 0.9**number * 0.8
    }
    moving = rng.random() < 0.4
    lost = None if moving else rng.choice((("police", "no_action"), ("court", "dismissed")))
    return pathway.Way(reached, moving, lost, rng.randrange(30, 120))


@cache
def _with_peers(many: int, period: Period) -> InstitutionFigures:
    """Made once a process: every institution that they stand in for is the same."""
    own = stays(1, many)
    return institution(own, [*own, *stays(2, 600)], period=period)


def stand_in(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Puts made figures in the place of the real ones; gives how many stays they have, under "many", to be changed.

    What is asked again for an earlier `known_at` is as it was.
    """
    asked = {"many": 200}
    known: dict[datetime, int] = {}

    def now_or_then(given: dict[str, Any]) -> tuple[int, datetime]:
        then = given.get("known_at")
        at = then or basis().known_at + timedelta(minutes=len(known))
        return known.setdefault(at, asked["many"]), at

    def institution_(_of: object, **given: Any) -> InstitutionFigures:
        many, at = now_or_then(given)
        made = _with_peers(many, given["period"])
        return replace(made, basis=replace(made.basis, known_at=at))

    def pathway_(_area: object, **given: Any) -> Pathway:
        many, at = now_or_then(given)
        made = way_of_cases(1, many, period=given["period"])
        return replace(made, basis=replace(made.basis, known_at=at))

    def compare_(kind: str, stage: str, indicator: str, **given: Any) -> Comparison:
        sizes = enumerate((10, 14, 40, 90, 300))
        units = [Unit(f"unit-{number}", round(n * (0.5 + number / 10)), n) for number, n in sizes]
        return Comparison(
            basis=basis(),
            period=given["period"],
            stage=stage,
            kind=kind,
            indicator=indicator,
            funnel=funnel(units),
        )

    monkeypatch.setattr(performance, "institution", institution_)
    monkeypatch.setattr(performance, "pathway", pathway_)
    monkeypatch.setattr(performance, "compare", compare_)
    return asked
