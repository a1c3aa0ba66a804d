"""What every page shows around its content: who is here, where they can go, in which language."""

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Flask, current_app, request
from flask.templating import Environment
from jinja2 import StrictUndefined
from markupsafe import Markup

from blueprints import alarm, words
from blueprints.addresses import here
from blueprints.assets import static_url
from blueprints.guards import visitor
from blueprints.i18n import _, direction, language, lazy_gettext, offered
from blueprints.times import moment
from tracker import clock
from tracker.permissions import GRANTS, Permission
from tracker.vocabulary import Role

NAVIGATION: tuple[tuple[str, str, frozenset[Permission]], ...] = (
    (lazy_gettext("Alerts"), "alerts.index", frozenset({Permission.ALERT_HANDLE})),
    (lazy_gettext("Register a case"), "cases.register", frozenset({Permission.CASE_REGISTER})),
    (lazy_gettext("Cases"), "cases.index", frozenset({Permission.CASE_REFER})),
    (lazy_gettext("Police queue"), "police.queue", frozenset({Permission.POLICE_QUEUE})),
    (lazy_gettext("Held here"), "police.held", frozenset({Permission.CUSTODY_RECORD})),
    (lazy_gettext("Prosecution queue"), "prosecution.queue", frozenset({Permission.PROSECUTION_QUEUE})),
    (lazy_gettext("Docket"), "courts.docket", frozenset({Permission.COURT_DOCKET})),
    (lazy_gettext("Follow-up"), "judicial.index", frozenset({Permission.AREA_OVERSEE})),
    (lazy_gettext("Figures"), "figures.index", frozenset({Permission.PERFORMANCE_LIVE})),
    (lazy_gettext("Reports"), "reports.index", frozenset({Permission.REPORT_READ})),
    (lazy_gettext("Institutions"), "monitor.institutions", frozenset({Permission.PERFORMANCE_READ})),
    (lazy_gettext("Histories"), "audit.index", frozenset({Permission.HISTORY_AUDIT})),
    (lazy_gettext("Access"), "audit.access", frozenset({Permission.HISTORY_AUDIT})),
    (lazy_gettext("At the doors"), "audit.doors", frozenset({Permission.HISTORY_AUDIT})),
    (lazy_gettext("Unusual reading"), "audit.unusual", frozenset({Permission.HISTORY_AUDIT})),
    (lazy_gettext("Emergencies"), "audit.emergencies", frozenset({Permission.HISTORY_AUDIT})),
    (lazy_gettext("Administration"), "audit.administration", frozenset({Permission.HISTORY_AUDIT})),
    (lazy_gettext("Verifiers"), "log.verifiers", frozenset({Permission.VERIFIER_ACCREDIT})),
    (lazy_gettext("People"), "admin.people", frozenset({Permission.PEOPLE_MANAGE})),
    (lazy_gettext("Institutions"), "admin.institutions", frozenset({Permission.INSTITUTION_MANAGE})),
    (lazy_gettext("Areas"), "admin.areas", frozenset({Permission.INSTITUTION_MANAGE})),
    (lazy_gettext("Time limits"), "admin.limits", frozenset({Permission.INSTITUTION_MANAGE})),
    (lazy_gettext("Mail"), "admin.deliveries", frozenset({Permission.PEOPLE_MANAGE})),
    (lazy_gettext("Receivers"), "admin.receivers", frozenset({Permission.INSTITUTION_MANAGE})),
    (lazy_gettext("Gateways"), "admin.gateways", frozenset({Permission.GATEWAY_MANAGE})),
    (lazy_gettext("Settings"), "admin.settings", frozenset({Permission.INSTITUTION_MANAGE})),
    (lazy_gettext("Spreadsheets"), "imports.index", frozenset({Permission.INSTITUTION_MANAGE})),
    (lazy_gettext("Help"), "help.index", frozenset({Permission.ACCOUNT_OWN})),
)
"""Label, endpoint, and the permissions of which any opens it; an endpoint that does not exist is left out.

Every page carries it over a thin link: what few need now and then, as spreadsheets of cases, stands on a list's page.
"""


class Person(NamedTuple):
    """Who is signed in, as the identity line says it."""

    name: str
    role: str
    institution: str


class Item(NamedTuple):
    """A link of the main navigation; `current` is "page" on it, "true" under it, else ""."""

    label: str
    href: str
    current: str


class Shell(NamedTuple):
    """What `base.html` needs."""

    language: str
    direction: str
    languages: Markup
    stylesheet: str
    icon: str
    leaving: str
    """The script of "Leave quickly"."""
    person: Person | None
    navigation: Markup | None
    here: str
    alarm: str
    """What everybody who is signed in must know of the verifiable log, "" for nothing."""

    def confidential(self) -> str:
        """The line on every printed sheet: that it is confidential, who printed it and when."""
        who = f"{self.person.name}, {self.person.institution}" if self.person else ""
        return _("Confidential. Printed by %(who)s, %(when)s.", who=who, when=moment(clock.now()))


class LeanEnvironment(Environment):
    """Templates whose globals are one dictionary: Jinja's chain of two is compared name by name at every import."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals as they are when a template is loaded, which is after the application is put together."""
        return {**self.globals, **(d or {})}


class Application(Flask):
    """Flask, without what these pages do not use."""

    jinja_environment = LeanEnvironment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is: no view is asynchronous, and Flask would ask each of them, and each hook, whether."""
        return func


def init_app(app: Flask) -> None:
    """Set up the templates of `app`: lean markup, no silent gaps, the shell in every page."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["zip"] = zip
    app.context_processor(lambda: {"shell": shell()})


def shell() -> Shell:
    """The frame of this request's page."""
    found = visitor()
    acting = found.membership if found else None
    person = Person(acting.person, words.label(acting.role), acting.place) if acting else None
    return Shell(
        language(),
        direction(),
        _drawn("languages", offered(), language()),
        static_url("tracker.css"),
        static_url("icon.svg"),
        static_url("leave.js"),
        person,
        _navigation(acting.role) if acting else None,
        here(),
        alarm.words() if person else "",
    )


def _navigation(role: Role) -> Markup:
    links, at = _links(role, language()), request.endpoint
    exact = next((endpoint for _label, _href, endpoint in links if endpoint == at), "")
    above = exact or _above(links)
    mark = "page" if exact else "true"
    items = tuple(Item(label, href, mark if endpoint == above else "") for label, href, endpoint in links)
    return _drawn("navigation", items, language())


@lru_cache(maxsize=2_000)
def _drawn(component: str, items: tuple[NamedTuple, ...], code: str) -> Markup:
    """The same part of the shell is drawn once for each language: who asks for the page is not in it."""
    template: Any = current_app.jinja_env.get_template(f"components/{component}.html")
    drawn: Markup = getattr(template.module, component)(items, code)
    return drawn


def _above(links: tuple[tuple[str, str, str], ...]) -> str:
    """The link into the part of the site that this page belongs to: the list that its address goes on from."""
    room = f"{request.blueprint}."
    inside = [(href, endpoint) for _label, href, endpoint in links if endpoint.startswith(room)]
    around = [one for one in inside if request.path.startswith(one[0])] or inside[:1]
    return max(around, key=lambda one: len(one[0]), default=("", ""))[1]


def _links(role: Role, code: str) -> tuple[tuple[str, str, str], ...]:
    """Label, address and endpoint of what the role may open, made once for each role and language."""
    made: dict[tuple[Role, str], tuple[tuple[str, str, str], ...]] = current_app.extensions.setdefault(
        "tracker_navigation", {}
    )
    if (role, code) not in made:
        open_to = [(label, name) for label, name, needed in NAVIGATION if needed & GRANTS[role]]
        there = [(label, name) for label, name in open_to if name in current_app.view_functions]
        made[role, code] = tuple((str(label), current_app.url_for(name), name) for label, name in there)
    return made[role, code]
