"""`tracker worker`: what is done beside the pages. Mails are handed over, lists are taken in, and what time alone does
is done in time.

Any number of workers may run: each mail is in one worker's hands, each job is done by one. Nothing that it prints or
logs names a person, an address or a case.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import NamedTuple

import click
from sqlalchemy.exc import SQLAlchemyError

from blueprints import create_app, letters
from blueprints.ops import calling, lists, smtp
from tracker import clock
from tracker.actions import (
    attachments,
    custody_alarms,
    deliveries,
    digests,
    expiry,
    links,
    retention,
    sheets,
    submissions,
    telling,
    timetable,
)
from tracker.config import Settings, from_environment
from tracker.db import db
from tracker.errors import Refusal

log = logging.getLogger(__name__)

_PAUSE = 20.0
"""Seconds between two rounds when nothing is due."""


class _Work(NamedTuple):
    """A job: what does it (giving how much was done), and how long until it is due again."""

    do: Callable[[], int]
    every: timedelta
    said: str


_JOBS = {
    "resets": _Work(links.answer_requests, timedelta(), "Links for new passwords mailed"),
    "gather": _Work(deliveries.gather, timedelta(), "Mails made of notices"),
    "alarms": _Work(custody_alarms.raise_alarms, timedelta(minutes=5), "Limits of custody told of"),
    "expire": _Work(expiry.expire_unanswered, timedelta(hours=1), "Referrals expired"),
    "digest": _Work(digests.tell_of_overdue, timedelta(days=1), "People told of what is over its limit"),
    "forms": _Work(submissions.clear, timedelta(days=1), "Forms that were sent forgotten"),
    "lists": _Work(sheets.clear, timedelta(hours=1), "Lists that nobody went on with, forgotten"),
    "clear": _Work(deliveries.clear, timedelta(days=1), "Old mails removed"),
    "clear told": _Work(telling.clear, timedelta(days=1), "Old announcements removed"),
    "clear links": _Work(links.clear, timedelta(days=1), "Old links removed"),
}


def _jobs_of(settings: Settings) -> dict[str, _Work]:
    """What only an installation does that asked for it."""
    if not settings.retention_months:
        return {}
    retain = partial(_retain, settings)
    return {"retention": _Work(retain, timedelta(minutes=5), "Cases kept long enough, and erased")}


def _retain(settings: Settings) -> int:
    """One batch; the files of the one before it."""
    attachments.clear(settings.attachments_dir)
    return next(retention.anonymise(settings.retention_months), 0)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and stop: for a timer.")
def worker(once: bool) -> None:
    """Deliver mail, send digests, and do what is due by time. Ctrl-C or SIGTERM stops it after what it has in hand."""
    settings = from_environment()
    stopped = threading.Event()
    _stop_at_signals(stopped)
    if settings.mail is None:
        click.echo("No mail server is set (TRACKER_MAIL_URL): mails wait.")
    with create_app(settings).app_context():
        work(settings, stopped, once=once)


def work(settings: Settings, stopped: threading.Event, *, once: bool) -> None:
    """Rounds, until `stopped`, within an application's context; `once`: until nothing is left that is due."""
    while not stopped.is_set():
        busy = _round(settings, stopped)
        if not busy:
            if once:
                return
            stopped.wait(_PAUSE)


def _stop_at_signals(stopped: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _round(settings: Settings, stopped: threading.Event) -> bool:
    """Each job that is due, each mail, each call, and some rows of lists; gives whether there is more to do.

    What fails is tried in the next round.
    """
    for name, work in (_JOBS | _jobs_of(settings)).items():
        if stopped.is_set():
            return False
        with _none_stops_the_others(name):
            _do(name, work)
    with _none_stops_the_others("scan"):
        _scan_all(settings, stopped)
    busy: list[bool] = []
    with _none_stops_the_others("mail"):
        busy.append(_deliver_all(settings, stopped))
    with _none_stops_the_others("receivers"):
        busy.append(_call_all(settings, stopped))
    with _none_stops_the_others("rows of lists"):
        busy.append(lists.go_on(stopped))
    return any(busy)


@contextmanager
def _none_stops_the_others(name: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, Refusal) as fault:
        # Not the fault itself: what it says may name somebody.
        log.error("The job %s was not done: %s", name, type(fault).__name__)  # noqa: TRY400
        db.session.rollback()


def _do(name: str, work: _Work) -> None:
    job = timetable.take(name)
    done = 0
    if job is not None:
        done = work.do()
        timetable.put_off(job, by=work.every)
    db.session.commit()
    if done:
        _say(f"{work.said}: {done}.")


def _say(what: str) -> None:
    click.echo(f"{clock.now():%Y-%m-%d %H:%M} {what}")


def _scan_all(settings: Settings, stopped: threading.Event) -> None:
    """Not a job: those hold a transaction open until they are done, and a scanner takes its time."""
    scanned = 0
    if settings.scanner is not None:
        for _verdict in attachments.scan_waiting(settings.attachments_dir, settings.scanner):
            db.session.commit()
            scanned += 1
            if stopped.is_set():
                break
    if scanned:
        _say(f"Files scanned: {scanned}.")


def _deliver_all(settings: Settings, stopped: threading.Event) -> bool:
    if settings.mail is None:
        return False
    counter = smtp.Counter(settings.mail)
    try:
        return _deliver_by(counter, settings, stopped)
    finally:
        counter.close()


def _deliver_by(counter: smtp.Counter, settings: Settings, stopped: threading.Event) -> bool:
    sent = tried = 0
    while not stopped.is_set():
        parcel = deliveries.claim()
        db.session.commit()  # from here on the mail is ours alone, until its lease is over
        if parcel is None:
            break
        tried += 1
        sent += _deliver(parcel, settings, counter)
        db.session.commit()
    if tried:
        _say(f"Mails delivered: {sent} of {tried}.")
    return bool(tried)


def _deliver(parcel: deliveries.Parcel, settings: Settings, counter: smtp.Counter) -> bool:
    message = letters.message(
        parcel.kind,
        to=parcel.address,
        sender=settings.mail_from,
        key=parcel.key,
        locale=parcel.locale,
        link=f"{settings.public_url}/link/{parcel.token}" if parcel.token else "",
    )
    try:
        counter.hand_over(message)
    except smtp.NotTaken as refusal:
        log.warning("A mail was not taken: %s", refusal.why.value)
        deliveries.failed(parcel, refusal.why, for_good=refusal.for_good)
        return False
    return deliveries.delivered(parcel)


def _call_all(settings: Settings, stopped: threading.Event) -> bool:
    taken = tried = 0
    while not stopped.is_set():
        call = telling.claim()
        db.session.commit()  # from here on the call is ours alone, until its lease is over
        if call is None:
            break
        tried += 1
        taken += _call(call, settings)
        db.session.commit()
    if tried:
        _say(f"Receivers told: {taken} of {tried}.")
    return bool(tried)


def _call(call: telling.Call, settings: Settings) -> bool:
    try:
        calling.post(call.address, call.headers, call.body, allowed=settings.webhook_origins)
    except calling.NotTaken as refusal:
        log.warning("A receiver did not take a call: %s", refusal.why.value)
        telling.failed(call, refusal.why)
        return False
    return telling.taken(call)
