"""What every answer tells the browser to refuse, and how the cookie is kept."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, current_app
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from tracker.config import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": the check that a form came from this site (Flask-WTF, over https) reads it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
NEVER_KEPT = "private, no-store"

SIGNED_OUT = '"cache", "storage"'
LEFT = '"cache", "cookies", "storage"'

_LARGEST_REQUEST = 1_000_000


class SignedCookies(SecureCookieSessionInterface):
    """Flask's own, whose signer is made once: the key stays the same while the application runs."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of the one application that has this interface."""
        self._signer = self._signer or super().get_signing_serializer(app)
        return self._signer


def init_app(app: Flask, settings: Settings) -> None:
    """Harden `app` as `settings` say: cookies, sizes, headers, trusted proxies."""
    secure = settings.secure_cookies
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # Only with Secure may a cookie carry the name that binds it to this very host.
        SESSION_COOKIE_NAME="__Host-tracker" if secure else "tracker",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=_LARGEST_REQUEST,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard checks, after it knows who asks
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
    )
    always = HEADERS | {"Cache-Control": NEVER_KEPT}
    if secure:
        always |= {"Strict-Transport-Security": STRICT_TRANSPORT}
    app.session_interface = SignedCookies()
    app.wsgi_app = _telling(app.wsgi_app, tuple(always.items()))  # type: ignore[assignment,method-assign]
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def clear(answer: Response, what: str) -> Response:
    """Have the browser empty what it kept of this site: `SIGNED_OUT` or `LEFT`. Browsers heed it over https alone."""
    if current_app.config["SESSION_COOKIE_SECURE"]:
        answer.headers["Clear-Site-Data"] = what
    return answer


def _telling(application: WSGIApplication, always: tuple[tuple[str, str], ...]) -> WSGIApplication:
    """The application, every answer of which has these headers, unless it says them otherwise itself.

    Around the application, not a hook in it: so no fault escapes it, and nothing is looked up for each header.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], problem: Any = None
        ) -> Callable[[bytes], object]:
            said = {name.lower() for name, _value in headers}
            return start_response(
                status, headers + [pair for pair in always if pair[0].lower() not in said], problem
            )

        return application(environ, start)

    return answer
