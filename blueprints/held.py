"""Held people in words: the limit to the minute, on what it rests, and the rows of the lists. Never a name."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask import url_for

from blueprints import words
from blueprints.i18n import _
from blueprints.shapes import Column, Row, Tag
from blueprints.sheets import apart
from blueprints.tabular import Cell, Heading
from blueprints.times import Clock, moment
from tracker import clock
from tracker.queries.custody import Held
from tracker.vocabulary import AgeGroup, AlarmKind

SOON = timedelta(hours=6)
_LATE = timedelta(hours=1)
"""What was recorded later than this after it happened says so."""


def limit(one: Held, now: datetime | None = None) -> Clock:
    """ "over the limit by 31:12 h": hours and minutes, however many days they are."""
    now = now or clock.now()
    due, over = one.standing.due_at, one.standing.over(now)
    if due is None:
        return Clock(_("no limit is recorded"), "")
    if over or (one.released_at is None and due <= now):
        return Clock(_("over the limit by %(hours)s h", hours=hours(over)), "late")
    if one.released_at is not None:
        return Clock(_("released within the limit"), "")
    left = due - now
    return Clock(_("%(hours)s h left", hours=hours(left)), "soon" if left < SOON else "")


def hours(length: timedelta) -> str:
    """ "31:12", from left to right in every language."""
    minutes = int(length.total_seconds()) // 60
    return apart(f"{minutes // 60}:{minutes % 60:02}")


def tags(one: Held) -> list[Tag]:
    """What must be seen first: a child, an unlawful extension, an alarm of which nobody here took note."""
    found = []
    if one.child:
        found.append(Tag(_("Child"), "late"))
    if one.standing.faults:
        found.append(Tag(_("Beyond the law"), "late"))
    if one.arrest.at != one.arrest.first_told:
        found.append(Tag(_("Time corrected"), "waiting"))
    if one.alarm is not None:
        found.append(Tag(_("Alarm"), "waiting"))
    return found


def person(one: Held) -> str:
    """What the person is to the case, and whether a child: "Accused, child"."""
    role = words.label(one.role)
    if one.age is AgeGroup.NOT_RECORDED:
        return role
    return _("%(role)s, %(age)s", role=role, age=words.label(one.age).lower())


def since(one: Held) -> str:
    """When the person was arrested, and how much later that was recorded."""
    arrested = moment(one.arrest.at)
    if one.told_late <= _LATE:
        return arrested
    return _("%(moment)s, recorded %(hours)s h later", moment=arrested, hours=hours(one.told_late))


def looked_after(one: Held) -> str:
    """The newest review: what, when, by whom."""
    if one.review is None or one.review.finding is None:
        return _("never")
    finding, when = words.label(one.review.finding), moment(one.review.at)
    return _("%(finding)s, %(moment)s, %(person)s", finding=finding, moment=when, person=one.review.by or "")


def columns() -> tuple[Column, ...]:
    """The headings of the lists."""
    return (
        Column(_("Reference"), "link"),
        Column(_("Limit"), "clock"),
        Column(_("Flags"), "tags"),
        Column(_("Person"), "name"),
        Column(_("Arrested"), "name"),
        Column(_("Limit ends"), "name"),
        Column(_("Held at"), "name"),
        Column(_("Last looked after"), "name"),
    )


def rows(found: Iterable[Held]) -> list[Row]:
    """A row for each held person, in the order of the list."""
    now = clock.now()
    return [_row(one, now) for one in found]


def _row(one: Held, now: datetime) -> Row:
    shown = limit(one, now)
    cells = (
        one.reference,
        shown,
        tags(one),
        person(one),
        since(one),
        moment(one.standing.due_at),
        one.institution,
        looked_after(one),
    )
    return Row(url_for("custody.show", number=one.id), cells, late=shown.level == "late")


def headings() -> list[Heading]:
    """The columns of the file."""
    return [
        Heading(_("Reference"), "#meta+ref"),
        Heading(_("Person"), "#affected+type+name"),
        Heading("role_code", "#affected+type+code"),
        Heading("age_code", "#affected+age+code"),
        Heading(_("Held at"), "#org+name"),
        Heading(_("Arrested"), "#date+start"),
        Heading(_("Recorded"), "#date+recorded"),
        Heading(_("Limit ends"), "#date+due"),
        Heading("over_by_minutes", "#indicator+minutes+num"),
        Heading("beyond_the_law", "#indicator+faults+num"),
        Heading("alarm_code", "#status+alarm+code"),
        Heading(_("Last looked after"), "#date+review"),
        Heading("review_code", "#status+review+code"),
    ]


def line(one: Held, now: datetime) -> Sequence[Cell]:
    """A row of the file."""
    review = one.review
    return (
        one.reference,
        person(one),
        one.role.value,
        one.age.value,
        one.institution,
        one.arrest.at,
        one.arrest.recorded_at,
        one.standing.due_at,
        int(one.standing.over(now).total_seconds()) // 60,
        len(one.standing.faults),
        one.alarm.value if one.alarm is not None else None,
        review.at if review is not None else None,
        review.finding.value if review is not None and review.finding is not None else None,
    )


def alarm_words(kind: AlarmKind | None) -> str:
    """What the viewer's institution was told."""
    if kind is None:
        return ""
    if kind is AlarmKind.PASSED:
        return _("The limit has passed, and nobody at your institution took note yet.")
    return _("The limit is near, and nobody at your institution took note yet.")
