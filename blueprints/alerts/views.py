"""The pages of alerts."""

from enum import StrEnum
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import alert_lists, choices, queues, steps, typed_areas, words
from blueprints.alerts import bp, heard
from blueprints.alerts.forms import LogAlertForm, PlaceAlertForm
from blueprints.forms import done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.shapes import Entry
from blueprints.times import ago, between, clock_of, moment
from tracker import clock
from tracker.actions import alerts as alert_actions
from tracker.actions.alerts import NewAlert
from tracker.actions.steps import open_steps
from tracker.models import Acting, Alert, HistoryEntry
from tracker.permissions import Permission
from tracker.queries import alerts as alert_queries
from tracker.visibility import reads_notes
from tracker.vocabulary import CallResult

TURN_INTO_CASE = "turn_into_case"
_LEADING = ("call_back", "verify", TURN_INTO_CASE)


class Show(StrEnum):
    """Which alerts."""

    OPEN = "open"
    ENDED = "ended"


@bp.get("/")
@requires(Permission.ALERT_HANDLE)
def index() -> ResponseReturnValue:
    """The alerts of the viewer's network: those that wait, by their clock, or those that have their answer."""
    viewer, show, at = signed_in(), queues.chosen(Show, Show.OPEN), queues.turn()
    read = alert_queries.waiting if show is Show.OPEN else alert_queries.ended
    page = read(viewer=viewer, after=at.after, before=at.before)
    labels = {Show.OPEN: _("To be answered"), Show.ENDED: _("Ended")}
    return queues.work_list(
        "alerts/index.html",
        title=_("Alerts"),
        parts=queues.parts(labels, show, {Show.OPEN: alert_queries.count_waiting(viewer=viewer)}),
        table=alert_lists.table(_("Alerts of your network"), page.rows, ended=show is Show.ENDED),
        pages=queues.pages(page, f"show={show.value}&"),
        nothing=_("No alert waits for an answer.") if show is Show.OPEN else _("No alert has ended yet."),
        file=f"alerts?show={show.value}",
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ALERT_HANDLE)
def new() -> ResponseReturnValue:
    """Logs an alert."""
    form = LogAlertForm(received_at=clock.now())
    form.area_id.offer(choices.areas(viewer=signed_in()))
    if form.submitted():
        with kept(form):
            alert = alert_actions.log_alert(_said(form.values()), actor=signed_in())
            return done(_("The alert is logged. Call back now."), _page_of(alert))
    return form_page(
        "layouts/form.html",
        form,
        title=_("Log an alert"),
        submit=_("Log the alert"),
        cancel=url_for("alerts.index"),
    )


@bp.get("/<string:reference>")
@requires(Permission.ALERT_HANDLE)
def show(reference: str) -> ResponseReturnValue:
    """One alert: what is known, what was done, what can be done."""
    viewer = signed_in()
    alert = alert_queries.find(reference, viewer=viewer)
    entries = alert_queries.history(alert, viewer=viewer)
    leading, ending = _offered(alert)
    return render_template(
        "alerts/show.html",
        alert=alert,
        heard=heard.of(alert, viewer=viewer),
        channel=words.label(alert.channel),
        tags=[steps.tag(alert.stage, alert.status)],
        limit=clock_of(alert.limit),
        past=_past(alert),
        received=_("%(when)s (%(ago)s)", when=moment(alert.received_at), ago=ago(alert.received_at)),
        leading=leading,
        ending=ending,
        entries=[_entry(entry, viewer) for entry in entries],
    )


@bp.route("/<string:reference>/place", methods=["GET", "POST"])
@requires(Permission.ALERT_HANDLE)
def place(reference: str) -> ResponseReturnValue:
    """Says which area an alert is in, where its words leave that open."""
    alert = alert_queries.find(reference, viewer=signed_in())
    form = PlaceAlertForm(seen=alert.version)
    typed_areas.offer(form.area_id, alert.contact.place, viewer=signed_in(), take=False)
    if form.submitted():
        with kept(form):
            area_id = int(form.area_id.data)
            alert_actions.place(alert, actor=signed_in(), area_id=area_id, seen=form.seen.data)
            return done(_("The area is recorded."), _page_of(alert))
    return form_page("alerts/place.html", form, alert=alert, said=alert.contact.place, back=_page_of(alert))


@bp.get("/<string:reference>/messages")
@requires(Permission.ALERT_HANDLE)
def show_messages(reference: str) -> ResponseReturnValue:
    """All that a gateway brought to one alert, from a message on (`after`: its place)."""
    viewer = signed_in()
    alert = alert_queries.find(reference, viewer=viewer)
    return render_template(
        "alerts/messages.html", alert=alert, heard=heard.of(alert, viewer=viewer, whole=True)
    )


@bp.route("/<string:reference>/<string:step>", methods=["GET", "POST"])
@requires(Permission.ALERT_HANDLE)
def take_step(reference: str, step: str) -> ResponseReturnValue:
    """One step on an alert; turning it into a case is a form of its own."""
    alert = alert_queries.find(reference, viewer=signed_in())
    if step == TURN_INTO_CASE:
        return redirect(url_for("cases.register", alert=alert.reference))
    back = _page_of(alert)
    return steps.page(step, on=alert, back=back, onward=lambda: back)


def _said(values: dict[str, Any]) -> NewAlert:
    """What was entered, as the action takes it."""
    texts = {name: values[name] or "" for name in ("name", "phone", "message", "place")}
    area_id = int(values["area_id"]) if values["area_id"] else None
    return NewAlert(channel=values["channel"], received_at=values["received_at"], area_id=area_id, **texts)


def _past(alert: Alert) -> list[tuple[str, str]]:
    """Of an alert of the past: when it happened, as far as that is known, and who told of it."""
    if alert.source is None or alert.first_day is None or alert.last_day is None:
        return []
    return [
        (_("Happened"), between(alert.first_day, alert.last_day)),
        (_("Taken in from"), alert.source.title),
    ]


def _page_of(alert: Alert) -> str:
    return url_for("alerts.show", reference=alert.reference)


def _offered(alert: Alert) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """(label, address, kind of button) of the open steps: those that lead on, the likeliest first; those that end."""
    names = [step.name for step in open_steps(actor=signed_in(), on=alert)]
    likely = _likely(alert)
    buttons = {name: _button(alert, name, likely) for name in sorted(names, key=lambda name: name != likely)}
    leading = [button for name, button in buttons.items() if name in _LEADING]
    return leading, [button for name, button in buttons.items() if name not in _LEADING]


def _likely(alert: Alert) -> str:
    """What comes next: call until somebody is reached, then verify, then a case."""
    if alert.status == "verified":
        return TURN_INTO_CASE
    reached = alert.status == "called_back" and alert.reason == CallResult.REACHED
    return "verify" if reached else "call_back"


def _button(alert: Alert, name: str, likely: str) -> tuple[str, str, str]:
    href = url_for("alerts.take_step", reference=alert.reference, step=name)
    return words.step(alert.stage, name), href, "" if name == likely else "second"


def _entry(entry: HistoryEntry, viewer: Acting) -> Entry:
    """One act of the history in words."""
    note = entry.note.text if entry.note is not None and reads_notes(viewer, entry) else ""
    lines = [line for line in (words.reason(entry.reason), note) if line]
    who = entry.actor.full_name if entry.actor else entry.source.title if entry.source else ""
    title = words.done(entry.stage, entry.action)
    recorded = _("Recorded %(when)s", when=moment(entry.recorded_at))
    return Entry(title[:1].upper() + title[1:], moment(entry.happened_at), who, lines, recorded)
