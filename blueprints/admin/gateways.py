"""Telephone gateways: which there are, where their messages go, and the secret that each is given once."""

from typing import TypeVar

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import choices, post
from blueprints.admin import bp, pages
from blueprints.admin.gateway_forms import AddGatewayForm, GatewayForm, NewSecretForm
from blueprints.forms import ActForm, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker.actions import gateways as acts
from tracker.models import Gateway
from tracker.permissions import Permission
from tracker.queries import gateways as queries

F = TypeVar("F", bound=GatewayForm)


@bp.get("/gateways")
@requires(Permission.GATEWAY_MANAGE)
def gateways() -> ResponseReturnValue:
    """Every gateway, and when it brought something last."""
    rows = pages.gateway_rows(queries.gateways(viewer=signed_in()))
    return render_template("admin/gateways.html", columns=pages.GATEWAY_COLUMNS, rows=rows)


@bp.route("/gateways/new", methods=["GET", "POST"])
@requires(Permission.GATEWAY_MANAGE, fresh=True)
def add_gateway() -> ResponseReturnValue:
    """A new gateway; its secret stands on the answer, and nowhere ever again."""
    form = _offered(AddGatewayForm())
    if form.submitted():
        with kept(form):
            added, secret = acts.add(actor=signed_in(), **form.given())
            return _hand_over(added, secret)
    return form_page("admin/add_gateway.html", form)


@bp.route("/gateways/<string(maxlength=20):code>", methods=["GET", "POST"])
@requires(Permission.GATEWAY_MANAGE, fresh_to_send=True)
def gateway(code: str) -> ResponseReturnValue:
    """One gateway: where its alerts go and how it answers, to be changed."""
    found = queries.gateway(code, viewer=signed_in())
    form = _offered(GatewayForm(**_as_entered(found)))
    if form.submitted():
        with kept(form):
            acts.change(found, actor=signed_in(), **form.given())
            return done(_("The gateway is changed."), _page_of(code))
    return form_page(
        "admin/gateway.html",
        form,
        gateway=found,
        facts=pages.gateway_facts(
            found, queries.last_heard(viewer=signed_in(), gateway=found), _address(found)
        ),
    )


@bp.route("/gateways/<string(maxlength=20):code>/secret", methods=["GET", "POST"])
@requires(Permission.GATEWAY_MANAGE, fresh=True)
def new_gateway_secret(code: str) -> ResponseReturnValue:
    """Another secret, shown on the answer alone."""
    found = queries.gateway(code, viewer=signed_in())
    form = NewSecretForm()
    if form.submitted():
        with kept(form):
            return _hand_over(found, acts.new_secret(found, actor=signed_in(), **form.values()))
    return form_page(
        "layouts/form.html",
        form,
        title=_("Give the gateway another secret"),
        submit=_("Make another secret"),
        cancel=_page_of(code),
    )


@bp.post("/gateways/<string(maxlength=20):code>/switch-off")
@requires(Permission.GATEWAY_MANAGE, fresh=True)
def switch_gateway_off(code: str) -> ResponseReturnValue:
    """Take nothing from a gateway any more."""
    require_token_only(ActForm())
    acts.switch_off(queries.gateway(code, viewer=signed_in()), actor=signed_in())
    return done(_("The gateway is switched off. Nothing that it sends is taken."), _page_of(code))


@bp.post("/gateways/<string(maxlength=20):code>/switch-on")
@requires(Permission.GATEWAY_MANAGE, fresh=True)
def switch_gateway_on(code: str) -> ResponseReturnValue:
    """Take messages from a gateway again."""
    require_token_only(ActForm())
    acts.switch_on(queries.gateway(code, viewer=signed_in()), actor=signed_in())
    return done(_("The gateway is switched on again."), _page_of(code))


def _hand_over(gateway: Gateway, secret: str) -> ResponseReturnValue:
    return render_template(
        "admin/gateway_secret.html", gateway=gateway, secret=secret, address=_address(gateway)
    )


def _address(gateway: Gateway) -> str:
    return post.site_address(url_for("gateways.receive", code=gateway.code))


def _page_of(code: str) -> str:
    return url_for("admin.gateway", code=code)


def _offered(form: F) -> F:
    places = acts.may_hold_alerts(actor=signed_in())
    form.institution_id.offer([(str(one.id), choices.institution_name(one)) for one in places])
    form.area_id.offer(choices.areas(viewer=signed_in()))
    return form


def _as_entered(gateway: Gateway) -> dict[str, object]:
    return {
        "institution_id": gateway.institution_id,
        "area_id": gateway.area_id,
        "answers": gateway.answers,
        "languages": gateway.languages.split(","),
        **{f"field_{name}": called for name, called in gateway.fields.items()},
    }
