"""One-time links: choosing a password, confirming an address. To open one changes nothing; what its page sends does."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import guards, post, throttle
from blueprints.account import bp
from blueprints.account.forms import AddressForm, ChoosePasswordForm, ForgottenForm
from blueprints.forms import ActForm, done, form_page, kept, require_token_only
from blueprints.guards import public, requires, signed_in
from blueprints.i18n import _
from tracker.actions import addresses, links
from tracker.models import LinkPurpose, OneTimeLink
from tracker.permissions import Permission


@bp.route("/link/<string(length=43):token>", methods=["GET", "POST"])
@public
@throttle.limited(throttle.LINK)
def follow_link(token: str) -> ResponseReturnValue:
    """What a link opens, whoever is signed in on this device: it is for who holds it."""
    link = links.follow(token)
    return _confirm_address(link) if link.purpose is LinkPurpose.ADDRESS else _choose_password(link, token)


@bp.route("/sign-in/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Asks for a link by mail. The answer and its time are the same for every username: nobody looks it up here."""
    form = ForgottenForm()
    if not post.links_go_by_mail():
        abort(404)
    if form.submitted():
        throttle.spend(throttle.LINK)
        links.ask(form.username.data)
        return done(
            _(
                "If this account has a confirmed address, a link is on its way. Otherwise ask your administrator."
            ),
            url_for("account.sign_in"),
        )
    return form_page("account/forgotten.html", form)


@bp.route("/account/address", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN, fresh=True)
def change_address() -> ResponseReturnValue:
    """The own address, to which nothing but a link goes until the person has followed it."""
    user = (guards.visitor() or abort(401)).row.user
    if not post.links_go_by_mail():
        abort(404)
    form = AddressForm(email=addresses.read(user) if request.method == "GET" else "")
    if form.submitted():
        with kept(form):
            links.change_address(user, form.email.data or "", actor=signed_in())
            said = _("A link was sent there. Open it to confirm the address.")
            return done(said if user.email else _("You get no mail any more."), url_for("account.show"))
    return form_page("account/address.html", form)


def _choose_password(link: OneTimeLink, token: str) -> ResponseReturnValue:
    form = ChoosePasswordForm()
    if form.submitted():
        with kept(form):
            links.choose_password(link, **form.values())
            return done(_("Your password is chosen. Sign in with it."), url_for("account.sign_in"))
    return form_page("account/choose_password.html", form, username=link.user.username, token=token)


def _confirm_address(link: OneTimeLink) -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("account/confirm_address.html")
    require_token_only(ActForm())
    links.confirm_address(link)
    return done(_("The address is confirmed."), url_for("home.index"))
