"""The sheets of one stage at an institution, each against all institutions of its kind together."""

from blueprints.figures.caseload import caseload
from blueprints.figures.stock import ages, on_time
from blueprints.figures.times import duration, ends
from blueprints.i18n import _
from blueprints.sheets import Sheet
from tracker.indicators.figures import StageFigures


def sheets(own: StageFigures, peers: StageFigures | None) -> list[Sheet]:
    """All of a stage, in the order in which it is read. `peers`: None where there is no other of the kind."""
    return [
        caseload(own, peers),
        duration("time", own.in_stage, peers.in_stage if peers else None, own.stage, _("Time in the stage")),
        duration(
            "decision",
            own.to_decision,
            peers.to_decision if peers else None,
            own.stage,
            _("Time to a decision"),
        ),
        ends(own, peers),
        on_time(own, peers),
        ages(own.ages, peers.ages if peers else None, own.stage),
    ]
