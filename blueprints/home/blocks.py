"""What stands on the first page of each role: a few lists of at most ten rows, each with the way to the whole."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask import current_app, url_for

from blueprints import alert_lists, casework, dockets, held, queues
from blueprints.casework import Overdue
from blueprints.i18n import _, ngettext
from blueprints.queues import Table
from blueprints.shapes import Row
from tracker.models import Acting
from tracker.permissions import Permission, may
from tracker.queries import alerts as alert_queries
from tracker.queries import casework as casework_queries
from tracker.queries import custody, field_forms, overview
from tracker.queries import docket as docket_queries
from tracker.queries import emergencies as emergency_queries
from tracker.queries import queues as queue_queries
from tracker.queries.casework import Part
from tracker.queries.docket import Part as DocketPart
from tracker.queries.queues import Show
from tracker.queries.ranges import COUNT_LIMIT
from tracker.vocabulary import Role

ROWS = 10
MOST_INSTITUTIONS = 5


class Block(NamedTuple):
    """One part of the first page.

    A list has `table`, or `overdue` where it is one of institutions; `sentence` is said where it is empty, or where
    the block is no list. `href`, `label`: the way to the whole of a list; `links`: (address, label) of other pages.
    """

    title: str
    amount: int | str | None = None
    href: str = ""
    label: str = ""
    table: Table | None = None
    overdue: Sequence[Overdue] = ()
    sentence: str = ""
    links: Sequence[tuple[str, str]] = ()
    held: Sequence[Row] = ()
    """Held people; the columns are `held.columns()`."""


def of(viewer: Acting) -> list[Block]:
    """The blocks of a person's first page, what is most urgent first; for each role a fixed number of statements."""
    return _BLOCKS[viewer.role](viewer)


def acts(viewer: Acting) -> list[tuple[str, str]]:
    """(address, label) of what begins here: an alert, a case."""
    begun = (
        (Permission.ALERT_HANDLE, "alerts.new", _("Log an alert")),
        (Permission.CASE_REGISTER, "cases.register", _("Register a case")),
    )
    return _links(*((name, label) for permission, name, label in begun if may(viewer.role, permission)))


# --- the community's focal point -----------------------------------------------------------------------------------


def _focal_point(viewer: Acting) -> list[Block]:
    counts = casework_queries.counts(viewer=viewer)
    parts = (Part.INFORMATION, Part.FEEDBACK, Part.INTAKE, Part.FOLLOW_UP)
    lists = {part: _casework(part, viewer, counts) for part in parts}
    # The rest only where no judicial affairs section owns the cases.
    always = {Part.INFORMATION, Part.FEEDBACK}
    return [
        *_told(viewer),
        *_emergencies(viewer),
        *_by_phone(viewer),
        _alerts(viewer),
        *(block for part, block in lists.items() if part in always or counts[part]),
    ]


def _alerts(viewer: Acting) -> Block:
    page = alert_queries.waiting(viewer=viewer, size=ROWS)
    return Block(
        title=_("Alerts to call back"),
        amount=queues.amount(alert_queries.count_waiting(viewer=viewer)),
        href=url_for("alerts.index"),
        label=_("All alerts"),
        table=_if_any(alert_lists.table(_("Alerts to call back"), page.rows)),
        sentence=_("No alert waits for an answer."),
    )


def _emergencies(viewer: Acting) -> list[Block]:
    """The cases that somebody opened in an emergency, until that is acknowledged; nothing where there are none."""
    number = emergency_queries.count_unacknowledged(viewer=viewer)
    if not number:
        return []
    page = "audit.emergencies" if may(viewer.role, Permission.HISTORY_AUDIT) else "cases.emergencies"
    return [
        Block(
            title=_("Opened in an emergency"),
            amount=queues.amount(number),
            href=url_for(page),
            label=_("Who, when and why"),
            sentence=_("Not acknowledged yet"),
        )
    ]


def _by_phone(viewer: Acting) -> list[Block]:
    """What the viewer sent by phone and something is left to do with; nothing where there is none."""
    number = field_forms.count_waiting(viewer=viewer)
    if not number:
        return []
    return [
        Block(
            title=_("Forms from your phones"),
            amount=queues.amount(number),
            href=url_for("account.forms_sent"),
            label=_("Forms that you sent"),
            sentence=_("Something is left to do with them."),
        )
    ]


# --- police, prosecution, courts ------------------------------------------------------------------------------------


def _police_officer(viewer: Acting) -> list[Block]:
    return [*_held_here(viewer), *_queue("police", "police.queue", viewer)]


def _held_here(viewer: Acting) -> list[Block]:
    """Those whose limit ends first; nothing where nobody is held."""
    found = custody.held(viewer=viewer)
    if not found:
        return []
    return [
        Block(
            title=_("Held here"),
            amount=len(found),
            href=url_for("police.held"),
            label=_("Everybody held here"),
            held=held.rows(found[:ROWS]),
        )
    ]


def _prosecutor(viewer: Acting) -> list[Block]:
    return _queue("prosecution", "prosecution.queue", viewer)


def _queue(stage: str, endpoint: str, viewer: Acting) -> list[Block]:
    counts = queue_queries.counts(viewer=viewer, stages=(stage,))
    said = {
        Show.ALL: (_("Most urgent in the queue"), _("The whole queue"), _("The queue is empty.")),
        Show.MINE: (
            _("With you"),
            _("All that is with you"),
            _("No case is with you. Accept a referral, or open a case and take it over."),
        ),
    }
    lists = [
        Block(
            title=title,
            amount=queues.amount(counts[show]),
            href=url_for(endpoint, show=show.value),
            label=label,
            table=_if_any(
                queues.table(
                    title, queue_queries.queue(viewer=viewer, stages=(stage,), show=show, size=ROWS).rows
                )
            ),
            sentence=nothing,
        )
        for show, (title, label, nothing) in said.items()
    ]
    return [*lists, _casework(Part.INFORMATION, viewer, casework_queries.counts(viewer=viewer))]


def _court_clerk(viewer: Acting) -> list[Block]:
    counts, labels = docket_queries.counts(viewer=viewer), dockets.labels()
    titles = {
        DocketPart.TODAY: _("Hearings today"),
        DocketPart.PAST: _("Hearings without a record"),
        DocketPart.TO_FILE: labels[DocketPart.TO_FILE],
        DocketPart.ORDERS: _("Orders to be carried out"),
    }
    lists = [
        Block(
            title=title,
            amount=queues.amount(counts[part]),
            href=url_for("courts.docket", show=part.value),
            label=_("This part of the docket"),
            table=_if_any(
                dockets.table(title, docket_queries.docket(viewer=viewer, part=part, size=ROWS).rows)
            ),
            sentence=dockets.nothing(part),
        )
        for part, title in titles.items()
    ]
    return [*lists, _casework(Part.INFORMATION, viewer, casework_queries.counts(viewer=viewer))]


# --- judicial affairs -----------------------------------------------------------------------------------------------


def _judicial_officer(viewer: Acting) -> list[Block]:
    counts = casework_queries.counts(viewer=viewer)
    first = [_casework(part, viewer, counts) for part in (Part.INTAKE, Part.INFORMATION, Part.FOLLOW_UP)]
    feedback = _casework(Part.FEEDBACK, viewer, counts)
    lists = [*first, _overdue(viewer), *([feedback] if counts[Part.FEEDBACK] else [])]
    return [*_told(viewer), *_emergencies(viewer), *_by_phone(viewer), *lists]


def _told(viewer: Acting) -> list[Block]:
    """Limits of custody of which this institution was told, until somebody here takes note."""
    found = custody.alarms(viewer=viewer)
    if not found:
        return []
    reviews = may(viewer.role, Permission.AREA_OVERSEE)
    return [
        Block(
            title=_("Custody: a limit is near or has passed"),
            amount=len(found),
            href=url_for("judicial.detention") if reviews else "",
            label=_("Detention review"),
            held=held.rows(found[:ROWS]),
        )
    ]


def _overdue(viewer: Acting) -> Block:
    return Block(
        title=_("Overdue by institution"),
        href=url_for("judicial.overdue"),
        label=_("All institutions"),
        overdue=casework.overdue(viewer=viewer, most=MOST_INSTITUTIONS),
        sentence=_("None of your cases is over a time limit anywhere."),
    )


def _casework(part: Part, viewer: Acting, counts: Mapping[Part, int]) -> Block:
    table, _page = casework.read(part, viewer=viewer, size=ROWS)
    return Block(
        title=casework.captions()[part],
        amount=queues.amount(counts[part]),
        href=casework.address(part, viewer.role),
        label=_("The whole list"),
        table=_if_any(table),
        sentence=casework.nothing(part),
    )


# --- those who look after others' work --------------------------------------------------------------------------------


def _cso_monitor(_viewer: Acting) -> list[Block]:
    return [
        Block(
            title=_("How institutions perform"),
            sentence=_(
                "You read how institutions work: how many cases they have in each status, and for how long. Nothing "
                "here names a person, small counts are hidden, and nothing can be changed from your account."
            ),
            links=_links(("monitor.institutions", _("Institutions")), ("help.index", _("What you can do"))),
        )
    ]


def _auditor(viewer: Acting) -> list[Block]:
    number = overview.new_entries(viewer=viewer)
    return [
        *_emergencies(viewer),
        Block(
            title=_("Histories"),
            sentence=ngettext(
                "%(num)s entry was recorded in the last 24 hours.",
                "%(num)s entries were recorded in the last 24 hours.",
                number,
            )
            if number < COUNT_LIMIT
            else _("More than 1,000 entries were recorded in the last 24 hours."),
            links=_links(("audit.index", _("The newest entries")), ("help.index", _("What you can do"))),
        ),
    ]


def _administrator(viewer: Acting) -> list[Block]:
    found = overview.installation(viewer=viewer)
    return [
        Block(
            title=_("People"),
            sentence=ngettext("%(num)d person may sign in.", "%(num)d people may sign in.", found.people),
            links=_links(("admin.people", _("People"))),
        ),
        Block(
            title=_("Institutions"),
            sentence=ngettext(
                "%(num)d institution is active.", "%(num)d institutions are active.", found.institutions
            ),
            links=_links(("admin.institutions", _("Institutions"))),
        ),
        Block(
            title=_("Time limits"),
            sentence=ngettext(
                "%(num)d time limit still has to be compared with the law in force and confirmed.",
                "%(num)d time limits still have to be compared with the law in force and confirmed.",
                found.limits_to_confirm,
            )
            if found.limits_to_confirm
            else _("Every time limit is confirmed."),
            links=_links(("admin.limits", _("Time limits"))),
        ),
    ]


def _links(*there: tuple[str, str]) -> list[tuple[str, str]]:
    """(address, label) of these pages, without those that this installation does not have."""
    return [(url_for(name), label) for name, label in there if name in current_app.view_functions]


def _if_any(table: Table) -> Table | None:
    return table if table.rows else None


_BLOCKS: Mapping[Role, Callable[[Acting], list[Block]]] = {
    Role.FOCAL_POINT: _focal_point,
    Role.POLICE_OFFICER: _police_officer,
    Role.PROSECUTOR: _prosecutor,
    Role.COURT_CLERK: _court_clerk,
    Role.JUDICIAL_OFFICER: _judicial_officer,
    Role.CSO_MONITOR: _cso_monitor,
    Role.AUDITOR: _auditor,
    Role.ADMINISTRATOR: _administrator,
}
