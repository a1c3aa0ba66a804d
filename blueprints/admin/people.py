"""Accounts: who may sign in, and as what where. Nobody is given a password: a link lets each person choose one."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import post, queues, scopes, sessions, throttle, words
from blueprints.admin import bp, pages
from blueprints.admin.forms import AddMembershipForm, AddPersonForm
from blueprints.forms import ActForm, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.paper import QrCode
from tracker.actions import factor_resets, links
from tracker.actions import people as acts
from tracker.actions import tokens as token_acts
from tracker.models import UserAccount
from tracker.permissions import Permission
from tracker.queries import people as queries
from tracker.queries import tokens


@bp.get("/")
@requires(Permission.PEOPLE_MANAGE)
def index() -> ResponseReturnValue:
    """The administrator's first page is the list of people."""
    return redirect(url_for("admin.people"))


@bp.get("/people")
@requires(Permission.PEOPLE_MANAGE)
@throttle.limited(throttle.LOOK_UP)
def people() -> ResponseReturnValue:
    """Accounts by name."""
    name = request.args.get("name", "").strip()
    at = queues.turn()
    page = queries.people(viewer=signed_in(), name=name, after=at.after, before=at.before)
    return render_template(
        "admin/people.html",
        name=name,
        columns=pages.PEOPLE_COLUMNS,
        rows=pages.people_rows(page.rows),
        pages=queues.pages(page, pages.asked(name=name)),
    )


@bp.route("/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def add_person() -> ResponseReturnValue:
    """A new account, and a link with which the person chooses a password: mailed, or shown on the answer once."""
    form = AddPersonForm()
    form.institution_id.offer(_workplaces())
    if form.submitted():
        with kept(form):
            newcomer = acts.add(actor=signed_in(), **_with_number(form.values(), email=form.email.data or ""))
            return _hand_over(
                newcomer, links.invite(newcomer, actor=signed_in(), by_mail=post.links_go_by_mail())
            )
    return form_page("admin/add_person.html", form)


@bp.get("/people/<int(max=2147483647):person_id>")
@requires(Permission.PEOPLE_MANAGE)
def person(person_id: int) -> ResponseReturnValue:
    """One account: what the person is where, and what can be done with it."""
    found = queries.person(person_id, viewer=signed_in())
    return render_template(
        "admin/person.html",
        person=found,
        facts=pages.person_facts(found),
        memberships=[one for one in found.memberships if one.ended_at is None],
        ended=[one for one in found.memberships if one.ended_at is not None],
        oneself=found.id == signed_in().user_id,
        me=signed_in().user_id,
        acting=signed_in().id,
        role_label=words.label,
        sessions=sessions.living(found),
        reset=factor_resets.waiting(found, actor=signed_in()),
        tokens=tokens.of_person(person_id, viewer=signed_in()),
        opens=scopes.of,
    )


@bp.post("/people/<int(max=2147483647):person_id>/sessions/end")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def end_sessions(person_id: int) -> ResponseReturnValue:
    """Sign the person out everywhere."""
    require_token_only(ActForm())
    acts.end_sessions(queries.person(person_id, viewer=signed_in()), actor=signed_in())
    return done(_("The person is signed out everywhere."), _page_of(person_id))


@bp.post("/people/<int(max=2147483647):person_id>/tokens/<int(max=2147483647):token_id>/revoke")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def revoke_token(person_id: int, token_id: int) -> ResponseReturnValue:
    """One of the person's tokens opens nothing any more."""
    require_token_only(ActForm())
    found = queries.person(person_id, viewer=signed_in())
    token_acts.revoke_of_another(token_id, person=found, actor=signed_in())
    return done(_("The token opens nothing any more."), _page_of(person_id))


@bp.post("/people/<int(max=2147483647):person_id>/factors/ask")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def ask_factor_reset(person_id: int) -> ResponseReturnValue:
    """Say that the person lost every second factor; another administrator has to grant it."""
    require_token_only(ActForm())
    factor_resets.ask(queries.person(person_id, viewer=signed_in()), actor=signed_in())
    return done(_("It is asked. Another administrator has to grant it."), _page_of(person_id))


@bp.post("/people/<int(max=2147483647):person_id>/factors/grant")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def grant_factor_reset(person_id: int) -> ResponseReturnValue:
    """Grant what another administrator asked; the one recovery code is shown on this answer, and nowhere ever again."""
    require_token_only(ActForm())
    found = queries.person(person_id, viewer=signed_in())
    code = factor_resets.grant(found, actor=signed_in())
    return render_template("admin/recovery_code.html", person=found, code=code)


@bp.post("/people/<int(max=2147483647):person_id>/deactivate")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def deactivate_person(person_id: int) -> ResponseReturnValue:
    """Close an account."""
    require_token_only(ActForm())
    acts.deactivate(queries.person(person_id, viewer=signed_in()), actor=signed_in())
    return done(_("The account is deactivated. Nobody can sign in with it."), _page_of(person_id))


@bp.post("/people/<int(max=2147483647):person_id>/reactivate")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def reactivate_person(person_id: int) -> ResponseReturnValue:
    """Open a deactivated account again."""
    require_token_only(ActForm())
    acts.reactivate(queries.person(person_id, viewer=signed_in()), actor=signed_in())
    return done(_("The account is active again."), _page_of(person_id))


@bp.post("/people/<int(max=2147483647):person_id>/password")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def reset_password(person_id: int) -> ResponseReturnValue:
    """A link for somebody who lost the password or the invitation; what opened the account before does so no more."""
    require_token_only(ActForm())
    found = queries.person(person_id, viewer=signed_in())
    return _hand_over(found, links.reset(found, actor=signed_in(), by_mail=post.links_go_by_mail()))


@bp.route("/people/<int(max=2147483647):person_id>/memberships/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def add_membership(person_id: int) -> ResponseReturnValue:
    """Let a person act in a role at an institution."""
    found = queries.person(person_id, viewer=signed_in())
    form = AddMembershipForm()
    form.institution_id.offer(_workplaces())
    if form.submitted():
        with kept(form):
            acts.add_membership(found, actor=signed_in(), **_with_number(form.values()))
            return done(_("The person can act in this role now."), _page_of(person_id))
    return form_page("admin/add_membership.html", form, person=queries.person(person_id, viewer=signed_in()))


@bp.post("/people/<int(max=2147483647):person_id>/memberships/<int(max=2147483647):membership_id>/end")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def end_membership(person_id: int, membership_id: int) -> ResponseReturnValue:
    """End what a person is at one institution."""
    require_token_only(ActForm())
    found = queries.membership(person_id, membership_id, viewer=signed_in())
    acts.end_membership(found, actor=signed_in())
    return done(_("The person can no longer act in this role there."), _page_of(person_id))


def _hand_over(person: UserAccount, token: str | None) -> ResponseReturnValue:
    """A link that was not mailed stands on the answer itself: what travels in a cookie or an address is kept."""
    if token is None:
        return done(_("A link was mailed to the person. It opens for three days."), _page_of(person.id))
    address = post.address_of(token)
    return render_template(
        "admin/link.html", person=person, address=address, code=QrCode.of_bytes(address.encode())
    )


def _page_of(person_id: int) -> str:
    return url_for("admin.person", person_id=person_id)


def _workplaces() -> list[tuple[str, str]]:
    return [(str(number), name) for number, name in queries.workplaces(viewer=signed_in())]


def _with_number(values: dict[str, Any], **more: str) -> dict[str, Any]:
    return {**values, **more, "institution_id": int(values["institution_id"])}
