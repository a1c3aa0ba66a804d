"""Pages that show every component, for tests only."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, render_template
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy.exc import DBAPIError

from blueprints.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    LineField,
    MomentField,
    NarrativeField,
    PhoneField,
    ReferenceField,
    SeenField,
    SelectOneField,
    TickField,
    WholeNumberField,
)
from blueprints.forms import ActForm, Form, done, form_page, kept
from blueprints.guards import public, requires
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Entry, Figure, Filter, Pages, Row, Tag
from blueprints.times import clock_of
from tracker import clock, references
from tracker.db import db
from tracker.errors import BadInput, NotFound, OutOfDate, StepRefused
from tracker.models import UserAccount
from tracker.permissions import Permission
from tracker.vocabulary import Concern

bp = Blueprint("gallery", __name__, url_prefix="/gallery")
VERSION = 7
REFERENCES = [references.new() for _row in range(50)]
ways = (("call", _l("Missed call")), ("sms", "SMS"), ("radio", _l("Radio")), ("visit", _l("Visit")))
FATES = {
    "stale": OutOfDate("Somebody else has accepted this case. Read it again."),
    "closed": StepRefused("A closed case cannot be accepted."),
    "wrong": BadInput(phone="This number is not in service", elsewhere="The station is not known"),
    "gone": NotFound("There is no such case."),
}


class EveryFieldForm(Form):
    """One field of each kind."""

    seen = SeenField()
    way = ChoiceField(
        _l("How did the report arrive?"), choices=ways, required=_l("Select how the report arrived")
    )
    happened_at = MomentField(
        _l("When did it happen?"), required=_l("Enter when it happened"), hint=_l("In local time")
    )
    reported_on = DayField(_l("Date of the report"), required=_l("Enter the date of the report"))
    concern = SelectOneField(
        _l("Concern"),
        kind=Concern,
        choices=lambda: [(one, one.replace("_", " ")) for one in Concern],
        required=_l("Choose a concern"),
    )
    needs = ChoicesField(
        _l("What is needed?"), choices=(("health", _l("Health care")), ("shelter", _l("Shelter")))
    )
    phone = PhoneField(_l("Telephone"))
    reference = ReferenceField(_l("Reference of another case"))
    people = WholeNumberField(
        _l("How many people?"), least=1, greatest=500, required=_l("Enter how many people")
    )
    place = LineField(_l("Place"), most=40)
    story = NarrativeField(
        _l("What happened?"), most=5000, required=_l("Describe what happened"), hint=_l("No names")
    )
    consent = TickField(
        _l("The person agrees that the police reads this"), required=_l("Without consent it stays here")
    )


@bp.route("/form", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def form() -> Any:
    """The form; what is typed as the place decides what the domain answers."""
    every = EveryFieldForm(seen=VERSION)
    if every.submitted():
        with kept(every):
            if (fate := FATES.get(every.place.data or "")) is not None:
                raise fate
            return done(_("It is registered."), "/gallery/queue")
    return form_page(
        "layouts/form.html", every, title=_("Register a case"), submit=_("Register"), cancel="/gallery/queue"
    )


@bp.post("/act")
@requires(Permission.POLICE_QUEUE)
def act() -> Any:
    """One button."""
    if ActForm().submitted():
        raise StepRefused("A case that is closed cannot be acknowledged.")
    raise StepRefused("Nothing was sent.")


@bp.get("/queue")
@requires(Permission.POLICE_QUEUE, Permission.PERFORMANCE_READ)
def queue() -> Any:
    """A full page of a queue."""
    headings = {_("Reference"): "link", _("Status"): "tag", _("Concern"): "text", _("Time limit"): "clock"}
    columns = [Column(*one) for one in headings.items()] + [
        Column(_("Area"), "name"),
        Column(_("Officer"), "name"),
    ]
    tones = ("waiting", "going", "good", "stopped", "late")
    words = (_("Sent"), _("Accepted"), _("Forwarded"), _("Suspended"), _("Returned"))
    concerns = (_("Arbitrary arrest"), _("Forced marriage"), _("Land or property"))
    rows = []
    for n in range(50):
        limit = clock_of(clock.now() + timedelta(hours=(n - 6) * 9))
        reference = REFERENCES[n]
        tag = Tag(words[n % 5], tones[n % 5])
        cells = (
            reference,
            tag,
            concerns[n % 3],
            limit,
            ("Malakal", "Yei", "Bor")[n % 3],
            "S. Traoré" if n % 4 else "",
        )
        rows.append(Row(f"/gallery/case?{reference}", cells, limit.level == "late"))
    narrow = [
        Filter(_("Waiting for acknowledgement"), "?show=waiting", 12), Filter(_("Accepted"), "?show=accepted", 31),
        Filter(_("Overdue"), "?show=overdue", 6), Filter(_("Mine"), "?show=mine", 4, current=True),
    ]  # fmt: skip
    pages = Pages("?before=a", "?after=b")
    return render_template("queue.html", columns=columns, rows=rows, narrow=narrow, pages=pages)


@bp.get("/case")
@requires(Permission.ACCOUNT_OWN)
def case() -> Any:
    """Every other component."""
    names = (
        _("Received"),
        _("Screened"),
        _("Referred to police"),
        _("Under investigation"),
        _("Before rural court"),
        _("Closed"),
    )
    states = ("done", "done", "done", "now", "", "")
    who = "M. Okello, Malakal police station"
    taken, checked = (
        _("Statements taken from four witnesses."),
        "Referred. Human rights due diligence check completed.",
    )
    entries = [
        Entry(_("Under investigation"), "9 Oct 2026, 11:22", who, [taken], "Entry 4 · 506ef84dad784260"),
        Entry(_("Referred to police"), "4 Oct 2026, 09:05", who, [checked], "Entry 3 · 33b70af0254ac7ce"),
        Entry(_("Received"), "2 Oct 2026, 09:05", "A. Deng"),
    ]
    figures = [
        Figure(_("Community referral"), 2, 0.06),
        Figure(_("Police component"), 11, 0.32),
        Figure(_("Rural courts"), 34, 1.0, late=True),
    ]
    return render_template(
        "case.html",
        tags=[Tag(_("Under investigation"))],
        late=clock_of(clock.now() - timedelta(days=10)),
        journey=list(zip(names, states, strict=True)),
        entries=entries,
        figures=figures,
        columns=[Column(_("Name")), Column(_("Cases"), "number"), Column(_("Head"), "name")],
        rows=[("Malakal police station", 31, "S. Traoré"), ("Yei rural court", 8, "A. Deng")],
    )


@bp.post("/meddle")
@requires(Permission.PERFORMANCE_READ)
def meddle() -> Any:
    """A view that would write for a role that may only read."""
    try:
        db.session.execute(sa.update(UserAccount).values(active=False))
    except DBAPIError:
        db.session.rollback()
        return "refused", {"Content-Type": "text/plain"}
    return "written", {"Content-Type": "text/plain"}


@bp.get("/fault")
@public
def fault() -> Any:
    """What nobody foresaw."""
    raise ZeroDivisionError


@bp.get("/closed")
def closed() -> Any:
    """A view whose author forgot to say who may enter."""
    return "nobody reads this"


def install(app: Flask) -> Flask:
    """Add the gallery to `app`."""
    own = FileSystemLoader(Path(__file__).with_name("gallery"))
    app.jinja_env.loader = ChoiceLoader([own, app.create_global_jinja_loader()])
    app.register_blueprint(bp)
    return app
