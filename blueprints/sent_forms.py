"""A form that came by phone, as its sender reads of it: what came of it, and what is left to do."""

from typing import NamedTuple

from flask import url_for

from blueprints import words
from blueprints.i18n import _, ngettext
from blueprints.times import moment
from tracker.queries.field_forms import SentForm
from tracker.vocabulary import FormKind


class Line(NamedTuple):
    """One form in the list. `left`: sentences; `waits`: whether somebody should see to them."""

    id: int
    kind: str
    when: str
    reference: str
    href: str
    left: list[str]
    waits: bool


def line(form: SentForm) -> Line:
    """A form with its words."""
    endpoint = "alerts.show" if form.kind is FormKind.ALERT else "cases.show"
    href = url_for(endpoint, reference=form.reference) if form.reference else ""
    return Line(
        form.id,
        words.label(form.kind),
        moment(form.received_at),
        form.reference,
        href,
        left(form),
        form.waits,
    )


def left(form: SentForm) -> list[str]:
    """What its sender has to look at: a sentence each."""
    why = words.label(form.held_back) if form.held_back else ""
    said = (
        (form.held_back is not None, _("It was not sent on: %(why)s.", why=why)),
        (form.may_be_known, _("There are cases that may be the same.")),
        (form.clock_wrong, _("The clock of the phone is wrong: look at the dates.")),
        (
            form.refused > 0,
            ngettext("%(num)s file could not be kept.", "%(num)s files could not be kept.", form.refused),
        ),
        (
            form.missing > 0,
            ngettext("%(num)s file has not come yet.", "%(num)s files have not come yet.", form.missing),
        ),
    )
    return [sentence for holds, sentence in said if holds]
