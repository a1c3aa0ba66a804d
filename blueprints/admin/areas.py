"""Areas by P-code, each inside the one around it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import queues
from blueprints.admin import bp, pages
from blueprints.admin.forms import AddAreaForm
from blueprints.forms import done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker.actions import institutions as acts
from tracker.models import Area
from tracker.permissions import Permission
from tracker.queries import gazetteer


@bp.get("/areas")
@requires(Permission.INSTITUTION_MANAGE)
def areas() -> ResponseReturnValue:
    """The areas inside one (`parent`: its P-code), or the countries."""
    parent = _parent()
    at = queues.turn()
    page = gazetteer.areas(viewer=signed_in(), parent=parent, after=at.after, before=at.before)
    return render_template(
        "admin/areas.html",
        parent=parent,
        around=gazetteer.around(parent)[:-1] if parent else [],
        columns=pages.AREA_COLUMNS,
        rows=pages.area_rows(page.rows),
        pages=queues.pages(page, pages.asked(parent=parent.code if parent else "")),
    )


@bp.route("/areas/new", methods=["GET", "POST"])
@requires(Permission.INSTITUTION_MANAGE)
def add_area() -> ResponseReturnValue:
    """A new area inside the one of `parent`, or a country."""
    parent = _parent()
    form = AddAreaForm()
    if form.submitted():
        with kept(form):
            acts.add_area(actor=signed_in(), parent_id=parent.id if parent else None, **form.values())
            return done(
                _("The area is added."), url_for("admin.areas", parent=parent.code if parent else None)
            )
    return form_page("admin/add_area.html", form, parent=_parent())


def _parent() -> Area | None:
    code = request.args.get("parent")
    return gazetteer.area(code, viewer=signed_in()) if code else None
