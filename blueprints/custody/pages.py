"""The page of one held person in words: the facts of the clock, what happened, what can be recorded."""

from collections.abc import Callable, Sequence

from blueprints import held, limits, words
from blueprints.i18n import _
from blueprints.shapes import Entry
from blueprints.sheets import apart
from blueprints.times import moment
from tracker import mission
from tracker.models import Acting
from tracker.permissions import Permission, may
from tracker.queries import limits as limit_queries
from tracker.queries.custody import Held
from tracker.queries.custody_events import EventRow
from tracker.vocabulary import CustodyAct

Facts = list[tuple[str, str | None]]

BY_HOLDERS = ("extend", "produce", "transfer", "release")
BY_OTHERS = ("review", "acknowledge")


def labels() -> dict[str, str]:
    """What the button of each act says."""
    return {
        "extend": _("Record an extension"),
        "produce": _("Record a hearing"),
        "transfer": _("Record a move"),
        "release": _("Record the release"),
        "review": _("Record a review"),
        "acknowledge": _("Take note of the alarm"),
    }


def offers(one: Held, viewer: Acting) -> list[str]:
    """The acts that are open to the viewer, as the actions would take them."""
    if one.released_at is not None:
        return []
    if may(viewer.role, Permission.CUSTODY_RECORD):
        holds = viewer.institution_id in (one.institution_id, one.track_holder_id)
        return list(BY_HOLDERS) if holds else []
    if may(viewer.role, Permission.CUSTODY_OVERSEE) and viewer.institution_id != one.institution_id:
        theirs = [name for name in BY_OTHERS if name != "acknowledge" or one.alarm is not None]
        return [*theirs, *(BY_HOLDERS if one.stands_in else ())]
    return []


def facts(one: Held, viewer: Acting) -> Facts:
    """What stands beside the clock."""
    standing = one.standing
    return [
        (_("Person"), held.person(one)),
        (_("Held at"), one.institution),
        (_("Arrested"), held.since(one)),
        (
            _("First recorded as"),
            moment(one.arrest.first_told) if one.arrest.at != one.arrest.first_told else None,
        ),
        (
            _("The hours run from"),
            moment(standing.started_at) if standing.started_at != one.arrest.at else None,
        ),
        (_("Limit ends"), moment(standing.due_at) or _("no limit is recorded")),
        (_("It rests on"), words.label(standing.basis)),
        (_("In the law"), _law(one, viewer)),
        (_("For children"), _children(one)),
        (_("Released"), moment(one.released_at) or None),
        (_("Last looked after"), held.looked_after(one)),
    ]


def _law(one: Held, viewer: Acting) -> str | None:
    """The limit that runs: how long, on what it rests, whether anybody confirmed it."""
    found = [row for row in limit_queries.limits(viewer=viewer) if row.clock.code == one.standing.clock]
    if not found:
        return None
    row = limits.row(found[0])
    confirmed = _("confirmed") if row.confirmed else _("not confirmed against the law in force")
    quoted = apart(f"{row.basis}. {row.source}")  # in the language of the law
    return f"{row.label}: {', '.join(row.lengths)}. {quoted} ({confirmed})"


def _children(one: Held) -> str | None:
    if not one.child:
        return None
    own = mission.current().procedure.custody.child_hours
    return _("No separate limit is recorded.") if own is None else limits.length(own)


def events(one: Held) -> list[Entry]:
    """What happened, the newest first; what goes beyond the law says why."""
    told = [(row, one.standing.faults.get(place)) for place, row in enumerate(one.events)]
    told.sort(key=lambda pair: pair[0].at, reverse=True)
    return [
        Entry(
            words.label(row.kind),
            moment(row.at),
            _who(row),
            [*_lines(row), *([_("Beyond the law: %(why)s", why=words.label(fault))] if fault else [])],
            _("Recorded %(moment)s", moment=moment(row.recorded_at)),
        )
        for row, fault in told
    ]


def _who(row: EventRow) -> str:
    if row.by is None or row.by_institution is None:
        return row.by or row.by_institution or ""
    return _("%(person)s, %(institution)s", person=row.by, institution=row.by_institution)


def _lines(row: EventRow) -> Sequence[str]:
    """What was said of an event."""
    said: dict[CustodyAct, Callable[[EventRow], list[str]]] = {
        CustodyAct.EXTENSION: _extension,
        CustodyAct.PRODUCTION: _production,
        CustodyAct.TRANSFER: lambda row: [row.institution or ""],
        CustodyAct.RELEASE: lambda row: [words.reason(row.reason)],
        CustodyAct.REVIEW: lambda row: [words.label(row.finding)] if row.finding else [],
    }
    return said[row.kind](row) if row.kind in said else []


def _extension(row: EventRow) -> list[str]:
    by = words.label(row.authority) if row.authority else ""
    paper = _("in writing") if row.written else _("not in writing")
    return [
        _(
            "%(length)s, by: %(authority)s, %(paper)s",
            length=limits.length(row.hours or 0),
            authority=by,
            paper=paper,
        )
    ]


def _production(row: EventRow) -> list[str]:
    result = words.label(row.result) if row.result else ""
    lines = [_("%(institution)s: %(result)s", institution=row.institution, result=result)]
    if row.until is not None:
        lines.append(_("Until %(moment)s", moment=moment(row.until)))
    return lines
