"""The shape of the procedure's files: what each kind of row may hold, so that a slip is told in a sentence."""

from collections.abc import Mapping
from typing import Any

from tracker.errors import BrokenProcedure

Fields = Mapping[str, type | tuple[type, ...]]

FILE: Fields = {
    "version": str,
    "name": str,
    "clocks": dict,
    "stages": dict,
    "steps": dict,
    "acts": dict,
    "workers": dict,
    "referral_ends": dict,
    "referral_steps": dict,
    "track_ends": dict,
    "track_steps": dict,
    "counting": dict,
    "custody": dict,
    "reprisal": dict,
}
CUSTODY: Fields = {
    "extensions": list,
    "remands": list,
    "rearrest_hours": int,
    "weekends_pause": bool,
    "child_hours": int,
}
ALLOWANCE: Fields = {"clock": str, "times": int, "by": list, "written": bool}
CLOCK: Fields = {
    "label": str,
    "hours": int,
    "hours_by_urgency": dict,
    "hours_by_risk": dict,
    "until": str,
    "basis": str,
    "source": str,
    "confirmed": bool,
}
STAGE: Fields = {"label": str, "starts": str, "kinds": list, "statuses": dict, "ends": dict}
STATUS: Fields = {"label": str, "clock": str, "keeps_clock": bool}
STEP: Fields = {
    "label": str,
    "done": str,
    "from": list,
    "to": str,
    "by": list,
    "side": (str, list),
    "asks": dict,
    "opens": list,
    "act": bool,
    "deciding": bool,
    "assigns": bool,
    "closes_case": bool,
    "reassess": bool,
    "flags": str,
    "awaits": str,
    "needs_awaiting": str,
}
COUNTING: Fields = {
    "ends": dict,
    "withdrawn_reasons": list,
    "suspended": list,
    "onward": list,
    "milestones": dict,
    "protective": list,
}
REPRISAL: Fields = {
    "levels": dict,
    "points": dict,
    "days": int,
    "changed_by": list,
    "basis": str,
    "source": str,
}
OPENING: Fields = {"stage": str, "at": str}


def checked(row: Any, where: str, fields: Fields, *needs: str) -> Mapping[str, Any]:
    """The row itself; refuses (`BrokenProcedure`) one that lacks what it `needs`, or holds what it may not."""
    if not isinstance(row, dict):
        raise BrokenProcedure(f"{where} is {row!r}. Write it as a table, {{ label = ... }}.")
    if unknown := row.keys() - fields.keys():
        raise BrokenProcedure(
            f"{where} has {_some(unknown)}, which nothing reads. It may have {_some(fields)}."
        )
    if missing := set(needs) - row.keys():
        raise BrokenProcedure(f"{where} does not say its {_some(missing)}.")
    for name, value in row.items():
        if not isinstance(value, fields[name]) or (fields[name] is int and isinstance(value, bool)):
            raise BrokenProcedure(f"{where} has {value!r} for {name!r}, which is of another kind.")
    return row


def _some(words: Any) -> str:
    return ", ".join(repr(word) for word in sorted(words))
