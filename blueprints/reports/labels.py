"""What the tables, rows and columns of a report are called."""

import re

from blueprints import words
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from tracker import mission
from tracker.indicators.ages import BANDS, AgeBand
from tracker.indicators.words import Beginning, End

HEADINGS = {
    "caseload": _l("Caseload"),
    "rates": _l("Clearance rate and disposition time"),
    "time": _l("Time in the stage"),
    "ends": _l("How cases end"),
    "on_time": _l("On time"),
    "progression": _l("Progression"),
    "ages": _l("Age of open cases"),
    "received": _l("Hand-overs that came here"),
    "sent": _l("Hand-overs that went on from here"),
    "detention": _l("Detention"),
    "hearings": _l("Hearings held"),
    "orders": _l("Orders carried out"),
    "protection": _l("Protection first"),
    "told": _l("Community told"),
    "quality": _l("Data quality"),
    "attrition": _l("How far cases come"),
    "losses": _l("Where cases ended"),
    "waiting": _l("Where cases wait at the end of the period"),
    "waiting_late": _l("Where cases wait over their time limit"),
    "links": _l("Between institutions"),
}

COLUMNS = {
    "cases": _l("Number"),
    "percent": _l("Share"),
    "days": _l("Days"),
}

_ROWS = {
    "open_at_start": _l("Open at the start"),
    "came_in": _l("Came in"),
    "resolved": _l("Resolved"),
    "open_at_end": _l("Open at the end"),
    "suspended_at_end": _l("Suspended at the end"),
    "clearance": _l("Clearance rate"),
    "disposition": _l("Disposition time"),
    "quartile_25": _l("A quarter had ended by"),
    "quartile_50": _l("Half had ended by"),
    "quartile_75": _l("Three quarters had ended by"),
    "late": _l("Done after the limit"),
    "still_open": _l("Not done, though the limit has passed"),
    "with_limit": _l("Open cases with a time limit"),
    "over_limit": _l("Over their time limit"),
    "median": _l("Half are older than"),
    "acknowledged": _l("Acknowledged"),
    "judged": _l("Sent at least seven days before"),
    "unanswered": _l("Not acknowledged in 7 days"),
    "arrested": _l("Arrested in the period"),
    "held": _l("Held now"),
    "held_past_limit": _l("Of them past the limit"),
    "usable_entries_of": _l("Days of coming"),
    "usable_entries": _l("Days of coming that are usable"),
    "usable_ends_of": _l("Days of ending"),
    "usable_ends": _l("Days of ending that are usable"),
    "required_of": _l("Cases"),
    "required": _l("Cases with every required field"),
    "late_of": _l("Entries"),
    "lag": _l("From the act to its record, median"),
    "corrections": _l("Corrections in the period"),
    "moving": _l("Open somewhere"),
}
_OF = {
    "time": {"n": _l("Cases that came in the period")},
    "ends": {"n": _l("Cases that came in the period")},
    "on_time": {"n": _l("Limits that fell in the period"), "part": _l("Done by the time limit")},
    "progression": {"n": _l("Cases followed for long enough"), "part": _l("Came to the next stage")},
    "ages": {"n": _l("Open cases")},
    "received": {"n": _l("Hand-overs")},
    "sent": {"n": _l("Hand-overs")},
    "links": {"n": _l("Hand-overs")},
    "hearings": {"n": _l("Hearings set"), "part": _l("Held on the day")},
    "orders": {"n": _l("Limits that fell in the period"), "part": _l("Carried out by the limit")},
    "protection": {"n": _l("High-risk cases"), "part": _l("With a protective measure in time")},
    "told": {"n": _l("Feedback that was due"), "part": _l("Given by the limit")},
    "quality": {"late": _l("Recorded more than seven days after it happened")},
}
_MARKED = re.compile(r"(?P<what>\w+)_at_(?P<days>\d+)")
_BANDS = {f"band_{first}": AgeBand(first, last, 0) for first, last in BANDS}


def heading(table: str) -> str:
    """What a table is called."""
    return str(HEADINGS.get(table, table))


def column(code: str) -> str:
    """What a column is called."""
    return str(COLUMNS.get(code, code))


def row(table: str, code: str) -> str:
    """What a row of a table is called: also one of an old report, whose words are still known."""
    if special := _OF.get(table, {}).get(code) or _ROWS.get(code):
        return str(special)
    if code in _BANDS:
        return words.band(_BANDS[code].first, _BANDS[code].last)
    if found := _MARKED.fullmatch(code):
        return _("After %(days)s days: %(end)s", days=found["days"], end=_end(found["what"]))
    if code in mission.current().procedure.stages:
        return words.stage(code)
    if code in words.MILESTONES:
        return str(words.MILESTONES[code])
    return _end(code)


def _end(code: str) -> str:
    if code == "open":
        return _("still open")
    for known in (End, Beginning):
        if code in list(known):
            return words.label(known(code))
    return code
