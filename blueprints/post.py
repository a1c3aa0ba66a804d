"""Whether links can go by mail here, and what their addresses are."""

from typing import cast

from flask import Flask, current_app, request, url_for

from tracker.config import Settings


def delivers() -> bool:
    """Whether this installation has a mail server."""
    return _settings().mail is not None


def links_go_by_mail() -> bool:
    """Whether a link can be mailed: a server, and an address of the site that no request can make up."""
    return delivers() and bool(_settings().public_url)


def address_of(token: str) -> str:
    """The address of a link that is handed over on paper; the site as the administrator reaches it."""
    return site_address(url_for("account.follow_link", token=token))


def site_address(path: str) -> str:
    """A path with the site before it: as the installation says it is reached, else as this request reached it."""
    return (_settings().public_url or request.host_url.rstrip("/")) + path


def init_app(app: Flask) -> None:
    """Let templates ask whether links go by mail."""
    app.jinja_env.globals["links_go_by_mail"] = links_go_by_mail


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["tracker"])
