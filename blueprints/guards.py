"""Who may enter: a view says so with `@requires(...)` or `@public`, or nobody may. One transaction a request.

The decorators only leave a mark on the view; one hook before every request reads it. So a view without a mark is
closed, and a test can walk all marks. After the answer the transaction is committed (a successful request that may
write) or rolled back (everything else).
"""

import logging
from collections.abc import Callable
from datetime import datetime

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import validate_csrf
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden, TooManyRequests
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from blueprints import bearers, callers, gates, sessions, throttle, tokens
from blueprints.addresses import here
from blueprints.marks import ACCREDITED as ACCREDITED
from blueprints.marks import BY_GATEWAY as BY_GATEWAY
from blueprints.marks import PUBLIC as PUBLIC
from blueprints.marks import Scoped as Scoped
from blueprints.marks import accredited as accredited
from blueprints.marks import by_gateway as by_gateway
from blueprints.marks import mark_of as mark_of
from blueprints.marks import public as public
from blueprints.marks import requires as requires
from blueprints.marks import wants_fresh as wants_fresh
from blueprints.transactions import own_transaction
from tracker import clock
from tracker.db import db, forbid_writing, read_only
from tracker.models.user import UserSession
from tracker.permissions import READ_ONLY_ROLES, Permission, may

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN = "_user_id"  # noqa: S105 - where Flask-Login keeps what `get_id` gave: our token

csrf = CSRFProtect()
login = LoginManager()


class NotFresh(Forbidden):
    """The act is dangerous, and the person has not proved lately that it is them: they are asked, then go on."""


class Visitor:
    """Flask-Login's user: one living session and what it acts as."""

    is_active = True
    is_authenticated = True
    is_anonymous = False

    def __init__(self, living: sessions.Living, token: str) -> None:
        self.living = living
        self.token = token
        self.waits_at = gates.waits_at(living)
        self.membership = None if gates.before_the_factor(living) else living.member

    @property
    def user_id(self) -> int:
        """The person."""
        return self.living.user_id

    @property
    def row(self) -> UserSession:
        """The record of the session, for the pages about it."""
        return sessions.record(self.living.id)

    def get_id(self) -> str:
        """The token: Flask-Login keeps it in the signed cookie."""
        return self.token


def visitor() -> Visitor | None:
    """The signed-in session of this request, looked up once; `None` for somebody unknown, and for a token."""
    found = current_user._get_current_object()
    return found if isinstance(found, Visitor) else None


def acting() -> sessions.Member | None:
    """What the person of this request acts as, by a session or a token; `None` for nobody, and before they chose."""
    member: sessions.Member | None = getattr(current_user, "membership", None)
    return member


def whose() -> int | None:
    """The person whose session or token this is; `None` for nobody."""
    user_id: int | None = getattr(current_user, "user_id", None)
    return user_id


def signed_in() -> sessions.Member:
    """What the person of this request acts as: the `actor` of actions, the `viewer` of queries. 401 for nobody."""
    return acting() or abort(401)


def bearer() -> tokens.Bearer:
    """The bearer of this request's token. 401 where it came without one."""
    found = current_user._get_current_object()
    return found if isinstance(found, tokens.Bearer) else abort(401)


def allowed(permission: Permission) -> bool:
    """Whether the person of this request has the permission; also `allowed(...)` in templates."""
    member = acting()
    return member is not None and may(member.role, permission)


def init_app(app: Flask) -> None:
    """Close every view of `app` that does not say who may enter, and give each request its transaction."""
    csrf.init_app(app)
    login.init_app(app, add_context_processor=False)  # a page for faults must not ask who is signed in
    login.session_protection = None  # phones change their address all day; the token is what counts
    login.user_loader(_load)
    # There is no "remember me" here. The hook for it reads the session of each request, so that even files for anybody
    # would be said to vary by cookie, and no cache would keep them.
    app.after_request_funcs[None].remove(login._update_remember_cookie)
    app.before_request(_enter)
    app.after_request(_finish)
    app.teardown_request(_close)
    app.jinja_env.globals["allowed"] = allowed


def _load(token: str) -> Visitor | None:
    living = sessions.find(token)
    if living is None:
        return None
    g.own_language = living.locale
    g.session_to_touch = living.id if clock.now() - living.seen_at >= sessions.SEEN_EVERY else None
    return Visitor(living, token)


def _enter() -> ResponseReturnValue | None:
    safe, endpoint = request.method in SAFE_METHODS, request.endpoint
    g.read_only = read_only.set(safe)
    if endpoint is None:
        return None  # no such address: the page for 404 follows
    if "\x00" in request.path:
        abort(404)  # nothing of ours is called so, and PostgreSQL will not even be asked
    view = current_app.view_functions[endpoint]
    needed = mark_of(view)
    if isinstance(needed, Scoped) and not (needed.pages and _comes_from_a_page()):
        _enter_by_token(needed)
        return None
    if needed is BY_GATEWAY:
        return callers.refusal()  # no browser sends the secret of itself, so no other proof is asked for
    answer = _refusal(needed)
    if answer is None and wants_fresh(view, sending=not safe):
        _require_fresh()
    if answer is None and not safe:
        csrf.protect(apply_exemptions=True)
        _forbid_writing(needed)
    return answer


def _comes_from_a_page() -> bool:
    """Whether somebody is signed in and sends no token."""
    return "Authorization" not in request.headers and visitor() is not None


def _enter_by_token(needed: Scoped) -> None:
    """No browser sends a token of itself: so nobody else's page can, and no other proof is asked for."""
    login._update_request_context_with_user(None)  # whose cookie this browser has is nothing to the API
    found = tokens.bearer(basic=needed.basic)
    login._update_request_context_with_user(found)
    g.rate = throttle.standing_after(throttle.API, throttle.asking(), device=found.token_mark)
    if g.rate.passed:
        raise TooManyRequests(retry_after=g.rate.renewed_in)
    tokens.require(found, needed.scope)
    if not any(may(found.membership.role, permission) for permission in needed):
        abort(403)
    if request.method not in SAFE_METHODS:
        _forbid_readers_to_write()


def _refusal(needed: frozenset[Permission] | None) -> ResponseReturnValue | None:
    """`None` lets the person in; else the answer that they get instead."""
    if needed is PUBLIC or needed is ACCREDITED:
        return bearers.refusal() if needed is ACCREDITED else None
    found = visitor()
    if found is None:
        return _sign_in_first()
    if needed is None:
        abort(403)
    if found.waits_at and request.endpoint not in gates.OPEN_AT[found.waits_at]:
        return redirect(url_for(found.waits_at, next=here()))
    if found.membership is None:
        return (
            None
            if Permission.ACCOUNT_OWN in needed
            else redirect(url_for("account.memberships", next=here()))
        )
    if not any(may(found.membership.role, permission) for permission in needed):
        abort(403)
    return None


def _require_fresh() -> None:
    found = visitor()
    if found is None or not gates.fresh(found.living):
        raise NotFresh


def _sign_in_first() -> Response:
    if request.method not in {"GET", "HEAD"}:
        abort(401)
    return redirect(url_for("account.sign_in", next=None if here() == "/" else here()))


def _forbid_writing(needed: frozenset[Permission] | None) -> None:
    """A monitor's requests cannot write, save to the own account: the database itself refuses."""
    if (
        read_only.get()
        or needed is PUBLIC
        or needed is ACCREDITED
        or Permission.ACCOUNT_OWN in (needed or ())
    ):
        return
    _forbid_readers_to_write()


def _forbid_readers_to_write() -> None:
    if signed_in().role in READ_ONLY_ROLES:
        read_only.set(True)
        forbid_writing(db.session.connection())


def _finish(response: Response) -> Response:
    """Commit what a successful request did; then note, at most once a minute, that the session is in use."""
    if request.method in SAFE_METHODS or response.status_code >= 400:
        db.session.rollback()
    else:
        db.session.commit()
    if session_id := g.pop("session_to_touch", None):
        _touch(sessions.touch, session_id)
    if token_id := g.pop("token_to_touch", None):
        _touch(tokens.touch, token_id)
    return response


def _touch(mark: Callable[[Connection, int, datetime], None], number: int) -> None:
    """After the request's own transaction; a failure is no reason to deny what has been done already."""
    try:
        with own_transaction() as connection:
            mark(connection, number, clock.now())
    except SQLAlchemyError:
        log.warning("A session could not be marked as in use", exc_info=True)


def _close(_problem: BaseException | None) -> None:
    db.session.rollback()
    if token := g.pop("read_only", None):
        read_only.reset(token)


def typed_on_our_page() -> bool:
    """Whether this post came from a page that this browser had from us, also when its session is over by now.

    Another site's post has neither our cookie (SameSite) nor the token that goes with it; it must not come out of the
    door as something that the person typed.
    """
    if TOKEN not in session:
        return False
    try:
        validate_csrf(request.form.get(current_app.config["WTF_CSRF_FIELD_NAME"]))
    except ValidationError:
        return False
    return True


def remember(token: str) -> None:
    """Put a new session's token in the cookie, and nothing that was there before."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps there the token of the session that was
    session[TOKEN] = token


def forget() -> None:
    """Empty the cookie."""
    session.clear()
