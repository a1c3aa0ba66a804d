"""Whether links can go by mail here, and what their addresses are."""

from typing import cast

from flask import Flask, current_app, url_for

from tracker.config import Settings


def delivers() -> bool:
    """Whether this installation has a mail server."""
    return _settings().mail is not None


def links_go_by_mail() -> bool:
    """Whether a link can be mailed: a server, and an address of the site that no request can make up."""
    return delivers() and bool(_settings().public_url)


def address_of(token: str) -> str:
    """The address of a link that is handed over on paper; the site as the administrator reaches it."""
    if _settings().public_url:
        return _settings().public_url + url_for("account.follow_link", token=token)
    return url_for("account.follow_link", token=token, _external=True)


def init_app(app: Flask) -> None:
    """Let templates ask whether links go by mail."""
    app.jinja_env.globals["links_go_by_mail"] = links_go_by_mail


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["tracker"])
