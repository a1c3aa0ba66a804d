"""The form with which an officer publishes the reports of a period that is over."""

from flask import url_for
from flask.typing import ResponseReturnValue

from blueprints.fields import LineField, SelectOneField
from blueprints.forms import Form, done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _, ngettext
from blueprints.i18n import lazy_gettext as _l
from blueprints.reports import bp
from tracker import clock, mission
from tracker.actions import reports as acts
from tracker.indicators.periods import Period
from tracker.permissions import Permission
from tracker.queries import reports

_OFFERED = 8
_ALL = "all"


class PublishForm(Form):
    """Which period, about what, and why there is another edition."""

    period = SelectOneField(_l("Period"), required=_l("Choose the period"))
    about = SelectOneField(
        _l("About"),
        required=_l("Choose what the report is about"),
        hint=_l("A report that has been published already stays as it is, unless something has changed."),
    )
    why = LineField(
        _l("Why another edition?"),
        most=400,
        hint=_l(
            "Only where a report of this period is published already. Everybody reads it: no names, no details."
        ),
    )


@bp.route("/publish", methods=["GET", "POST"])
@requires(Permission.REPORT_PUBLISH, fresh=True)
def publish() -> ResponseReturnValue:
    """Publish reports of a quarter that is over."""
    viewer, form = signed_in(), PublishForm()
    subjects = reports.subjects(viewer=viewer)
    form.period.offer([(text, text) for text in _periods()])
    form.about.offer(
        [
            (_ALL, _("Every institution and every state")),
            *((f"{kind}:{of.code}", of.name) for kind, of in subjects),
        ]
    )
    if form.submitted():
        with kept(form):
            chosen = [of for kind, of in subjects if form.about.data in (_ALL, f"{kind}:{of.code}")]
            many = acts.publish_all(
                chosen,
                actor=viewer,
                period=Period.of(str(form.period.data)),
                why=form.why.data or "",
                skip=form.about.data == _ALL,
            )
            told = ngettext("%(num)d report is published.", "%(num)d reports are published.", len(many))
            return done(told, url_for("reports.index", period=form.period.data))
    return form_page("layouts/form.html", form, title=_("Publish reports"), submit=_("Publish"))


def _periods() -> list[str]:
    """The last quarters that are over."""
    today = clock.day_of(clock.now(), mission.current().zone)
    return [str(Period.quarter_of(today).earlier(n)) for n in range(1, _OFFERED + 1)]
