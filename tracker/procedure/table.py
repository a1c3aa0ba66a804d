"""The table of legal steps as the log keeps it, so that anybody can check a history against it."""

from typing import Any

from tracker.procedure.model import SAME, Procedure


def as_table(procedure: Procedure) -> dict[str, Any]:
    """Stages with their first status, statuses and ends, steps from status to status, clocks in hours.

    Strings, integers, lists and objects alone, in one order, so that its canonical JSON has one digest.
    """
    return {
        "version": procedure.version,
        "stages": {
            code: {"first": stage.first, "statuses": list(stage.statuses), "ends": sorted(stage.ends)}
            for code, stage in procedure.stages.items()
        },
        "steps": [
            {"stage": step.stage, "name": step.name, "from": list(step.sources), "to": step.to}
            for step in procedure.steps.values()
            if step.to != SAME
        ],
        "clocks": {
            code: {"hours": clock.hours, "confirmed": clock.confirmed}
            for code, clock in procedure.clocks.items()
        },
    }
