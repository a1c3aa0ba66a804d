"""The web: the composition root. `create_app` puts together what the other files of this folder offer."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

from blueprints import (
    accesses,
    alarm,
    assets,
    compression,
    errors,
    guards,
    i18n,
    inclusion,
    knocks,
    post,
    provider,
    rendering,
    security,
    submissions,
    times,
    uploading,
)
from tracker import keyring, mission
from tracker.config import Settings, from_environment
from tracker.db import db
from tracker.paths import resource_dir

ROOMS = (
    "account",
    "admin",
    "alerts",
    "api",
    "audit",
    "calendars",
    "cases",
    "courts",
    "custody",
    "exports",
    "figures",
    "gateways",
    "help",
    "home",
    "imports",
    "judicial",
    "log",
    "monitor",
    "openrosa",
    "ops",
    "police",
    "prosecution",
    "reports",
)
"""The blueprints; each package offers one `bp`."""


def create_app(settings: Settings | None = None) -> Flask:
    """The web application for `settings` (default: those of the environment, which may be refused: `BadSetting`)."""
    settings = settings or from_environment()
    mission.start(settings.country_pack, settings.time_zone)
    keyring.start(settings.keys_dir)
    app = rendering.Application(__name__, static_folder=None, template_folder=str(resource_dir("templates")))
    app.extensions["tracker"] = settings
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    db.init_app(app)
    # After each answer these run from the last to the first: the transaction ends, then what was read is written down,
    # then the page is compressed.
    security.init_app(app, settings)
    compression.init_app(app)
    accesses.init_app(app)
    uploading.init_app(app)
    knocks.init_app(app)
    guards.init_app(app)
    submissions.init_app(app)
    i18n.init_app(app, settings.languages)
    times.init_app(app)
    assets.init_app(app)
    rendering.init_app(app)
    alarm.init_app(app)
    inclusion.init_app(app)
    post.init_app(app)
    provider.init_app(app)
    errors.init_app(app)
    for room in ROOMS:
        _open(app, room)
    return app


def _open(app: Flask, room: str) -> None:
    name = f"blueprints.{room}"
    found = find_spec(name)
    if found is not None and found.origin is not None:
        app.register_blueprint(import_module(name).bp)
