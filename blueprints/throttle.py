"""How often somebody may try, counted in the database, so that all processes count together.

    @bp.get("/find")
    @requires(Permission.CASE_READ)
    @throttle.limited(throttle.LOOK_UP)               # whoever asks: the person, else the address; 429 when too often

A try is counted before it is looked at, so that many at once are not more than one after the other; one that
succeeded is given back. Counting is a short transaction before the request's own work (SQLite has one writer): it
stands before anything that is read or changed. Who tried is kept as a keyed hash and forgotten after a day.

An account can be held back by anybody who knows its name. So a device from which the account was opened before, which
a cookie of ours shows (OWASP's device cookies), has a count of its own, and passkeys are not counted at all.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast

import sqlalchemy as sa
from flask import current_app, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from blueprints.transactions import own_transaction
from tracker import clock
from tracker.models import Throttle

View = TypeVar("View", bound=Callable[..., Any])

LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
CALM = timedelta(hours=1)
"""So long after the last try the next wait is short again."""

DEVICE_COOKIE = "device"
_DEVICES_KEEP = timedelta(days=365)
_ACCOUNTS_OF_A_DEVICE = 8


class Limit(NamedTuple):
    """So many tries in so long; `back_off`: each time it is passed again, the wait doubles."""

    name: str
    most: int
    per: timedelta
    back_off: bool = False


_MINUTE = timedelta(minutes=1)

SIGN_IN = Limit("sign in to", 5, _MINUTE, back_off=True)
"""Wrong passwords for one account (ASVS 6.3.1)."""
SIGN_IN_FROM = Limit("sign in from", 20, _MINUTE)
"""Wrong passwords from one address."""
FACTOR = Limit("factor of", 5, _MINUTE, back_off=True)
"""Wrong codes, and wrong passwords of somebody who confirms."""
LOOK_UP = Limit("look up", 60, _MINUTE)
"""Searches and look-ups by reference of one person."""
EXPORT = Limit("export", 60, timedelta(minutes=10))
"""Files that one person takes away."""
LIST = Limit("list of", 30, timedelta(hours=1))
"""Lists that one person brings to be taken in."""
TOKEN = Limit("token from", 20, _MINUTE)
"""Wrong bearer tokens from one address."""
CALENDAR = Limit("calendar", 60, timedelta(hours=1))
"""Fetches of one court's calendar address."""
SECRET = Limit("secret from", 20, _MINUTE)
"""Wrong secrets of gateways from one address."""
LINK = Limit("link from", 30, _MINUTE)
"""One-time links that were followed or asked for, from one address."""
PUBLIC = Limit("public from", 300, _MINUTE)
"""Pages and forms for everybody, from one address: many people may share one."""


API = Limit("api of", 300, _MINUTE)
"""Requests of other systems for one person, whichever token of theirs they bear."""


Subjects = Sequence[tuple[Limit, str]]
"""What one try counts against."""


class Count(NamedTuple):
    """What is remembered of one subject; the columns of `Throttle`."""

    tries: int
    since: datetime
    strikes: int = 0
    until: datetime | None = None


def counted(count: Count | None, limit: Limit, now: datetime) -> tuple[Count, bool]:
    """What is remembered after one more try at `now`, and whether it may go on."""
    count = count or Count(0, now)
    if count.until is not None and now < count.until:
        return count, False
    if now - count.since >= CALM:
        count = Count(0, now)
    if count.until is not None or not timedelta() <= now - count.since < limit.per:
        count = Count(0, now, count.strikes)
    if count.tries < limit.most:
        return count._replace(tries=count.tries + 1), True
    wait = min(limit.per * 2**count.strikes, LONGEST_WAIT) if limit.back_off else limit.per
    return count._replace(strikes=min(count.strikes + 1, 10), until=now + wait), False


def limited(limit: Limit) -> Callable[[View], View]:
    """Count each request for the view; below the mark that says who may enter."""

    def counting(view: View) -> View:
        @wraps(view)
        def counted_view(**arguments: Any) -> Any:
            spend(limit)
            return view(**arguments)

        return cast(View, counted_view)

    return counting


def spend(limit: Limit, subject: str = "") -> None:
    """Count a try of `subject` (default: who asks). Refuses (429, with the time to wait) one that is too many."""
    if (wait := waits([(limit, subject or asking())])) is not None:
        raise TooManyRequests(retry_after=wait)


def waits(subjects: Subjects) -> int | None:
    """Count a try against each limit; None if it may go on, else the seconds to wait."""
    now = clock.now()
    until: list[datetime] = []
    with own_transaction() as connection:
        for limit, subject in subjects:
            row = _row(connection, _key(limit, subject), now)
            count, may_go_on = counted(row, limit, now)
            _keep(connection, _key(limit, subject), count)
            until += [] if may_go_on or count.until is None else [count.until]
    return _seconds(max(until) - now) if until else None


class Standing(NamedTuple):
    """Where one subject stands under a limit: how many are left, and in how many seconds they are all there again."""

    limit: Limit
    left: int
    renewed_in: int
    passed: bool


def standing_after(limit: Limit, subject: str, *, device: str) -> Standing:
    """Count a try, and say where it leaves the subject; `passed`: it was too many.

    For what is asked many times a minute: a process counts a few tries at once in the database and lets them through
    by itself, so that a read costs no write. Those that it does not need are lost with their minute: never more than
    the limit is let through, perhaps a few less. `device`: whose few they are, of all that ask for the subject.
    """
    now, key = clock.now(), _key(limit, subject)
    if (known := _of_lease(key, device, limit, now)) is not None:
        return known
    with own_transaction() as connection:
        count, may_go_on = counted(_row(connection, key, now), limit, now)
        taken = min(_AT_ONCE - 1, limit.most - count.tries) if may_go_on else 0
        _keep(connection, key, count._replace(tries=count.tries + taken))
    until = count.until or count.since + limit.per
    left = limit.most - count.tries if may_go_on else 0
    with _one_at_a_time:
        if len(_leases) > _MOST_LEASES:
            _leases.clear()
        _leases[key, device] = _Lease(until, taken, left - taken)
    return Standing(limit, left, _seconds(until - now), not may_go_on)


class _Lease(NamedTuple):
    """Tries that are counted already: how many this process may still let through, and how many are left beyond."""

    until: datetime
    left: int
    beyond: int


_AT_ONCE = 10
_MOST_LEASES = 10_000
_leases: dict[tuple[str, str], _Lease] = {}
_one_at_a_time = Lock()


def _of_lease(key: str, device: str, limit: Limit, now: datetime) -> Standing | None:
    """Where a try leaves the subject by what this process knows; None where the database has to be asked."""
    with _one_at_a_time:
        lease = _leases.get((key, device))
        if lease is None or now >= lease.until or (not lease.left and lease.beyond):
            return None
        passed = not lease.left
        if not passed:
            lease = _leases[key, device] = lease._replace(left=lease.left - 1)
        return Standing(limit, lease.left + lease.beyond, _seconds(lease.until - now), passed)


def give_back(subjects: Subjects) -> None:
    """The try was a right one, and does not count."""
    with own_transaction() as connection:
        for limit, subject in subjects:
            connection.execute(
                sa.update(Throttle)
                .where(Throttle.key == _key(limit, subject), Throttle.tries > 0)
                .values(tries=Throttle.tries - 1)
            )


def held_back(page: ResponseReturnValue, seconds: int) -> Response:
    """The page of a form, which says when to try again, for browsers and machines too."""
    answer = make_response(page)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def asking() -> str:
    """Who asks: the person who is signed in or whose token it is, else the address."""
    user_id = getattr(current_user, "user_id", None)
    return f"person {user_id}" if user_id else address()


def address() -> str:
    """Where the request comes from."""
    return f"address {request.remote_addr}"


def at_the_door(username: str) -> list[tuple[Limit, str]]:
    """What a try with this name, which somebody may have or not, counts against."""
    name = username.lower()
    if device := device_of(name):
        return [(SIGN_IN, f"{device} {name}")]
    return [(SIGN_IN, name), (SIGN_IN_FROM, address())]


def at_the_factor(username: str) -> list[tuple[Limit, str]]:
    """What a code for this account counts against; whoever comes here has shown the password already."""
    return [(FACTOR, f"{device_of(username)} {username}".strip())]


def device_of(username: str) -> str:
    """The device that this request comes from, if the account was opened on it before; else ""."""
    device, *accounts = request.cookies.get(_device_cookie(), "").split(".")
    return device if any(hmac.compare_digest(one, _mark(device, username)) for one in accounts) else ""


def know_device(answer: Response, username: str) -> Response:
    """From now on this device is known to open the account. Nothing in the cookie says whose it is."""
    device, *accounts = request.cookies.get(_device_cookie(), "").split(".")
    device = device or secrets.token_urlsafe(16)
    mark = _mark(device, username)
    kept = [one for one in accounts if one != mark][: _ACCOUNTS_OF_A_DEVICE - 1]
    answer.set_cookie(
        _device_cookie(),
        ".".join([device, mark, *kept]),
        max_age=_DEVICES_KEEP,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def _device_cookie() -> str:
    return f"__Host-{DEVICE_COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else DEVICE_COOKIE


def _mark(device: str, username: str) -> str:
    return _hash(f"device {device} {username}")[:32]


def _key(limit: Limit, subject: str) -> str:
    return _hash(f"{limit.name}\0{subject}")


def _seconds(left: timedelta) -> int:
    return max(1, round(left.total_seconds()))


def _hash(text: str) -> str:
    return hmac.new(str(current_app.secret_key).encode(), text.encode(), hashlib.sha256).hexdigest()


def _row(connection: sa.Connection, key: str, now: datetime) -> Count | None:
    """What is remembered of a key, locked until the transaction ends; a new row is written where there is none."""
    wanted = (
        sa.select(Throttle.tries, Throttle.since, Throttle.strikes, Throttle.until)
        .where(Throttle.key == key)
        .with_for_update()
    )
    found = connection.execute(wanted).first()
    if found is None:
        _forget(connection, now - FORGOTTEN_AFTER)
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        new = insert(Throttle).values(key=key, tries=0, since=now, strikes=0)
        connection.execute(new.on_conflict_do_nothing())
        found = connection.execute(wanted).first()
    return Count._make(found) if found else None


def _forget(connection: sa.Connection, before: datetime) -> None:
    """What somebody else counts at this moment is left for the next time: nobody waits for anybody here."""
    old = sa.select(Throttle.key).where(Throttle.since < before).with_for_update(skip_locked=True)
    connection.execute(sa.delete(Throttle).where(Throttle.key.in_(old)))


def _keep(connection: sa.Connection, key: str, count: Count) -> None:
    connection.execute(sa.update(Throttle).where(Throttle.key == key).values(**count._asdict()))
