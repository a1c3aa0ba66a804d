"""How institutions perform: the sheets of `tracker.indicators.figures`, from the histories.

`as_of` None: today; `known_at` None: now. Live figures are for those whom `visibility.FIGURES_REACH` names: judicial
officers for the institutions of their area, institutions for themselves. Monitors read frozen reports. `viewer` None
is an operator's command. A `known_at` within the last seconds may still change: others are about to commit.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select

from tracker import clock, mission
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, say
from tracker.indicators.comparison import Unit, funnel
from tracker.indicators.definitions import versions
from tracker.indicators.figures import (
    Basis,
    Comparison,
    InstitutionFigures,
    Pathway,
    Stuck,
)
from tracker.indicators.hand_overs import HandOvers, Wait, hand_overs
from tracker.indicators.limits import OnTime, on_time
from tracker.indicators.measured import NotRecorded
from tracker.indicators.periods import Period
from tracker.indicators.tally import Asked, Tally, stage_figures
from tracker.indicators.words import Excluded
from tracker.models import Acting, Area, Institution, Track
from tracker.procedure.counting import APART
from tracker.queries import citations, counts, kept_tallies, particulars, ways
from tracker.queries.areas import areas_inside
from tracker.queries.kept_tallies import ByStage
from tracker.queries.particulars import Particulars
from tracker.queries.stays import Frame
from tracker.visibility import FIGURES_REACH, Reach

_NO_DISPLACEMENT = say("Sex and age stand with what is personal, and displacement is not recorded yet.")
_NO_SUPPORT = say("Support to national forces and its risk assessments are not recorded yet.")
_NO_HEARINGS = say("This institution holds no hearings.")
_NO_ORDERS = say("This institution carries out no orders.")


def institution(
    of: Institution,
    *,
    viewer: Acting | None,
    period: Period,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> InstitutionFigures:
    """The figures of one institution. Refuses (`NotPermitted`, `NotFound`) who may not see them."""
    _require(viewer, of)
    basis, frame = _asked(period, as_of, known_at, [of.id])
    codes = _codes()
    peers = _of_kind(of.kind)
    receivers = db.session.scalars(select(Track.institution_id).where(Track.sender_id == of.id).distinct())
    tallies = _tallies(frame, {of.id, *peers, *receivers}, codes)
    own, stages = tallies[of.id], _stages(of, tallies[of.id])
    together = _together(tallies[institution_id] for institution_id in peers)
    also = _particulars(frame, of.id)
    return InstitutionFigures(
        code=of.code,
        kind=of.kind,
        basis=basis,
        period=period,
        quality=also.quality,
        stages=[stage_figures(stage, own.get(stage, Tally()), frame.asked) for stage in stages],
        peers=[stage_figures(stage, together.get(stage, Tally()), frame.asked) for stage in stages],
        peer_count=len(peers),
        received=_received(own, codes[of.id], frame.asked),
        sent=_sent(tallies, codes, of, frame.asked),
        detention=also.detention,
        hearings=also.hearings
        if "court" in stages
        else NotRecorded(indicator="M12", version=1, reason=_NO_HEARINGS),
        orders=_orders(own, frame.asked, holds="enforcement" in stages),
        protection=also.protection,
        told=also.told,
        others=[
            NotRecorded(indicator="M17", version=1, reason=_NO_DISPLACEMENT),
            NotRecorded(indicator="M18", version=1, reason=_NO_SUPPORT),
        ],
    )


def compare(
    kind: str,
    stage: str,
    indicator: str,
    *,
    viewer: Acting | None,
    period: Period,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Comparison:
    """One indicator ("M6", "M8", "M10") at every institution of a kind, as a funnel. Refuses (`NotPermitted`)."""
    if indicator not in _UNITS:
        raise BadInput(indicator=say("Only M6, M8 and M10 are compared between institutions."))
    within = _area_of(viewer)
    ids = [one for one, area_id in _of_kind(kind).items() if within is None or area_id in within]
    basis, frame = _asked(period, as_of, known_at, ids)
    codes = _codes()
    tallies = _tallies(frame, ids, codes)
    units = [
        Unit(codes[one], *_UNITS[indicator](tallies[one].get(stage, Tally()), stage, frame.asked))
        for one in sorted(ids, key=lambda one: codes[one])
    ]
    return Comparison(
        basis=basis, period=period, stage=stage, kind=kind, indicator=indicator, funnel=funnel(units)
    )


def pathway(
    area: Area | None,
    *,
    viewer: Acting | None,
    period: Period,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Pathway:
    """Attrition and waiting for an area with all areas inside it; None: for all that the viewer may see.

    Where cases wait is as it was when the period ended. Refuses (`NotPermitted`, `NotFound`) who may not see it.
    """
    within = _area_of(viewer)
    inside = within if area is None else areas_inside(area.id)
    if area is not None and within is not None and area.id not in within:
        raise NotFound(say("There is no such area."))
    ids = [
        one.id for one in db.session.scalars(select(Institution)) if inside is None or one.area_id in inside
    ]
    basis, frame = _asked(period, as_of, known_at, ids)
    return Pathway(
        basis=basis,
        period=period,
        area=area.code if area is not None else None,
        attrition=ways.attrition_of(ways.Cohort(frame, inside)),
        waiting=ways.waiting(frame, inside),
        links=_links(frame, ids),
    )


def stuck(*, viewer: Acting) -> list[Stuck]:
    """Where the cases that the viewer's section owns or registered wait longest. Refuses (`NotPermitted`)."""
    _area_of(viewer)
    return ways.stuck(viewer)


# --- who may see what -------------------------------------------------------------------------------------------


def _require(viewer: Acting | None, of: Institution) -> None:
    if viewer is None or (FIGURES_REACH.get(viewer.role) is Reach.OWN and viewer.institution_id == of.id):
        return
    within = _area_of(viewer)
    if within is not None and of.area_id not in within and of.id != viewer.institution_id:
        raise NotFound(say("There is no such institution."))


def _area_of(viewer: Acting | None) -> frozenset[int] | None:
    """The areas whose figures the viewer may see; None: all. Refuses (`NotPermitted`) who may see no area's."""
    if viewer is None:
        return None
    if FIGURES_REACH.get(viewer.role) is not Reach.AREA:
        raise NotPermitted(say("Your role does not read the live figures of others."))
    own = db.session.get_one(Institution, viewer.institution_id)
    return None if own.area_id is None else areas_inside(own.area_id)


# --- what is asked ----------------------------------------------------------------------------------------------


def _asked(
    period: Period, as_of: date | None, known_at: datetime | None, ids: Collection[int]
) -> tuple[Basis, Frame]:
    now = clock.now()
    day = as_of or clock.day_of(now, mission.current().zone)
    basis = Basis(
        as_of=day,
        known_at=known_at or now,
        definitions=versions(),
        **citations.log(known_at)._asdict(),
    )
    return basis, Frame(Asked(period, day), ids, known_at)


def _tallies(frame: Frame, ids: Collection[int], codes: Mapping[int, str]) -> dict[int, ByStage]:
    if frame.known_at is None:
        return kept_tallies.tallies(frame.asked, ids, codes)
    counted = counts.tallies(frame._replace(institution_ids=ids), codes)
    return kept_tallies.by_institution(counted, ids)


def _particulars(frame: Frame, institution_id: int) -> Particulars:
    if frame.known_at is None:
        return kept_tallies.particulars_of(frame.asked, institution_id)
    return particulars.read(frame)


def _codes() -> dict[int, str]:
    return dict(db.session.execute(select(Institution.id, Institution.code)).all())


def _of_kind(kind: str) -> dict[int, int | None]:
    """The institutions of a kind with their areas."""
    found = select(Institution.id, Institution.area_id).where(Institution.kind == kind)
    return dict(db.session.execute(found).all())


def _stages(of: Institution, own: ByStage) -> list[str]:
    """The stages that an institution of its kind holds, and any other that it has held."""
    procedure = mission.current().procedure
    theirs = procedure.stages_of(of.kind)
    return [stage for stage in procedure.stages if stage in own or (stage in theirs and stage not in APART)]


def _together(of: Iterable[ByStage]) -> ByStage:
    whole: defaultdict[str, Tally] = defaultdict(Tally)
    for by_stage in of:
        for stage, tally in by_stage.items():
            whole[stage] += tally
    return whole


# --- one indicator ----------------------------------------------------------------------------------------------


def _orders(own: ByStage, asked: Asked, *, holds: bool) -> OnTime | NotRecorded:
    if not holds:
        return NotRecorded(indicator="M13", version=1, reason=_NO_ORDERS)
    tally = own.get("enforcement", Tally())
    return on_time(tally.verdicts, asked.period, without_limit=tally.without_limit, indicator="M13")


def _on_time(tally: Tally, _stage: str, asked: Asked) -> tuple[int, int]:
    found = on_time(tally.verdicts, asked.period)
    return found.part, found.n


def _answered(tally: Tally, stage: str, asked: Asked) -> tuple[int, int]:
    waits = Counter({wait: 0 for _sender, wait in tally.waits})
    for (_sender, wait), number in tally.waits.items():
        waits[wait] += number
    found = hand_overs(waits, asked.period, sender=None, receiver="", stage=stage)
    return found.judged - found.unanswered, found.judged


def _onward(tally: Tally, stage: str, asked: Asked) -> tuple[int, int]:
    found = stage_figures(stage, tally, asked).progression
    return found.part, found.n


_UNITS = {"M6": _on_time, "M8": _answered, "M10": _onward}


# --- hand-overs -------------------------------------------------------------------------------------------------


def _received(own: ByStage, receiver: str, asked: Asked) -> list[HandOvers]:
    found = []
    for stage, tally in own.items():
        by_sender: defaultdict[str | None, Counter[Wait]] = defaultdict(Counter)
        for (sender, wait), number in tally.waits.items():
            by_sender[sender][wait] += number
        found += [
            hand_overs(waits, asked.period, sender=sender, receiver=receiver, stage=stage)
            for sender, waits in sorted(by_sender.items(), key=lambda item: item[0] or "")
        ]
    return found


def _sent(
    tallies: Mapping[int, ByStage], codes: Mapping[int, str], of: Institution, asked: Asked
) -> list[HandOvers]:
    return [
        link
        for receiver in sorted(tallies, key=lambda one: codes[one])
        for link in _received(tallies[receiver], codes[receiver], asked)
        if link.sender == of.code
    ]


def _links(frame: Frame, ids: Collection[int]) -> list[HandOvers]:
    """Hand-overs to the institutions by kind of sender and receiver."""
    codes = _codes()
    kinds = dict(db.session.execute(select(Institution.code, Institution.kind)).all())
    waits: defaultdict[tuple[str | None, str, str], Counter[Wait]] = defaultdict(Counter)
    undated: Counter[tuple[str, str]] = Counter()
    for receiver, by_stage in _tallies(frame, ids, codes).items():
        for stage, tally in by_stage.items():
            undated[kinds[codes[receiver]], stage] += tally.unwaited
            for (sender, wait), number in tally.waits.items():
                waits[kinds.get(sender or ""), kinds[codes[receiver]], stage][wait] += number
    return [
        hand_overs(
            found,
            frame.asked.period,
            sender=sender,
            receiver=receiver,
            stage=stage,
            excluded={Excluded.END_UNDATED: undated[receiver, stage]},
        )
        for (sender, receiver, stage), found in sorted(waits.items(), key=lambda item: str(item[0]))
    ]
