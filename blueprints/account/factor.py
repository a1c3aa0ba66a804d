"""The second step of the door, and proving once more that it is still the same person."""

from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from blueprints import carried, errors, gates, guards, knocks, sessions, throttle
from blueprints.account import bp, passkeys
from blueprints.account.forms import ConfirmForm, ConfirmPasswordForm, DoorForm, FactorForm, PasskeyForm
from blueprints.addresses import here, own_path
from blueprints.carried import Pairs
from blueprints.forms import notify
from blueprints.guards import NotFresh, requires
from blueprints.i18n import _
from blueprints.throttle import held_back
from tracker import passwords
from tracker.actions import factors
from tracker.actions.factors import Opened
from tracker.models import UserAccount
from tracker.permissions import Permission
from tracker.vocabulary import DoorAct


@bp.route("/sign-in/factor", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def factor() -> ResponseReturnValue:
    """The second step: nothing else opens before it."""
    visitor = guards.visitor() or abort(401)
    if not gates.before_the_factor(visitor.living):
        return redirect(own_path(request.args.get("next")), 303)
    form = FactorForm(next=request.args.get("next", ""))
    if form.submitted():
        if wait := throttle.waits(throttle.at_the_factor(visitor.row.user.username)):
            knocks.note(DoorAct.HELD_BACK, visitor.living.user_id)
            form.hold_back(wait)
            return held_back(_factor_page(form, visitor.row.user), wait)
        user = visitor.row.user
        if opened := factors.open_with_code(form.code.data, actor=user):
            return _opened(visitor, opened, own_path(form.next.data), form.carried.data)
        knocks.note(DoorAct.WRONG_CODE, visitor.living.user_id)
        form.refuse_with(_("This code opens nothing. A code opens once: wait for the next one."))
    return _factor_page(form, visitor.row.user)


def factor_page(user: UserAccount, onward: str, typed: Pairs) -> ResponseReturnValue:
    """The second step for somebody whose typed words go along."""
    return _factor_page(FactorForm(formdata=None, next=onward, carried=typed), user)


def _factor_page(form: FactorForm, user: UserAccount) -> ResponseReturnValue:
    page = render_template("account/factor.html", form=form, **_ways(user, form))
    return page, form.status


def _opened(visitor: guards.Visitor, opened: Opened, onward: str, typed: Pairs) -> ResponseReturnValue:
    """The session is open: a new token, and on to where the person was going."""
    row = visitor.row
    guards.remember(sessions.confirm(row, by_factor=opened is not Opened.LAST))
    knocks.note(DoorAct.SIGNED_IN, row.user_id)
    if opened is not Opened.APP:
        notify(_("That recovery code is used up. See on your account page how many are left."), "")
    if row.membership is None:
        answer = redirect(url_for("account.memberships", next=onward), 303)
    else:
        answer = make_response(_on(onward, typed, confirmed=False))
    return throttle.know_device(answer, row.user.username)


@bp.app_errorhandler(NotFresh)
def confirm_first(_problem: NotFresh) -> ResponseReturnValue:
    """A dangerous act: the person is asked who they are; what they typed on a page of ours goes along."""
    if request.method in guards.SAFE_METHODS:
        return redirect(url_for("account.confirm", next=here()))
    if not guards.typed_on_our_page():
        return errors.by_the_web(BadRequest())
    visitor = guards.visitor() or abort(401)
    form = _confirm_form(visitor)(
        formdata=None, next=own_path(request.full_path.rstrip("?")), carried=carried.posted()
    )
    form.status = 403
    knocks.nothing()
    return _confirm_page(form, visitor)


@bp.route("/account/confirm", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def confirm() -> ResponseReturnValue:
    """The password once more, with the second factor of whoever has one: good for ten minutes."""
    visitor = guards.visitor() or abort(401)
    form = _confirm_form(visitor)(next=request.args.get("next", ""))
    if form.submitted():
        if wait := throttle.waits(throttle.at_the_factor(visitor.row.user.username)):
            knocks.note(DoorAct.HELD_BACK, visitor.living.user_id)
            form.hold_back(wait)
            return held_back(_confirm_page(form, visitor), wait)
        if _is_them(visitor.row.user, form):
            return _confirmed(visitor, form)
        knocks.note(DoorAct.WRONG_CODE, visitor.living.user_id)
        form.refuse_with(_("This is not right. A code opens once: wait for the next one."))
    return _confirm_page(form, visitor)


@bp.post("/account/confirm/passkey")
@requires(Permission.ACCOUNT_OWN)
def confirm_by_passkey() -> ResponseReturnValue:
    """The same, by a device that verified its user."""
    visitor = guards.visitor() or abort(401)
    form = PasskeyForm()
    proof = passkeys.proved(form.passkey.data, form.challenge.data) if form.submitted() else None
    if proof is not None and proof.passkey.user_id == visitor.living.user_id:
        factors.use_passkey(proof.passkey, actor=proof.passkey.user, sign_count=proof.sign_count)
        return _confirmed(visitor, form)
    knocks.note(DoorAct.WRONG_PASSKEY, visitor.living.user_id)
    again = _confirm_form(visitor)(formdata=None, next=own_path(form.next.data), carried=form.carried.data)
    again.refuse_with(_("This passkey did not show that it is you. Try again."))
    return _confirm_page(again, visitor)


def _confirm_form(visitor: guards.Visitor) -> type[ConfirmPasswordForm]:
    return ConfirmForm if visitor.living.has_factor else ConfirmPasswordForm


def _confirm_page(form: DoorForm, visitor: guards.Visitor) -> ResponseReturnValue:
    user = visitor.row.user
    page = render_template("account/confirm.html", form=form, username=user.username, **_ways(user, form))
    return page, form.status


def _is_them(user: UserAccount, form: ConfirmPasswordForm) -> bool:
    """Both are looked at, whatever the first one was."""
    right = passwords.matches(form.password.data, user.password_hash)
    if user.factor_since is None:
        return right
    return right and factors.open_with_code(form.data["code"], actor=user) is not None


def _confirmed(visitor: guards.Visitor, form: DoorForm) -> ResponseReturnValue:
    guards.remember(sessions.confirm(visitor.row, by_factor=visitor.living.has_factor))
    knocks.note(DoorAct.CONFIRMED, visitor.living.user_id)
    return _on(own_path(form.next.data), form.carried.data, confirmed=True)


def _on(onward: str, typed: Pairs, *, confirmed: bool) -> ResponseReturnValue:
    if typed:
        return render_template("account/send_again.html", onward=onward, typed=typed, confirmed=confirmed)
    return redirect(onward, 303)


def _ways(user: UserAccount, form: DoorForm) -> dict[str, object]:
    """How this person can show who they are."""
    known = factors.passkeys(actor=user)
    asked = passkeys.ask(known) if known else None
    if asked is not None:
        form.ask(asked)
    return {"asked": asked, "shown_code": _shown_code(user)}


def _shown_code(user: UserAccount) -> str:
    """In the demonstration, where nobody has its telephones: the code. Nowhere else."""
    if not current_app.extensions["tracker"].demonstration or factors.app(actor=user) is None:
        return ""
    from tracker.demonstration import factors as shown

    if code := shown.present_code(user):
        return _("Demonstration: the code now is %(code)s.", code=code)
    return _("Demonstration: the present code was used. Load this page again in half a minute.")
