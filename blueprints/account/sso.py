"""Signing in by the mission's identity provider, and linking an account with it.

Coming back is a page with one button: a GET changes nothing here, and what the button sends carries our own token.
"""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import guards, provider, throttle
from blueprints.account import bp, door
from blueprints.account.forms import CameBackForm
from blueprints.addresses import own_path
from blueprints.forms import ActForm, done, require_token_only
from blueprints.guards import public, requires, signed_in
from blueprints.i18n import _
from blueprints.provider import Identity, NotRecognised
from tracker.actions import identities, links
from tracker.permissions import Permission


@bp.get("/sign-in/provider")
@public
def go_to_provider() -> ResponseReturnValue:
    """To the provider, to sign in."""
    return _go({"next": own_path(request.args.get("next"))})


@bp.get("/link/<string(length=43):token>/provider")
@public
def accept_by_provider(token: str) -> ResponseReturnValue:
    """To the provider, in place of choosing a password. The invitation stays open until the person is back."""
    links.follow(token)
    return _go({"invitation": token})


@bp.get("/account/provider")
@requires(Permission.ACCOUNT_OWN, fresh=True)
def link_provider() -> ResponseReturnValue:
    """To the provider, to link the own account."""
    return _go({"link": str(signed_in().user_id)})


@bp.post("/account/provider/end")
@requires(Permission.ACCOUNT_OWN, fresh=True)
def unlink_provider() -> ResponseReturnValue:
    """Sign in by the provider no more."""
    require_token_only(ActForm())
    identities.unlink((guards.visitor() or abort(401)).row.user, actor=signed_in())
    return done(_("The other sign-in opens this account no more."), url_for("account.show"))


@bp.route("/sign-in/provider/back", methods=["GET", "POST"])
@public
def back_from_provider() -> ResponseReturnValue:
    """Back from the provider: the page shows a button, and what it sends is believed or answered 400."""
    wanted = provider.configured() or abort(404)
    if request.method == "GET":
        if "code" not in request.args:
            return _refused()
        form = CameBackForm(**{name: request.args.get(name, "") for name in ("state", "code", "iss")})
        return render_template("account/came_back.html", form=form, label=wanted.label)
    form = CameBackForm()
    if not form.submitted():
        return _refused()
    throttle.spend(throttle.LINK)
    try:
        identity, going = provider.came_back(state=form.state.data, code=form.code.data, issuer=form.iss.data)
    except NotRecognised:
        return _refused()
    if "invitation" in going:
        return _accept(identity, going["invitation"])
    return _link(identity, going["link"]) if "link" in going else _sign_in(identity, going["next"])


def _go(onward: dict[str, str]) -> ResponseReturnValue:
    if provider.configured() is None:
        abort(404)
    throttle.spend(throttle.LINK)
    try:
        return redirect(provider.go(url_for("account.back_from_provider", _external=True), onward))
    except NotRecognised:
        return _refused()


def _refused() -> ResponseReturnValue:
    label = (provider.configured() or abort(404)).label
    return render_template("account/provider_refused.html", label=label), 400


def _sign_in(identity: Identity, onward: str) -> ResponseReturnValue:
    user = identities.owner(issuer=identity.issuer, subject=identity.subject)
    if user is None:
        return render_template("account/provider_unknown.html"), 403
    return door.let_in(user, own_path(onward), (), by_factor=identity.by_factor)


def _link(identity: Identity, user_id: str) -> ResponseReturnValue:
    visitor = guards.visitor()
    if visitor is None or str(visitor.row.user_id) != user_id:
        return _refused()
    identities.link(visitor.row.user, actor=signed_in(), issuer=identity.issuer, subject=identity.subject)
    return done(_("From now on you can also sign in there."), url_for("account.show"))


def _accept(identity: Identity, token: str) -> ResponseReturnValue:
    identities.accept(links.follow(token), issuer=identity.issuer, subject=identity.subject)
    return done(_("Your account is linked. Sign in with it."), url_for("account.sign_in"))
