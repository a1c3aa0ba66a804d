"""What every answer tells the browser to refuse, and how the cookie is kept."""

from flask import Flask, current_app
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from tracker.config import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
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

_LARGEST_REQUEST = 1_000_000


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
    app.after_request(_protect)
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _protect(response: Response) -> Response:
    headers = response.headers
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", NEVER_KEPT)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    return response
