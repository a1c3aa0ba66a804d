"""Signing in and out."""

import sqlalchemy as sa
from flask import abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from blueprints import carried, errors, guards, sessions
from blueprints.account import bp
from blueprints.account.forms import SignInForm
from blueprints.addresses import own_path
from blueprints.carried import Pairs
from blueprints.forms import form_page, notify
from blueprints.guards import public, requires
from blueprints.i18n import _
from tracker import passwords
from tracker.db import db, reading_only
from tracker.models.user import UserAccount
from tracker.permissions import Permission


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The door: the same words whatever was wrong, and the same time."""
    if guards.visitor() is not None and request.method == "GET":
        return redirect(own_path(request.args.get("next")))
    form = SignInForm(next=request.args.get("next", ""))
    if form.submitted():
        user = _recognised(form.username.data, form.password.data)
        if user is not None:
            return _let_in(user, own_path(form.next.data), form.carried.data)
        form.form_errors.append(
            _("The username or the password is not right. Try again, or ask your administrator.")
        )
        form.status = 422
    return form_page(
        "account/sign_in.html", form, demonstration=current_app.extensions["tracker"].demonstration
    )


@bp.app_errorhandler(401)
def signed_out(problem: HTTPException) -> ResponseReturnValue:
    """Somebody unknown: to the door. What they had typed on a page of ours goes along, so that nothing is lost."""
    if problem.response is not None or not guards.typed_on_our_page():
        return errors.by_the_web(problem)
    form = SignInForm(formdata=None, next=own_path(request.full_path.rstrip("?")), carried=carried.posted())
    form.form_errors.append(
        _("You were signed out because nothing happened for a while. Sign in: what you typed is kept.")
    )
    form.status = 401
    return form_page("account/sign_in.html", form, action=url_for("account.sign_in"), demonstration=False)


@bp.post("/sign-out")
@requires(Permission.ACCOUNT_OWN)
def sign_out() -> ResponseReturnValue:
    """End this session; what the browser kept of the pages goes with it."""
    visitor = guards.visitor() or abort(401)
    sessions.end(visitor.row)
    guards.forget()
    notify(_("You have signed out."))
    answer = redirect(url_for("account.sign_in"), 303)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _recognised(username: str, password: str) -> UserAccount | None:
    """The active person of this name and password; everybody else costs the same work and gives `None`.

    Read-only and done before the transaction that writes: checking a password takes long, and others must not wait.
    """
    with reading_only():
        user = db.session.scalar(sa.select(UserAccount).where(UserAccount.username == username.lower()))
        stored = user.password_hash if user is not None and user.active else None
        user_id = user.id if user is not None else None
        db.session.rollback()
    if not passwords.matches(password, stored):
        return None
    found = db.session.get_one(UserAccount, user_id)
    if passwords.is_old(found.password_hash):
        found.password_hash = passwords.hash_of(password)
    return found


def _let_in(user: UserAccount, onward: str, typed: Pairs) -> ResponseReturnValue:
    """A new session: straight on with a single membership, by way of the choice with several.

    What was typed before is offered to be sent again, as what the person was then; to nobody else.
    """
    mine = sessions.memberships(user)
    ended = sessions.of(str(session.get(guards.TOKEN, ""))) if typed else None
    if ended is not None and ended.user_id == user.id and ended.membership in mine:
        guards.remember(sessions.begin(user, ended.membership))
        return render_template("account/send_again.html", onward=onward, typed=typed)
    guards.remember(sessions.begin(user, mine[0] if len(mine) == 1 else None))
    if len(mine) == 1:
        return redirect(onward, 303)
    return redirect(url_for("account.memberships", next=onward), 303)
