"""Lists of tracks as people work through them: the rows in words, the parts as links with counts, the pages.

A room chooses which list; `templates/layouts/work_list.html` shows it. Lists are read all day over thin links, so a
row is a plain tuple, and no word is looked up twice for one page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from flask import current_app, render_template, request

from blueprints import steps, times, words
from blueprints.guards import signed_in
from blueprints.i18n import _, language
from blueprints.shapes import Filter, Pages
from blueprints.times import Clock
from tracker import clock, mission
from tracker.errors import NotFound, say
from tracker.models import NO_LIMIT
from tracker.queries import queues
from tracker.queries.paging import Page
from tracker.queries.queues import Show
from tracker.queries.ranges import COUNT_LIMIT, TrackRow
from tracker.vocabulary import Concern, Urgency

Part = TypeVar("Part", bound=StrEnum)

_KEPT = 10_000
"""So many rows are kept ready; nothing personal is in any."""

_MONTHS = 180
"""A day that is so many days away is said with its year."""


class Line(NamedTuple):
    """One row of a list in words, for `components/work_row.html`.

    `mark`: what must be seen beside the status; `what`, `how`: concern and urgency of a track; `last`: the words of
    the last column, whose heading is `last_heading` ("": there is none).
    """

    href: str
    reference: str
    tone: str
    status: str
    mark: str
    what: str
    how: str
    limit: Clock
    area: str
    last: str
    last_heading: str


class Table(NamedTuple):
    """A list: its name, the heading of each column (the last one "" where there is none), its rows as markup."""

    caption: str
    headings: tuple[str, str, str, str, str, str, str]
    rows: Sequence[str]


class Turn(NamedTuple):
    """The keys of the page that a URL asks for, of which at most one is given; neither: the first page."""

    after: str | None = None
    before: str | None = None


FIRST = Turn()


# --- rows in words ------------------------------------------------------------------------------------------------


def table(
    caption: str,
    rows: Iterable[TrackRow],
    *,
    limit: str = "",
    last: str | None = None,
    limit_of: Callable[[TrackRow], Clock] | None = None,
    last_of: Callable[[TrackRow], str | None] | None = None,
) -> Table:
    """The list of these tracks. `limit`, `last`: the headings of the time limit and of the last column ("": none).

    `limit_of`: a time limit said otherwise; `last_of`: what the last column says (default: who has the track).
    """
    headings = (
        _("Reference"),
        _("Status"),
        _("Concern"),
        _("Urgency"),
        limit or _("Time limit"),
        _("Area"),
        _("With") if last is None else last,
    )
    limit_at, last_at, code = limit_of or limits(clock.now()), last_of or _assigned, language()
    shown = [_row(row[2:9], limit_at(row), last_at(row), headings[6], code) for row in rows]
    return Table(caption, headings, shown)


def limits(now: datetime) -> Callable[[TrackRow], Clock]:
    """The time limit of a track in words, as it is seen at one instant."""
    clock_at = times.clocks(now)
    return lambda row: clock_at(None if row.due_at == NO_LIMIT else row.due_at)


@lru_cache(maxsize=_KEPT)
def _row(
    facts: tuple[str, str, str, str | None, str, str, str | None],
    limit: Clock,
    last: str | None,
    last_heading: str,
    _language: str,
) -> str:
    """The row of a track; made once for the same facts in the same language, because queues are read all day."""
    reference, concern, urgency, area, stage, status, awaiting = facts
    line = Line(
        f"/cases/{reference}",
        reference,
        steps.tone(stage, status),
        words.status(stage, status),
        _("Information asked") if awaiting == "sender" else "",
        words.label(Concern(concern)),
        words.label(Urgency(urgency)),
        limit,
        area or "",
        last or "",
        last_heading,
    )
    return markup(line)


def markup(line: Line) -> str:
    """The row as the template makes it, everything in it escaped."""
    made: str = current_app.jinja_env.get_template("components/work_row.html").module.work_row(line)  # type: ignore[attr-defined]
    return made


def _assigned(row: TrackRow) -> str | None:
    return row.assigned_to


def hearing(day: date, today: date) -> Clock:
    """The day of a hearing in words; past it, that no record was made."""
    away = (day - today).days
    said = times.weekday(day) if abs(away) < _MONTHS else times.day(day)
    if away < 0:
        return Clock(_("%(day)s, no record yet", day=said), "late")
    if away < 2:
        return Clock(_("tomorrow") if away else _("today"), "soon")
    return Clock(said, "")


# --- parts, counts, pages -----------------------------------------------------------------------------------------


def amount(number: int) -> int | str:
    """A count as it is shown: "1,000+" where counting stopped."""
    return _("1,000+") if number >= COUNT_LIMIT else number


def parts(
    labels: Mapping[Part, str], current: Part | None, counts: Mapping[Part, int], *, address: str = "?show="
) -> list[Filter]:
    """The parts of a list as links; `current`: the one that is shown; `address`: what a part's code is put behind."""
    return [
        Filter(label, f"{address}{part.value}", _amount_or_none(counts.get(part)), current=part is current)
        for part, label in labels.items()
    ]


def _amount_or_none(number: int | None) -> int | str | None:
    return None if number is None else amount(number)


def chosen(kind: type[Part], default: Part) -> Part:
    """The part that this request asks for; refuses (`NotFound`) one that the list does not have."""
    asked = request.args.get("show", default.value)
    try:
        return kind(asked)
    except ValueError:
        raise NotFound(say("There is no such list. Choose one that the page offers.")) from None


def turn() -> Turn:
    """The page that this request asks for."""
    return Turn(request.args.get("after"), request.args.get("before"))


def pages(page: Page[Any], query: str = "") -> Pages:
    """The addresses of the pages beside this one; `query`: what else the address says, such as "show=mine&"."""
    return Pages(
        f"?{query}before={page.before}" if page.before else "",
        f"?{query}after={page.after}" if page.after else "",
    )


def work_list(template: str = "layouts/work_list.html", **shown: Any) -> str:
    """A page with a list. See the template for what it needs; what most lists do not have is filled in here."""
    return render_template(template, **{"statuses": (), "status": None, "search": False, "above": ""} | shown)


# --- the queue of one stage -----------------------------------------------------------------------------------------


def queue_page(stage: str, *, title: str, caption: str) -> str:
    """The queue of the viewer's institution in one stage, as this request asks for it."""
    viewer, show, status, at = signed_in(), chosen(Show, Show.ALL), status_of(stage), turn()
    counts = queues.counts(viewer=viewer, stages=(stage,))
    page = queues.queue(
        viewer=viewer, stages=(stage,), show=show, status=status, after=at.after, before=at.before
    )
    return work_list(
        title=title,
        parts=parts(part_labels(), None if status else show, counts),
        statuses=_status_links(stage, status),
        status=status,
        table=table(caption, page.rows),
        pages=pages(page, f"status={status}&" if status else f"show={show.value}&"),
        nothing=_nothing_with(status) if status else _nothing(show),
        search=True,
        file=f"{stage}-queue?" + (f"status={status}" if status else f"show={show.value}"),
    )


def status_of(stage: str) -> str | None:
    """The status that this request asks for; refuses (`NotFound`) one that the stage does not have."""
    asked = request.args.get("status")
    if asked and asked not in mission.current().procedure.open_statuses(stage):
        raise NotFound(say("There is no such list. Choose one that the page offers."))
    return asked or None


def part_labels() -> dict[Show, str]:
    """The parts of a queue, as links say them."""
    return {
        Show.WAITING: _("Waiting for acknowledgement"),
        Show.IN_HAND: _("Accepted"),
        Show.OVERDUE: _("Overdue"),
        Show.MINE: _("Mine"),
        Show.ALL: _("All"),
    }


def _status_links(stage: str, current: str | None) -> list[Filter]:
    return [
        Filter(words.status(stage, status), f"?status={status}", current=status == current)
        for status in mission.current().procedure.open_statuses(stage)
    ]


def _nothing(show: Show) -> str:
    sentences = {
        Show.WAITING: _("No referral waits for your answer. New ones appear here when they are sent."),
        Show.IN_HAND: _("No accepted case is open. Accept a referral that waits for acknowledgement."),
        Show.OVERDUE: _("Nothing is over its time limit."),
        Show.MINE: _("No case is with you. Accept a referral, or open a case and take it over."),
        Show.ALL: _("The queue is empty. Referrals appear here when they are sent to your institution."),
    }
    return sentences[show]


def _nothing_with(_status: str) -> str:
    return _("No case has this status now. Choose another list above.")
