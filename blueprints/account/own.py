"""The account page: sessions, password, and the choice between several memberships."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import guards, sessions, words
from blueprints.account import bp
from blueprints.account.forms import ChangePasswordForm
from blueprints.addresses import own_path
from blueprints.forms import done, form_page, kept
from blueprints.guards import requires
from blueprints.i18n import _
from tracker import passwords
from tracker.actions import addresses, identities
from tracker.errors import BadInput, NotFound
from tracker.models.user import UserAccount
from tracker.permissions import Permission


@bp.get("/account")
@requires(Permission.ACCOUNT_OWN)
def show() -> ResponseReturnValue:
    """What the person is where, and on which devices they are signed in."""
    visitor = _visitor()
    return render_template(
        "account/show.html",
        user=visitor.row.user,
        address=_address(visitor.row.user),
        linked=identities.is_linked(visitor.row.user),
        here=visitor.row,
        memberships=sessions.memberships(visitor.row.user),
        sessions=sessions.living(visitor.row.user),
        role_label=words.label,
    )


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN, fresh=True)
def change_password() -> ResponseReturnValue:
    """A new password; every other session of the person ends with the old one, and this one gets a new token."""
    visitor = _visitor()
    form = ChangePasswordForm()
    if form.submitted():
        with kept(form):
            _change_password(visitor, **form.values())
            onward = own_path(request.args.get("next"), url_for("account.show"))
            return done(_("Your password is changed. You have been signed out everywhere else."), onward)
    user = visitor.row.user
    given = user.password_given_at is not None
    return form_page("account/password.html", form, given=given, username=user.username)


@bp.post("/account/sessions/<int(max=2147483647):session_id>/end")
@requires(Permission.ACCOUNT_OWN)
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of the own sessions; anybody else's is not found."""
    visitor = _visitor()
    one = next((one for one in sessions.living(visitor.row.user) if one.id == session_id), None)
    if one is None:
        raise NotFound(_("That session has ended already."))
    sessions.end(one)
    return done(_("The session is ended."), url_for("account.show"))


@bp.get("/account/memberships")
@requires(Permission.ACCOUNT_OWN)
def memberships() -> ResponseReturnValue:
    """Where does the person work now? Asked at sign-in of those who have several memberships."""
    visitor = _visitor()
    return render_template(
        "account/memberships.html",
        memberships=sessions.memberships(visitor.row.user),
        acting=visitor.membership,
        onward=own_path(request.args.get("next")),
        role_label=words.label,
    )


@bp.post("/account/memberships/<int(max=2147483647):membership_id>")
@requires(Permission.ACCOUNT_OWN)
def act_as(membership_id: int) -> ResponseReturnValue:
    """Go on as one of the own memberships; the session gets a new token, because it opens other doors now."""
    visitor = _visitor()
    chosen = next((one for one in sessions.memberships(visitor.row.user) if one.id == membership_id), None)
    if chosen is None:
        raise NotFound(_("You have no such membership."))
    sessions.act_as(visitor.row, chosen)
    guards.remember(sessions.renew(visitor.row))
    return redirect(own_path(request.form.get("next")), 303)


def _address(user: UserAccount) -> str | None:
    address = addresses.read(user)
    if not address or user.email_confirmed_at:
        return address or None
    return _("%(address)s, not confirmed yet", address=address)


def _visitor() -> guards.Visitor:
    return guards.visitor() or abort(401)


def _change_password(visitor: guards.Visitor, *, present: str, new: str, again: str) -> None:
    user: UserAccount = visitor.row.user
    if not passwords.matches(present, user.password_hash):
        raise BadInput(present=_("This is not your present password"))
    passwords.check_new(new, user.username, administrator=user.administers)
    if passwords.matches(new, user.password_hash):
        raise BadInput(new=_("This is your present password. Choose another one."))
    if new != again:
        raise BadInput(again=_("The two do not agree. Type the new password again."))
    user.password_hash, user.password_given_at = passwords.hash_of(new), None
    sessions.end(*(one for one in sessions.living(user) if one.id != visitor.row.id))
    guards.remember(sessions.renew(visitor.row))
