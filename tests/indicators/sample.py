"""The figures of a made-up police station in a made-up quarter, for what is tested without a database."""

from datetime import UTC, date, datetime

from tracker.indicators.ages import BANDS, AgeBand, Ages
from tracker.indicators.caseload import Caseload, Clearance, Disposition
from tracker.indicators.comparison import Funnel, FunnelPoint, Limits
from tracker.indicators.definitions import version, versions
from tracker.indicators.detention import Detention
from tracker.indicators.durations import MARKS, Duration, Ended, WaysOut
from tracker.indicators.figures import Basis, Comparison, InstitutionFigures, Pathway, StageFigures, Waiting
from tracker.indicators.hand_overs import HandOvers
from tracker.indicators.limits import OnTime
from tracker.indicators.measured import Interval, NotRecorded, Share
from tracker.indicators.pathway import Attrition, Progression, Reached
from tracker.indicators.periods import Period
from tracker.indicators.protection import Protected, Told
from tracker.indicators.quality import Quality
from tracker.indicators.survival import Point, Quantile
from tracker.indicators.words import Beginning, End, Excluded, Outside

PERIOD = Period.of("2019-Q3")
BASIS = Basis(
    as_of=date(2019, 9, 30),
    known_at=datetime(2019, 10, 15, tzinfo=UTC),
    log_position=None,
    checkpoint=None,
    definitions=versions(),
)


def _of(code: str, n: int, excluded: dict[Excluded, int] | None = None) -> dict[str, object]:
    return {"indicator": code, "version": version(code), "n": n, "excluded": excluded or {}}


def _share(code: str, part: int, n: int) -> dict[str, object]:
    return _of(code, n) | {
        "part": part,
        "share": part / n,
        "interval": Interval(part / n - 0.1, part / n + 0.1),
    }


def caseload(period: Period, start: int) -> Caseload:
    """40 came, 37 left."""
    came = {Beginning.NEW: 31, Beginning.TRANSFERRED_IN: 6, Beginning.REOPENED: 2, Beginning.REACTIVATED: 1}
    went = {End.DECIDED: 12, End.WITHDRAWN: 5, End.ADMINISTRATIVE: 3, End.MOVED_OUT: 16, End.SUSPENDED: 1}
    return Caseload(
        **_of("M1", start + 40),
        period=period,
        open_at_start=start,
        incoming=came,
        ended=went,
        open_at_end=start + 3,
        suspended_at_end=2,
        undated=1,
    )


def duration(counts: tuple[End, ...]) -> Duration:
    """Half had ended after 44 days; three quarters never."""
    curve = [
        Point(0, 40, 2, 0.95, 0.81, 0.99),
        Point(14, 36, 8, 0.739, 0.57, 0.85),
        Point(44, 25, 7, 0.53, 0.36, 0.68),
        Point(45, 17, 2, 0.47, 0.30, 0.62),
    ]
    return Duration(
        **_of("M4", 40, {Excluded.ENTRY_UNDATED: 1}),
        counts=counts,
        ends=19,
        censored=21,
        curve=curve,
        quartiles={25: Quantile(14, 12, 44), 50: Quantile(45, 30, None), 75: Quantile(None, 45, None)},
        open_at={30: curve[1], 90: curve[3], 180: None, 365: None},
        enough=True,
    )


def _ways_out() -> WaysOut:
    curve = [
        Ended(
            day,
            {End.DECIDED: a, End.WITHDRAWN: b, End.ADMINISTRATIVE: c, End.MOVED_OUT: d},
            1 - a - b - c - d,
        )
        for day, a, b, c, d in (
            (0, 0.0, 0.05, 0.0, 0.0),
            (14, 0.1, 0.06, 0.02, 0.1),
            (45, 0.2, 0.08, 0.05, 0.2),
        )
    ]
    at = dict.fromkeys(MARKS, None) | {30: curve[1], 90: curve[2]}
    return WaysOut(**_of("M5", 40), curve=curve, at=at, enough=True)


def stage(name: str = "police") -> StageFigures:
    """One stage, with four quarters."""
    periods = [PERIOD.earlier(back) for back in (3, 2, 1, 0)]
    books = [caseload(period, 30 + 3 * at) for at, period in enumerate(periods)]
    few = {"few": False, "blank": None}
    return StageFigures(
        stage=name,
        caseload=books,
        clearance=[
            Clearance(
                **_of("M2", 40),
                period=period,
                incoming=40,
                resolved=20,
                moved_out=16,
                percent=50.0,
                of_those_kept=83.333333,
                **few,
            )
            for period in periods
        ],
        disposition=[
            Disposition(
                **_of("M3", 20),
                period=one.period,
                days=92 * one.open_at_end / 20,
                turnover=20 / one.open_at_end,
                change_percent=300 / one.open_at_start,
                **few,
            )
            for one in books
        ],
        in_stage=duration(tuple(End)),
        to_decision=duration((End.DECIDED,)),
        ways_out=_ways_out(),
        on_time=OnTime(**_share("M6", 24, 33), period=PERIOD, late=5, still_open=4),
        ages=Ages(
            **_of("M7", 42, {Excluded.ENTRY_UNDATED: 1, Excluded.NO_LIMIT: 20}),
            on=PERIOD.last,
            median=61,
            p90=302,
            bands=[AgeBand(*band, number) for band, number in zip(BANDS, (25, 9, 5, 3, 0), strict=True)],
            over_limit=7,
            with_limit=22,
            backlog_percent=31.818182,
            aging_index_percent=7.0,
            suspended=2,
            blank=None,
        ),
        progression=Progression(**_share("M10", 14, 35), period=PERIOD, stage=name, within=180),
    )


def hand_over(sender: str, receiver: str) -> HandOvers:
    """Three days until it is acknowledged, nine until somebody acts."""
    return HandOvers(
        **_of("M8", 25),
        period=PERIOD,
        sender=sender,
        receiver=receiver,
        stage="prosecution",
        acknowledged=22,
        acted_on=19,
        to_acknowledged=Quantile(3, 2, 5),
        to_first_act=Quantile(9, 6, 14),
        judged=24,
        unanswered=6,
        unanswered_share=0.25,
        interval=Interval(0.12, 0.45),
    )


def institution() -> InstitutionFigures:
    """The page "institution" of that station."""
    return InstitutionFigures(
        code="POL-01",
        kind="police_station",
        basis=BASIS,
        period=PERIOD,
        quality=Quality(
            **_of("M16", 214),
            usable_ends=Share(**_share("M16", 36, 37)),
            usable_entries=Share(**_share("M16", 39, 40)),
            required=Share(**_share("M16", 35, 40)),
            lag_median_days=2,
            late=Share(**_share("M16", 20, 214)),
            corrections=3,
            imported=0,
            flagged=0,
        ),
        stages=[stage()],
        peers=[stage()],
        peer_count=6,
        received=[hand_over("JA-01", "POL-01")],
        sent=[hand_over("POL-01", "PRO-01")],
        detention=Detention(
            **_of("M11", 14), held=5, held_past_limit=2, hours_to_judge=Quantile(40, 30, None), curve=(), judged=12,
            within_48_hours=7, within_48_share=7 / 12, interval=Interval(0.32, 0.81),
            releases={"bond": 4, "before_court": 7},
        ),
        hearings=NotRecorded(indicator="M12", version=1, reason="This institution holds no hearings."),
        orders=NotRecorded(indicator="M13", version=1, reason="This institution carries out no orders."),
        protection=Protected(**_share("M14", 6, 9), within_hours=72, not_recorded="Re-checks are not recorded yet."),
        told=Told(
            **_share("M15", 10, 16), answers={"delivered_accepted": 9, "delivered_disputed": 1}, visits_due=8,
            visited=5, visit_days=90, visited_share=0.625, not_recorded="",
        ),
        others=[
            NotRecorded(indicator="M17", version=1, reason="Displacement is not recorded yet."),
            NotRecorded(indicator="M18", version=1, reason="Support to national forces is not recorded yet."),
        ],
    )  # fmt: skip


def comparison() -> Comparison:
    """Three stations, one of them outside."""
    points = [
        FunnelPoint("POL-01", 14, 35, 0.4, -0.6, 0.47, None),
        FunnelPoint("POL-02", 30, 50, 0.6, 2.1, 0.4, Outside.ALERT),
        FunnelPoint("POL-03", 44, 110, 0.4, -1.1, 0.5, None),
    ]
    limits = [Limits(n, 0.1, 0.25, 0.65, 0.8) for n in (35, 60, 110)]
    funnel = Funnel(
        target=0.45, points=points, limits=limits, dispersion=1.2, between=0.0, adjusted=False, left_out=1
    )
    return Comparison(
        basis=BASIS, period=PERIOD, stage="police", kind="police_station", indicator="M10", funnel=funnel
    )


def pathway() -> Pathway:
    """A cohort of 200."""
    reached = [
        ("recorded", 180),
        ("investigated", 120),
        ("charged", 60),
        ("before_court", 66),
        ("decided", 30),
    ]
    before = [200, *(cases for _, cases in reached)]
    steps = [
        Reached(name, cases, cases / 200, cases / last, Interval(cases / 200 - 0.05, cases / 200 + 0.05))
        for (name, cases), last in zip(reached, before, strict=False)
    ]
    return Pathway(
        basis=BASIS,
        period=PERIOD,
        area="SS02",
        attrition=Attrition(
            **_of("M9", 200), period=PERIOD, steps=steps, losses={"police": {"no_action": 40, "expired": 8}}, moving=90,
            follow_up_days=(0, 91),
        ),
        waiting=[Waiting(stage="police", status="accepted", cases=40, median_days=70, over_limit=12)],
        links=[hand_over("judicial_affairs", "police_station"), hand_over("police_station", "prosecution")],
    )  # fmt: skip
