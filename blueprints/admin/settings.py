"""The settings in force: what the environment asked for, and no secret of it."""

import platform
from importlib.metadata import version

import sqlalchemy as sa
from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from blueprints.admin import bp
from blueprints.guards import requires
from blueprints.i18n import _
from tracker import mission
from tracker.config import Settings
from tracker.permissions import Permission


@bp.get("/settings")
@requires(Permission.INSTITUTION_MANAGE)
def settings() -> ResponseReturnValue:
    """Each setting with its value, and what runs."""
    return render_template(
        "admin/settings.html", settings=_in_force(current_app.extensions["tracker"]), running=_running()
    )


def _in_force(given: Settings) -> list[tuple[str, str]]:
    return [
        ("TRACKER_DATABASE_URL", _database(given.database_url)),
        ("TRACKER_DATA_DIR", str(given.data_dir)),
        ("TRACKER_SECRET_KEY", _("is set, and is not shown")),
        ("TRACKER_COUNTRY_PACK", given.country_pack or _("none")),
        ("TRACKER_TIME_ZONE", given.time_zone.key),
        ("TRACKER_SECURE_COOKIES", _("yes") if given.secure_cookies else _("no")),
        ("TRACKER_TRUSTED_PROXIES", str(given.trusted_proxies)),
        ("TRACKER_PUBLIC_URL", given.public_url or _("none")),
        ("TRACKER_MAIL_URL", _("is set, and is not shown") if given.mail else _("none")),
        ("TRACKER_MAIL_FROM", given.mail_from or _("none")),
        ("TRACKER_WEBHOOK_HOSTS", ", ".join(sorted(given.webhook_origins)) or _("none")),
        ("TRACKER_OIDC_ISSUER", given.provider.issuer if given.provider else _("none")),
        ("TRACKER_LANGUAGES", ", ".join(given.languages)),
    ]


def _database(address: str) -> str:
    """The engine and the name: neither the account nor its password, nor where the server stands."""
    url = sa.make_url(address)
    engine = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(url.get_backend_name(), "")
    return f"{engine}, {url.database}"


def _running() -> list[tuple[str, str]]:
    return [
        (_("Version"), version("protection-tracker")),
        (_("Procedure"), mission.current().procedure.version),
        (_("Python"), platform.python_version()),
        (_("Demonstration"), _("yes") if current_app.extensions["tracker"].demonstration else _("no")),
    ]
