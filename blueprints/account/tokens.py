"""The own tokens, with which other systems act for a person: issuing one, which shows it once, and revoking."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import scopes, words
from blueprints.account import bp
from blueprints.account.forms import IssueTokenForm
from blueprints.forms import ActForm, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker.actions import tokens as acts
from tracker.permissions import Permission, Scope, scopes_for
from tracker.queries import tokens as queries


@bp.get("/account/tokens")
@requires(Permission.ACCOUNT_OWN)
def tokens() -> ResponseReturnValue:
    """The tokens that open something, and what each opens."""
    mine = queries.own(viewer=signed_in())
    return render_template("account/tokens.html", tokens=mine, opens=scopes.of, role_label=words.label)


@bp.route("/account/tokens/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN, fresh=True)
def issue_token() -> ResponseReturnValue:
    """A new token, for what the person is now; it stands on this answer, and nowhere ever again."""
    form = IssueTokenForm()
    form.scopes.offer(scopes.choices(scopes_for(signed_in().role)))
    if form.submitted():
        with kept(form):
            chosen = [Scope(one) for one in form.scopes.data]
            token = acts.issue(
                actor=signed_in(), name=form.name.data, scopes=chosen, days=int(form.days.data)
            )
            return render_template("account/token.html", token=token)
    return form_page("account/issue_token.html", form, acting=signed_in(), role_label=words.label)


@bp.post("/account/tokens/<int(max=2147483647):token_id>/revoke")
@requires(Permission.ACCOUNT_OWN)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """The token opens nothing any more."""
    require_token_only(ActForm())
    acts.revoke(token_id, actor=signed_in())
    return done(_("The token opens nothing any more."), url_for("account.tokens"))
