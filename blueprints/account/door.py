"""Signing in and out."""

import sqlalchemy as sa
from flask import abort, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from blueprints import carried, errors, gates, guards, knocks, sessions, throttle
from blueprints.account import bp, passkeys
from blueprints.account.factor import factor_page
from blueprints.account.forms import PasskeyForm, SignInForm
from blueprints.addresses import own_path
from blueprints.carried import Pairs
from blueprints.forms import notify
from blueprints.guards import public, requires
from blueprints.i18n import _
from blueprints.security import SIGNED_OUT, clear
from blueprints.throttle import held_back
from tracker import passwords
from tracker.actions import factors
from tracker.db import db, reading_only
from tracker.models.user import Membership, UserAccount
from tracker.permissions import Permission
from tracker.vocabulary import DoorAct


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The door: the same words whatever was wrong, and the same time."""
    found = guards.visitor()
    if found is not None and not gates.before_the_factor(found.living) and request.method == "GET":
        return redirect(own_path(request.args.get("next")))
    form = SignInForm(next=request.args.get("next", ""))
    if form.submitted():
        tries = throttle.at_the_door(form.username.data)
        if wait := throttle.waits(tries):
            # Not written down, as the tries before it were: who hammers here must not fill the disk.
            form.hold_back(wait)
            return held_back(_page(form), wait)
        user = _recognised(form.username.data, form.password.data, tries)
        if user is not None:
            return let_in(user, own_path(form.next.data), form.carried.data)
        form.refuse_with(
            _("The username or the password is not right. Try again, or ask your administrator.")
        )
    return _page(form)


@bp.post("/sign-in/passkey")
@public
def sign_in_by_passkey() -> ResponseReturnValue:
    """The whole door, or its second half, for whoever has a passkey: a device that verified its user."""
    form = PasskeyForm()
    proof = passkeys.proved(form.passkey.data, form.challenge.data) if form.submitted() else None
    if proof is not None and proof.passkey.user.active:
        user = proof.passkey.user
        factors.use_passkey(proof.passkey, actor=user, sign_count=proof.sign_count)
        return let_in(user, own_path(form.next.data), form.carried.data, by_factor=True)
    knocks.note(DoorAct.WRONG_PASSKEY, proof.passkey.user_id if proof else None)
    again = SignInForm(formdata=None, next=own_path(form.next.data), carried=form.carried.data)
    again.refuse_with(_("This passkey did not open the door. Try again, or sign in with your password."))
    return _page(again)


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
    return _page(form)


@bp.post("/sign-out")
@requires(Permission.ACCOUNT_OWN)
def sign_out() -> ResponseReturnValue:
    """End this session; what the browser kept of the pages goes with it."""
    visitor = guards.visitor() or abort(401)
    sessions.end(visitor.row)
    knocks.note(DoorAct.SIGNED_OUT, visitor.living.user_id)
    guards.forget()
    notify(_("You have signed out."))
    return clear(redirect(url_for("account.sign_in"), 303), SIGNED_OUT)


def _page(form: SignInForm) -> ResponseReturnValue:
    demonstration = current_app.extensions["tracker"].demonstration
    asked = passkeys.ask()
    form.ask(asked)
    page = render_template("account/sign_in.html", form=form, demonstration=demonstration, asked=asked)
    return page, form.status


def _recognised(username: str, password: str, tries: throttle.Subjects) -> UserAccount | None:
    """The active person of this name and password; everybody else costs the same work and gives `None`.

    Read-only and done before the transaction that writes: checking a password takes long, and others must not wait.
    """
    with reading_only():
        user = db.session.scalar(sa.select(UserAccount).where(UserAccount.username == username.lower()))
        stored = user.password_hash if user is not None and user.active else None
        user_id = user.id if user is not None else None
        db.session.rollback()
    if not passwords.matches(password, stored):
        knocks.note(DoorAct.WRONG_PASSWORD, user_id)
        return None
    throttle.give_back(tries)
    found = db.session.get_one(UserAccount, user_id)
    if passwords.is_old(found.password_hash):
        found.password_hash = passwords.hash_of(password)
    return found


def let_in(user: UserAccount, onward: str, typed: Pairs, *, by_factor: bool = False) -> ResponseReturnValue:
    """A new session: straight on with a single membership, by way of the choice with several.

    Who has a second factor and did not show it (`by_factor`) comes to that first. What was typed before is offered to
    be sent again, as what the person was then; to nobody else.
    """
    mine = sessions.memberships(user)
    before = _as_what(user, mine)
    chosen = before if typed and before else mine[0] if len(mine) == 1 else None
    typed = typed if before else ()
    guards.remember(sessions.begin(user, chosen, by_factor=by_factor))
    if user.factor_since is not None and not by_factor:
        return factor_page(user, onward, typed) if typed else redirect(_factor(onward), 303)
    knocks.note(DoorAct.SIGNED_IN, user.id)
    return throttle.know_device(make_response(_onward(chosen, onward, typed)), user.username)


def _as_what(user: UserAccount, mine: list[Membership]) -> Membership | None:
    """What the session that this browser had was, if it was this person's, and they still are that."""
    ended = sessions.of(str(session.get(guards.TOKEN, "")))
    return ended.membership if ended and ended.user_id == user.id and ended.membership in mine else None


def _onward(chosen: Membership | None, onward: str, typed: Pairs) -> ResponseReturnValue:
    if chosen is None:
        return redirect(url_for("account.memberships", next=onward), 303)
    if typed:
        return render_template("account/send_again.html", onward=onward, typed=typed, confirmed=False)
    return redirect(onward, 303)


def _factor(onward: str) -> str:
    return url_for("account.factor", next=onward)
