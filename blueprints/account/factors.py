"""The own second factors: setting them up, naming and removing them, and recovery codes, which are shown once."""

import base64

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import gates, guards, sessions
from blueprints.account import bp, passkeys
from blueprints.account.forms import AddAppForm, AddPasskeyForm
from blueprints.addresses import own_path
from blueprints.forms import ActForm, done, form_page, kept, require_token_only
from blueprints.guards import requires
from blueprints.i18n import _
from blueprints.paper import QrCode
from tracker import keyring
from tracker.actions import factors as acts
from tracker.errors import CannotUnseal
from tracker.models import UserAccount
from tracker.permissions import Permission

_ISSUER = "Protection Tracker"


@bp.get("/account/factors")
@requires(Permission.ACCOUNT_OWN)
def factors() -> ResponseReturnValue:
    """What the person signs in with beside the password; who must have something and has nothing waits here."""
    visitor = _visitor()
    user = visitor.row.user
    return render_template(
        "account/factors.html",
        app=acts.app(actor=user),
        passkeys=acts.passkeys(actor=user),
        codes=acts.codes_left(actor=user),
        has_factor=visitor.living.has_factor,
        waiting=visitor.waits_at is not None,
        onward=own_path(request.args.get("next")),
    )


@bp.route("/account/factors/app", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN, fresh=True)
def add_app() -> ResponseReturnValue:
    """An app: its seed as a picture and as text, and a first code that shows that it has it."""
    visitor = _visitor()
    user = visitor.row.user
    seed = _seed_of(request.form.get("seed", ""), visitor) or acts.new_seed()
    form = AddAppForm(formdata=request.form or None, seed=_sealed(seed, visitor))
    form.seed.data = _sealed(seed, visitor)
    if form.submitted():
        with kept(form):
            return _equipped(visitor, acts.set_up_app(actor=user, seed=seed, code=form.code.data))
    return form_page(
        "account/add_app.html",
        form,
        code=QrCode.of_bytes(_address(seed, user).encode()),
        seed=" ".join(seed[at : at + 4] for at in range(0, len(seed), 4)),
        username=user.username,
    )


@bp.route("/account/factors/passkeys/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN, fresh=True)
def add_passkey() -> ResponseReturnValue:
    """A passkey, with a name by which to know it later."""
    visitor = _visitor()
    form = AddPasskeyForm()
    if form.submitted():
        made = passkeys.made(form.passkey.data, form.challenge.data)
        with kept(form):
            if made is not None:
                given = acts.add_passkey(actor=visitor.row.user, name=form.name.data, **made._asdict())
                return _equipped(visitor, given)
            form.form_errors.append(_("The device made no passkey. Try again."))
            form.status = 422
    user = visitor.row.user
    asked = passkeys.ask_for_new(user, acts.passkeys(actor=user))
    form.challenge.data, form.passkey.data = asked.challenge, ""
    return form_page("account/add_passkey.html", form, asked=asked, username=user.username)


@bp.post("/account/factors/app/remove")
@requires(Permission.ACCOUNT_OWN, fresh=True)
def remove_app() -> ResponseReturnValue:
    """The app's codes open nothing any more."""
    require_token_only(ActForm())
    visitor = _visitor()
    acts.remove_app(actor=visitor.row.user, must_keep_one=_must_keep_one(visitor))
    return done(_("The app is removed."), url_for("account.factors"))


@bp.post("/account/factors/passkeys/<int(max=2147483647):passkey_id>/remove")
@requires(Permission.ACCOUNT_OWN, fresh=True)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """This passkey opens nothing any more."""
    require_token_only(ActForm())
    visitor = _visitor()
    acts.remove_passkey(passkey_id, actor=visitor.row.user, must_keep_one=_must_keep_one(visitor))
    return done(_("The passkey is removed."), url_for("account.factors"))


@bp.post("/account/factors/codes")
@requires(Permission.ACCOUNT_OWN, fresh=True)
def renew_codes() -> ResponseReturnValue:
    """Ten new recovery codes, on this answer only; the earlier ones open nothing any more."""
    require_token_only(ActForm())
    return _show_codes(acts.renew_recovery_codes(actor=_visitor().row.user))


def _equipped(visitor: guards.Visitor, codes: list[str]) -> ResponseReturnValue:
    """This session has shown a factor by that, and gets a new token; every other one of the person ends."""
    sessions.end(*(one for one in sessions.living(visitor.row.user) if one.id != visitor.living.id))
    guards.remember(sessions.confirm(visitor.row, by_factor=True))
    if codes:
        return _show_codes(codes)
    return done(_("It opens the door from now on."), url_for("account.factors"))


def _show_codes(codes: list[str]) -> ResponseReturnValue:
    """On the answer itself: what travels in a cookie or an address is kept somewhere."""
    return render_template("account/recovery_codes.html", codes=codes)


def _must_keep_one(visitor: guards.Visitor) -> bool:
    """Whether anything that the person is asks for a second factor."""
    mine = sessions.memberships(visitor.row.user)
    return gates.demanded(None) or any(gates.demanded(one.role) for one in mine)


def _visitor() -> guards.Visitor:
    return guards.visitor() or abort(401)


def _address(seed: str, user: UserAccount) -> str:
    from pyotp import TOTP

    return TOTP(seed).provisioning_uri(name=user.username, issuer_name=_ISSUER)


def _sealed(seed: str, visitor: guards.Visitor) -> str:
    """For the form: nothing is written before the app has shown its code, and nobody can put a seed of theirs here."""
    return base64.urlsafe_b64encode(keyring.seal(seed.encode(), context=_context(visitor))).decode()


def _seed_of(sealed: str, visitor: guards.Visitor) -> str:
    try:
        return keyring.unseal(base64.urlsafe_b64decode(sealed), context=_context(visitor)).decode()
    except (CannotUnseal, ValueError):
        return ""


def _context(visitor: guards.Visitor) -> str:
    return f"totp_factor:set up in session {visitor.living.id}"
