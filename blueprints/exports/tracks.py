"""The lists of tracks as files: queues, the docket, caseworkers' lists, what is overdue or stuck at an institution."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from blueprints import casework, dockets, queues, words
from blueprints.exports.listed import Listed, every
from blueprints.i18n import _
from blueprints.tabular import Cell, Heading
from tracker.errors import NotFound, say
from tracker.models import Acting
from tracker.queries import areas, docket, institutions, overview
from tracker.queries import casework as casework_queries
from tracker.queries import queues as queue_queries
from tracker.queries.casework import Part
from tracker.queries.queues import Show
from tracker.queries.ranges import TrackRow
from tracker.vocabulary import Concern, Urgency

Last = tuple[Heading, Callable[[TrackRow], Cell]]
"""A column that not every list has, and what stands in it."""

States = Mapping[str, tuple[str, str]]


def police(viewer: Acting) -> Listed:
    """The queue of the viewer's station."""
    return _queue("police", viewer, _("Police queue"), url_for("police.queue"))


def prosecution(viewer: Acting) -> Listed:
    """The queue of the viewer's office."""
    return _queue("prosecution", viewer, _("Prosecution queue"), url_for("prosecution.queue"))


def of_court(viewer: Acting) -> Listed:
    """The docket of the viewer's court."""
    part = queues.chosen(docket.Part, docket.Part.ALL)
    return _listed(
        "docket",
        (Heading(_("Hearing"), "#date+hearing"), lambda row: row.next_on),
        (Heading(_("Adjournments"), "#indicator+adjournments+num"), lambda row: row.adjournments),
        title=_("Docket"),
        part=dockets.labels()[part],
        back=url_for("courts.docket", show=part.value),
        query={"show": part.value},
        read=partial(docket.docket, viewer=viewer, part=part, coded=True),
        viewer=viewer,
    )


def waiting(viewer: Acting) -> Listed:
    """One of the lists of a caseworker."""
    labels = casework.labels(viewer.role)
    part = queues.chosen(Part, next(iter(labels)))
    if part not in labels:
        raise NotFound(say("There is no such list. Choose one that the page offers."))
    asked_by: Last = (Heading(_("Asked by"), "#org+name"), lambda row: row.holder)
    return _listed(
        "waiting",
        *([asked_by] if part is Part.INFORMATION else []),
        title=labels[part],
        part=casework.captions()[part],
        back=casework.address(part, viewer.role),
        query={"show": part.value},
        read=partial(casework_queries.read, part, viewer=viewer, coded=True),
        viewer=viewer,
    )


def overdue_at(viewer: Acting) -> Listed:
    """The section's cases that are over a limit at one institution."""
    at = institutions.find(request.args.get("at", ""), viewer=viewer)
    return _listed(
        "overdue-at",
        _assigned(),
        title=_("Overdue at %(institution)s", institution=at.name),
        part="",
        back=url_for("judicial.overdue_at", code=at.code),
        query={"at": at.code},
        read=partial(overview.overdue_at, at, viewer=viewer, coded=True),
        viewer=viewer,
    )


def stuck_at(viewer: Acting) -> Listed:
    """The section's cases that wait at one institution with one status."""
    at = institutions.find(request.args.get("at", ""), viewer=viewer)
    stage, status = request.args.get("stage", ""), request.args.get("status", "")
    asked: dict[str, Any] = {"stage": stage, "status": status}
    return _listed(
        "stuck-at",
        _assigned(),
        title=_("What is stuck"),
        part=at.name,
        back=url_for("judicial.stuck_at", code=at.code, **asked),
        query={"at": at.code, **asked},
        read=partial(overview.waiting_at, at, stage, status, viewer=viewer, coded=True),
        viewer=viewer,
    )


def _queue(stage: str, viewer: Acting, title: str, back: str) -> Listed:
    show, status = queues.chosen(Show, Show.ALL), queues.status_of(stage)
    query = {"status": status} if status else {"show": show.value}
    read = partial(queue_queries.queue, stages=(stage,), show=show, status=status)
    return _listed(
        f"{stage}-queue",
        _assigned(),
        title=title,
        part=words.status(stage, status) if status else queues.part_labels()[show],
        back=f"{back}?{urlencode(query)}",
        query=query,
        read=partial(read, viewer=viewer, coded=True),
        viewer=viewer,
    )


def _assigned() -> Last:
    return Heading(_("With"), "#contact+name"), lambda row: row.assigned_to


def _listed(
    code: str,
    *last: Last,
    title: str,
    part: str,
    back: str,
    query: Mapping[str, str],
    read: Callable[..., Any],
    viewer: Acting,
) -> Listed:
    headings = [*_headings(), *(heading for heading, _of in last)]
    return Listed(
        code, title, part, back, query, headings, _rows(read, viewer, [of for _heading, of in last])
    )


def _headings() -> list[Heading]:
    return [
        Heading(_("Reference"), "#meta+ref"),
        Heading(_("Status"), "#status+name"),
        Heading("status_code", "#status+code"),
        Heading("stage_code", "#activity+stage+code"),
        Heading(_("Concern"), "#event+type+name"),
        Heading("concern_code", "#event+type+code"),
        Heading(_("Urgency"), "#severity+name"),
        Heading("urgency_code", "#severity+code"),
        Heading(_("Time limit"), "#date+due"),
        *place_headings(),
    ]


def place_headings() -> list[Heading]:
    """The columns of `place`."""
    return [
        Heading(_("Area"), "#loc+name"),
        Heading("area_code", "#loc+code"),
        Heading(_("State"), "#adm1+name"),
        Heading("state_code", "#adm1+code"),
    ]


def place(name: str | None, code: str | None, states: States) -> tuple[Cell, ...]:
    """An area as the list shows it, its P-code, and the state around it."""
    state_code, state = states.get(code or "", (None, None))
    return name, code, state, state_code


def _rows(
    read: Callable[..., Any], viewer: Acting, last: Sequence[Callable[[TrackRow], Cell]]
) -> Iterator[Sequence[Cell]]:
    states = areas.states(viewer=viewer)
    row: TrackRow
    for row in every(read):
        yield (
            row.reference,
            words.status(row.stage, row.status),
            row.status,
            row.stage,
            words.label(Concern(row.concern)),
            row.concern,
            words.label(Urgency(row.urgency)),
            row.urgency,
            row.limit,
            *place(row.area, row.area_code, states),
            *(of(row) for of in last),
        )
