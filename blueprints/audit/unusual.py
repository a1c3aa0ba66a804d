"""Unusual reading: what an auditor asks about, each row with its reason. It accuses nobody."""

from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import words
from blueprints.audit import bp
from blueprints.fields import LineField
from blueprints.forms import Form, done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _, ngettext
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row
from blueprints.times import day as day_in_words
from blueprints.times import moment
from tracker import clock, mission
from tracker.actions.reading_reviews import look_into
from tracker.errors import NotFound, say
from tracker.indicators.reading import Finding, Why
from tracker.permissions import Permission
from tracker.queries import unusual as queries
from tracker.queries.unusual import UnusualRow

COLUMNS = (
    Column(_l("Person")),
    Column(_l("Why it is listed")),
    Column(_l("Role and institution")),
    Column(_l("Looked into"), "name"),
)


class LookIntoForm(Form):
    """What came of it."""

    note = LineField(
        _l("What did you find out?"),
        most=500,
        required=_l("Say what you found out."),
        hint=_l("No names of people in a case."),
    )


@bp.get("/unusual")
@requires(Permission.HISTORY_AUDIT)
def unusual() -> ResponseReturnValue:
    """The unusual reading of one day: today's, or of the day that the address names."""
    today = clock.day_of(clock.now(), mission.current().zone)
    day = _day(request.args.get("day")) or today
    rows = queries.findings(day, viewer=signed_in())
    return render_template(
        "audit/unusual.html",
        day=day_in_words(day),
        before=(day - timedelta(days=1)).isoformat(),
        after=(day + timedelta(days=1)).isoformat() if day < today else "",
        columns=COLUMNS,
        rows=[_row(day, one) for one in rows],
    )


@bp.route("/unusual/<string:day>/<int(max=2147483647):membership_id>/<string:why>", methods=["GET", "POST"])
@requires(Permission.HISTORY_AUDIT)
def look(day: str, membership_id: int, why: str) -> ResponseReturnValue:
    """One finding, and the note of who looked into it."""
    found = _found(day, membership_id, why)
    back = url_for("audit.unusual", day=day)
    if found.reviewed is not None:
        return redirect(back)
    form = LookIntoForm()
    if form.submitted():
        with kept(form):
            look_into(
                date.fromisoformat(day), membership_id, Why(why), actor=signed_in(), note=form.note.data
            )
            return done(_("It is noted."), back)
    facts = [
        (_("Day"), day_in_words(date.fromisoformat(day))),
        (_("Person"), found.person),
        (_("Role and institution"), _place(found)),
        (_("Why it is listed"), _why(found.finding)),
    ]
    return form_page("audit/look.html", form, facts=facts, back=back)


def _found(day: str, membership_id: int, why: str) -> UnusualRow:
    on = _day(day)
    rows = queries.findings(on, viewer=signed_in()) if on else []
    for row in rows:
        if (row.finding.reader, row.finding.why.value) == (membership_id, why):
            return row
    raise NotFound(say("There is nothing at this address that you may see."))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound(say("There is nothing at this address that you may see.")) from None


def _row(day: date, row: UnusualRow) -> Row:
    """A link while nobody has looked into it; then what came of it."""
    href = url_for(
        "audit.look", day=day.isoformat(), membership_id=row.finding.reader, why=row.finding.why.value
    )
    return Row(
        "" if row.reviewed else href,
        (row.person, _why(row.finding), _place(row), _reviewed(row)),
        row.reviewed is None,
    )


def _place(row: UnusualRow) -> str:
    return f"{words.label(row.role)} · {row.institution}"


def _reviewed(row: UnusualRow) -> str:
    found = row.reviewed
    return f"{found.person}, {moment(found.at)}: {found.note}" if found else ""


def _why(finding: Finding) -> str:
    number = finding.number
    if finding.why is Why.VOLUME:
        if finding.usual is None:
            return _("%(number)s cases in one day", number=number)
        return _(
            "%(number)s cases in one day; usual are %(usual)s", number=number, usual=f"{finding.usual:g}"
        )
    said = {
        Why.HOURS: ngettext(
            "%(num)d case read outside working hours", "%(num)d cases read outside working hours", number
        ),
        Why.EMERGENCY: ngettext(
            "%(num)d case opened in an emergency", "%(num)d cases opened in an emergency", number
        ),
        Why.GUESSING: ngettext(
            "%(num)d reference that led nowhere", "%(num)d references that led nowhere", number
        ),
    }
    return said[finding.why]
