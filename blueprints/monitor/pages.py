"""What the monitors' pages show, made from figures that were rounded before they came here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, Self

from flask import url_for

from blueprints import choices, words
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row
from blueprints.sheets import apart
from tracker.errors import BadInput, say
from tracker.indicators.periods import Period
from tracker.models import Acting, Institution
from tracker.queries import gazetteer, monitoring, reports
from tracker.queries.areas import Atlas
from tracker.queries.gazetteer import InstitutionRow
from tracker.queries.monitoring import Mark, Shown
from tracker.queries.paging import Page
from tracker.vocabulary import InstitutionKind

TOO_FEW = "\u2066<5\u2069"
"""Isolated, so that it is not written 5> between Arabic words."""

_COUNTY = 2

COLUMNS = (Column(_l("Institution")), Column(_l("Kind")), Column(_l("Area"), "name"))


@dataclass(frozen=True)
class Chosen:
    """How the list of institutions is narrowed: by kind, by area, by neither."""

    kind: InstitutionKind | None
    area_id: int | None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """What an address asks for; refuses (`BadInput`) a kind or an area that is none."""
        kind, area = query.get("kind") or None, query.get("area") or None
        if (kind is not None and kind not in list(InstitutionKind)) or (area and not _is_number(area)):
            raise BadInput(kind=say("There is no such list. Begin at the first page."))
        return cls(InstitutionKind(kind) if kind else None, int(area) if area else None)

    def query(self) -> str:
        """What an address says besides the page: "kind=police_station&area=3&"."""
        said = {"kind": self.kind, "area": self.area_id}
        return "".join(f"{name}={value}&" for name, value in said.items() if value)


class GroupLink(NamedTuple):
    """A listing group, with its address where it may be read."""

    name: str
    amount: str
    href: str


class HistoryPart(NamedTuple):
    """One history: its steps, and the address of its file."""

    steps: list[tuple[str, str]]
    href: str
    """ "" where it has no file."""


def number(value: int | None) -> str:
    """A figure as it is printed."""
    return TOO_FEW if value is None else f"{value:,}"


def facts(of: Institution) -> list[tuple[str, str | None]]:
    """What an institution is."""
    return [
        (_("Kind"), words.label(of.kind)),
        (_("Area"), of.area.name if of.area else None),
    ]


def institution_rows(page: Page[InstitutionRow]) -> list[Row]:
    """The rows of the list: the institution, its kind, its area."""
    prefix = url_for("monitor.institutions") + "institutions/"
    return [Row(prefix + row.code, (row.name, words.label(row.kind), row.area or "")) for row in page.rows]


def kind_options(chosen: Chosen, viewer: Acting) -> list[tuple[str, str, bool]]:
    """Code, name and whether it is chosen, of the kinds of which there is an institution."""
    there = [kind for kind in gazetteer.kinds(viewer=viewer) if kind in monitoring.watched_kinds()]
    return [(kind.value, words.label(kind), kind is chosen.kind) for kind in there]


def area_options(atlas: Atlas, chosen: Chosen) -> list[tuple[int, str, bool]]:
    """Id, name and whether it is chosen, of the areas down to counties."""
    near = [area for area in atlas.surroundings(None) if area.level <= _COUNTY]
    return [(area.id, choices.area_name(atlas, area.id), area.id == chosen.area_id) for area in near]


def report_links(of: Institution, viewer: Acting) -> list[tuple[str, str]]:
    """The published reports on an institution, newest first: period and address."""
    return [
        (apart(period), url_for("reports.show", period=period, kind="institutions", code=of.code))
        for period, _edition in reports.of_institution(of, viewer=viewer)
    ]


def quarter(period: Period) -> str:
    """ "2026-Q3", set apart."""
    return apart(str(period))


def group_name(group: monitoring.Group) -> str:
    """ "Police, Forwarded"."""
    return _(
        "%(stage)s, %(status)s",
        stage=words.stage(group.stage),
        status=words.status(group.stage, group.status),
    )


def group_lists(of: Institution, groups: Sequence[monitoring.Group]) -> list[tuple[str, list[GroupLink]]]:
    """The listing groups by stage."""
    return [
        (words.stage(stage), [_link(of, group) for group in its])
        for stage, its in groupby(groups, key=lambda group: group.stage)
    ]


def history_part(shown: Shown, code: str, group: monitoring.Group) -> HistoryPart:
    """One history, and where its file is."""
    href = ""
    if shown.filed:
        href = url_for("monitor.history", code=code, key=shown.key, stage=group.stage, status=group.status)
    return HistoryPart(history_rows(shown.marks, group.stage), href)


def history_rows(marks: Sequence[Mark], stage: str) -> list[tuple[str, str]]:
    """The steps of one history: the status that each led to, and the week in which it was recorded."""
    return [
        (
            _("%(status)s (corrected)", status=words.status(stage, mark.status))
            if mark.correction
            else words.status(stage, mark.status),
            mark.week,
        )
        for mark in marks
    ]


def _link(of: Institution, group: monitoring.Group) -> GroupLink:
    name = words.status(group.stage, group.status)
    if group.tracks is None:
        return GroupLink(name, TOO_FEW, "")
    href = url_for("monitor.histories", code=of.code, stage=group.stage, status=group.status)
    return GroupLink(name, number(group.tracks), href)


def _is_number(text: str) -> bool:
    return text.isdecimal() and int(text) < 2**31
