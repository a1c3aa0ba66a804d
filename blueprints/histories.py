"""De-identified histories as files of process mining, for the page and for the command."""

import random
import secrets
from collections.abc import Callable
from typing import IO

from tracker.indicators.disclosure import SMALLEST
from tracker.mining import ocel_json, ocel_sqlite, xes
from tracker.mining.instances import instances
from tracker.queries.mining import Histories

NOTICE = (
    "Not for publication. Each case is like at least four others; who knows much of one may still learn from "
    "what all of them have in common."
)

FORMS: dict[str, tuple[str, str]] = {
    "xes": ("xes", xes.TYPE),
    "json": ("ocel.json", ocel_json.TYPE),
    "sqlite": ("ocel.sqlite", ocel_sqlite.TYPE),
}
"""Each form with the end of its file's name, and its content type."""

_NAME_BYTES = 8


def write(found: Histories, form: str, file: IO[bytes]) -> int:
    """Writes the histories in a form, under names that nobody keeps. Gives the number of cases."""
    cases = instances(found.groups, name=_name, chance=random.SystemRandom())
    if form == "xes":
        return xes.write(cases, file, about=_about(found))
    steps = [step for group in found.groups for step in group.steps]
    write_ocel: Callable[..., int] = ocel_json.write if form == "json" else ocel_sqlite.write
    return write_ocel(
        cases,
        file,
        activities=sorted({step.activity for step in steps}),
        kinds=sorted({step.place for step in steps}),
    )


def file_name(found: Histories, form: str) -> str:
    """What the file is called."""
    return f"histories-{found.quarter}.{FORMS[form][0]}".lower()


def _about(found: Histories) -> dict[str, str]:
    return {
        "concept:name": "Protection cases",
        "recorded_until_the_end_of": str(found.quarter),
        "alike": str(SMALLEST),
        "left_out": f"<{SMALLEST}" if found.left_out is None else f"about {found.left_out}",
        "notice": NOTICE,
    }


def _name() -> str:
    return secrets.token_hex(_NAME_BYTES)
