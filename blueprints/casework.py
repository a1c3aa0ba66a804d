"""A caseworker's lists in words: intake, information asked, follow-up, feedback, and what is overdue elsewhere."""

from typing import NamedTuple

from flask import url_for

from blueprints import queues, words
from blueprints.i18n import _
from blueprints.queues import Table, Turn
from blueprints.times import clock_of
from tracker.models import Acting
from tracker.queries import casework, overview
from tracker.queries.casework import Part
from tracker.queries.paging import PAGE_SIZE, Page
from tracker.queries.ranges import TrackRow
from tracker.vocabulary import Role


class Overdue(NamedTuple):
    """An institution where cases are over a time limit: how many, and by how long the oldest is."""

    href: str
    name: str
    kind: str
    number: int
    oldest: str


def parts_of(role: Role) -> tuple[Part, ...]:
    """The lists that people of a role may have something in, in the order in which it waits."""
    if role is Role.JUDICIAL_OFFICER:
        return tuple(Part)
    if role is Role.FOCAL_POINT:
        return tuple(part for part in Part if part is not Part.ESCALATED)
    return (Part.INFORMATION,)


def labels(role: Role) -> dict[Part, str]:
    """The lists of a role, as links say them."""
    said = {
        Part.INTAKE: _("Triage"),
        Part.INFORMATION: _("Information asked of us"),
        Part.FOLLOW_UP: _("Follow-up"),
        Part.ESCALATED: _("Escalated"),
        Part.FEEDBACK: _("Feedback"),
    }
    return {part: said[part] for part in parts_of(role)}


def captions() -> dict[Part, str]:
    """What each list holds, in full."""
    return {
        Part.INTAKE: _("Cases to triage and refer"),
        Part.INFORMATION: _("Referrals whose holder asks for information"),
        Part.FOLLOW_UP: _("Cases to follow up"),
        Part.ESCALATED: _("Escalated cases"),
        Part.FEEDBACK: _("Feedback to give to the survivor and the community"),
    }


def nothing(part: Part) -> str:
    """What to say, and do, when a list is empty."""
    sentences = {
        Part.INTAKE: _("No case waits for triage. New ones appear here when they are registered."),
        Part.INFORMATION: _("No institution waits for information from you."),
        Part.FOLLOW_UP: _("No case waits for follow-up."),
        Part.ESCALATED: _("No case is escalated."),
        Part.FEEDBACK: _("No feedback is due."),
    }
    return sentences[part]


def read(
    part: Part, *, viewer: Acting, at: Turn = queues.FIRST, size: int = PAGE_SIZE
) -> tuple[Table, Page[TrackRow]]:
    """One page of a list in words; of information that was asked, by whom."""
    page = casework.read(part, viewer=viewer, after=at.after, before=at.before, size=size)
    if part is not Part.INFORMATION:
        return queues.table(captions()[part], page.rows, last=""), page
    shown = queues.table(captions()[part], page.rows, last=_("Asked by"), last_of=lambda row: row.holder)
    return shown, page


def address(part: Part, role: Role) -> str:
    """Where people of a role find a list."""
    return f"/judicial/?show={part.value}" if role is Role.JUDICIAL_OFFICER else f"/waiting/{part.value}"


def overdue(*, viewer: Acting, most: int | None = None) -> list[Overdue]:
    """Where the section's cases are over a time limit, the oldest first; `most`: only so many institutions."""
    return [
        Overdue(
            url_for("judicial.overdue_at", code=row.code),
            row.name,
            words.label(row.kind),
            row.number,
            clock_of(row.oldest).words,
        )
        for row in overview.overdue_by_institution(viewer=viewer, most=most)
    ]
