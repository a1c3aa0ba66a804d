"""The other lists as files: cases, alerts, held people, what is overdue where, and what administrators keep."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from flask import request, url_for

from blueprints import held, words
from blueprints.exports.listed import Listed, every
from blueprints.exports.tracks import States, place, place_headings
from blueprints.i18n import _
from blueprints.tabular import Cell, Heading
from blueprints.times import zone
from tracker import clock
from tracker.actions.alerts import STAGE as ALERT
from tracker.models import NO_LIMIT, Acting
from tracker.permissions import Permission, may
from tracker.queries import (
    alerts,
    areas,
    cases,
    custody,
    gazetteer,
    institutions,
    overview,
    people,
    performance,
)

_NO_QUERY: dict[str, Any] = {}


def my_cases(viewer: Acting) -> Listed:
    """The cases that the viewer may know of, open or closed."""
    closed = request.args.get("show") == "closed"
    last = Heading(_("Closed"), "#date+end") if closed else Heading(_("Next time limit"), "#date+due")
    headings = [
        Heading(_("Reference"), "#meta+ref"),
        Heading(_("Concern"), "#event+type+name"),
        Heading("concern_code", "#event+type+code"),
        last,
        Heading(_("Urgency"), "#severity+name"),
        Heading("urgency_code", "#severity+code"),
        *place_headings(),
        Heading(_("Registered"), "#date+start"),
    ]
    show = "closed" if closed else "open"
    back, title = url_for("cases.index", show=show), _("Closed cases") if closed else _("Open cases")
    return Listed("cases", title, "", back, {"show": show}, headings, _cases(viewer, closed=closed))


def _cases(viewer: Acting, *, closed: bool) -> Iterator[Sequence[Cell]]:
    states = areas.states(viewer=viewer)
    for row in every(partial(cases.case_list, viewer=viewer, closed=closed)):
        limit = None if row.next_due_at == NO_LIMIT else row.next_due_at
        yield (
            row.reference,
            words.label(row.concern),
            row.concern.value,
            clock.day_of(row.closed_at, zone()) if closed and row.closed_at else limit,
            words.label(row.urgency),
            row.urgency.value,
            *place(row.area, row.area_code, states),
            clock.day_of(row.registered_at, zone()),
        )


def alert_list(viewer: Acting) -> Listed:
    """The alerts of the viewer's network: those that wait, or those that have their answer."""
    ended = request.args.get("show") == "ended"
    show = "ended" if ended else "open"
    headings = [
        Heading(_("Reference"), "#meta+ref"),
        Heading(_("Status"), "#status+name"),
        Heading("status_code", "#status+code"),
        Heading(_("Arrived by"), "#channel+name"),
        Heading("channel_code", "#channel+code"),
        Heading(_("Arrived"), "#date+start"),
        Heading(_("Time limit"), "#date+due"),
        *place_headings(),
        *([Heading(_("Case"), "#meta+case+ref")] if ended else []),
    ]
    part = _("Ended") if ended else _("To be answered")
    back = url_for("alerts.index", show=show)
    return Listed("alerts", _("Alerts"), part, back, {"show": show}, headings, _alerts(viewer, ended=ended))


def _alerts(viewer: Acting, *, ended: bool) -> Iterator[Sequence[Cell]]:
    states = areas.states(viewer=viewer)
    for row in every(partial(alerts.ended if ended else alerts.waiting, viewer=viewer)):
        yield (
            row.reference,
            words.status(ALERT, row.status),
            row.status,
            words.label(row.channel),
            row.channel.value,
            row.received_at,
            None if row.due_at == NO_LIMIT else row.due_at,
            *place(row.area, row.area_code, states),
            *([row.case] if ended else []),
        )


def held_people(viewer: Acting) -> Listed:
    """Who is held at the viewer's station, or in the area; or who was released in the last seven days."""
    station = may(viewer.role, Permission.CUSTODY_RECORD)
    released = request.args.get("show") == "released" and not station
    title = _("Held here") if station else _("Detention review")
    back = url_for("police.held") if station else url_for("judicial.detention")
    read = custody.released if released else custody.held
    rows = (held.line(one, clock.now()) for one in read(viewer=viewer))
    query = {"show": "released"} if released else _NO_QUERY
    return Listed("held", title, _("Released") if released else "", back, query, held.headings(), rows)


def overdue(viewer: Acting) -> Listed:
    """At which institutions the section's cases are over a limit."""
    headings = [
        *_institution_headings(),
        Heading(_("Cases"), "#indicator+cases+num"),
        Heading(_("Oldest"), "#date+due"),
    ]
    rows = (
        (one.name, one.code, words.label(one.kind), one.kind.value, one.number, one.oldest)
        for one in overview.overdue_by_institution(viewer=viewer)
    )
    back = url_for("judicial.overdue")
    return Listed("overdue", _("Overdue by institution"), "", back, _NO_QUERY, headings, rows)


def stuck(viewer: Acting) -> Listed:
    """What is stuck where, by institution and status."""
    headings = [
        Heading(_("Institution"), "#org+name"),
        Heading("institution_code", "#org+code"),
        Heading(_("Stage"), "#activity+stage+name"),
        Heading("stage_code", "#activity+stage+code"),
        Heading(_("Status"), "#status+name"),
        Heading("status_code", "#status+code"),
        Heading(_("Cases"), "#indicator+cases+num"),
        Heading("oldest_days", "#indicator+oldest+days+num"),
        Heading(_("Over their time limit"), "#indicator+late+num"),
        Heading("limit_ended_days", "#indicator+late+days+num"),
    ]
    back = url_for("judicial.stuck")
    return Listed("stuck", _("What is stuck"), "", back, _NO_QUERY, headings, _stuck(viewer))


def _stuck(viewer: Acting) -> Iterator[Sequence[Cell]]:
    found = performance.stuck(viewer=viewer)
    names = institutions.names({one.institution for one in found}, viewer=viewer)
    for one in found:
        yield (
            names.get(one.institution, one.institution),
            one.institution,
            words.stage(one.stage),
            one.stage,
            words.status(one.stage, one.status),
            one.status,
            one.cases,
            one.oldest_days,
            one.over_limit,
            one.limit_ended_days,
        )


def accounts(viewer: Acting) -> Listed:
    """The accounts that the page of people lists."""
    headings = [
        Heading(_("Name"), "#contact+name"),
        Heading(_("Username"), "#contact+code"),
        Heading("active", "#status+active"),
        Heading(_("Memberships"), "#indicator+memberships+num"),
        Heading(_("Since"), "#date+start"),
    ]
    name = _name()
    rows = (
        (row.full_name, row.username, _yes(row.active), row.memberships, clock.day_of(row.created_at, zone()))
        for row in every(partial(people.people, viewer=viewer, name=name.get("name", "")))
    )
    return Listed("people", _("People"), "", url_for("admin.people", **name), name, headings, rows)


def workplaces(viewer: Acting) -> Listed:
    """The institutions that their page lists."""
    headings = [*_institution_headings(), Heading("active", "#status+active"), *place_headings()]
    name = _name()
    back = url_for("admin.institutions", **name)
    return Listed("institutions", _("Institutions"), "", back, name, headings, _institutions(viewer, name))


def _institutions(viewer: Acting, name: dict[str, str]) -> Iterator[Sequence[Cell]]:
    states: States = areas.states(viewer=viewer)
    for row in every(partial(gazetteer.institutions, viewer=viewer, name=name.get("name", ""))):
        kind = words.label(row.kind)
        where = place(row.area, row.area_code, states)
        yield row.name, row.code, kind, row.kind.value, _yes(row.active), *where


def areas_inside(viewer: Acting) -> Listed:
    """The areas directly inside one, or the countries."""
    code = request.args.get("parent", "")
    parent = gazetteer.area(code, viewer=viewer) if code else None
    headings = [
        Heading(_("Name"), "#loc+name"),
        Heading(_("P-code"), "#loc+code"),
        Heading("level", "#loc+level+num"),
        Heading(_("Areas inside"), "#indicator+areas+num"),
    ]
    query: dict[str, Any] = {"parent": parent.code} if parent else {}
    rows = (
        (row.name, row.code, row.level, row.inside)
        for row in every(partial(gazetteer.areas, viewer=viewer, parent=parent))
    )
    part = parent.name if parent else ""
    return Listed("areas", _("Areas"), part, url_for("admin.areas", **query), query, headings, rows)


def _institution_headings() -> list[Heading]:
    return [
        Heading(_("Institution"), "#org+name"),
        Heading("institution_code", "#org+code"),
        Heading(_("Kind"), "#org+type+name"),
        Heading("kind_code", "#org+type+code"),
    ]


def _name() -> dict[str, Any]:
    name = request.args.get("name", "").strip()
    return {"name": name} if name else {}


def _yes(active: bool) -> str:
    return "yes" if active else "no"
