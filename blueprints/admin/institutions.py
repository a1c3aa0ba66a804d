"""Institutions: added, renamed, taken out of use and put back."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import choices, queues
from blueprints.admin import bp, pages
from blueprints.admin.forms import AddInstitutionForm, RenameInstitutionForm
from blueprints.forms import ActForm, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker.actions import institutions as acts
from tracker.permissions import Permission
from tracker.queries import gazetteer
from tracker.queries import institutions as queries


@bp.get("/institutions")
@requires(Permission.INSTITUTION_MANAGE)
def institutions() -> ResponseReturnValue:
    """Institutions by name."""
    name = request.args.get("name", "").strip()
    at = queues.turn()
    page = gazetteer.institutions(viewer=signed_in(), name=name, after=at.after, before=at.before)
    return render_template(
        "admin/institutions.html",
        name=name,
        columns=pages.INSTITUTION_COLUMNS,
        rows=pages.institution_rows(page.rows),
        pages=queues.pages(page, pages.asked(name=name)),
    )


@bp.route("/institutions/new", methods=["GET", "POST"])
@requires(Permission.INSTITUTION_MANAGE, fresh=True)
def add_institution() -> ResponseReturnValue:
    """A new institution."""
    form = AddInstitutionForm()
    form.area_id.offer(choices.areas(viewer=signed_in()))
    if form.submitted():
        with kept(form):
            given = form.values()
            area_id = int(given["area_id"]) if given["area_id"] else None
            added = acts.add(
                actor=signed_in(),
                name=given["name"],
                kind=given["kind"],
                area_id=area_id,
                code=given["code"] or "",
            )
            return done(_("The institution is added."), url_for("admin.institution", code=added.code))
    return form_page("admin/add_institution.html", form)


@bp.route("/institutions/<string(maxlength=60):code>", methods=["GET", "POST"])
@requires(Permission.INSTITUTION_MANAGE, fresh_to_send=True)
def institution(code: str) -> ResponseReturnValue:
    """One institution, and another name for it."""
    found = queries.find(code, viewer=signed_in())
    form = RenameInstitutionForm(name=found.name)
    if form.submitted():
        with kept(form):
            acts.rename(found, actor=signed_in(), **form.values())
            return done(_("The institution has its new name."), url_for("admin.institution", code=code))
    return form_page("admin/institution.html", form, institution=found, facts=pages.institution_facts(found))


@bp.post("/institutions/<string(maxlength=60):code>/deactivate")
@requires(Permission.INSTITUTION_MANAGE, fresh=True)
def deactivate_institution(code: str) -> ResponseReturnValue:
    """Take an institution out of use."""
    require_token_only(ActForm())
    acts.deactivate(queries.find(code, viewer=signed_in()), actor=signed_in())
    return done(
        _("The institution is deactivated. Nothing is referred to it any more."),
        url_for("admin.institution", code=code),
    )


@bp.post("/institutions/<string(maxlength=60):code>/reactivate")
@requires(Permission.INSTITUTION_MANAGE, fresh=True)
def reactivate_institution(code: str) -> ResponseReturnValue:
    """Put an institution back into use."""
    require_token_only(ActForm())
    acts.reactivate(queries.find(code, viewer=signed_in()), actor=signed_in())
    return done(_("The institution is active again."), url_for("admin.institution", code=code))
