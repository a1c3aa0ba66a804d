"""Hearings as iCalendar (RFC 5545), with the reference of the case and nothing else of it."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from blueprints.i18n import _
from tracker.queries.hearings import Hearing

_PRODUCT = "-//Protection Tracker//Hearings//EN"
_ASK_AGAIN = timedelta(hours=1)


def calendar(hearings: Iterable[Hearing], salt: str) -> bytes:
    """The calendar of these hearings; `salt`: that of the address, from which the names of the events are made.

    A hearing is known to the day, so that it lasts the whole day of the mission area, wherever it is read.
    """
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("Hearings"))
    made.add("refresh-interval", _ASK_AGAIN, parameters={"value": "DURATION"})
    for one in hearings:
        made.add_component(_event(one, salt))
    written: bytes = made.to_ical()
    return written


def _event(one: Hearing, salt: str) -> Event:
    event = Event()
    event.add("uid", _name(one, salt))
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("sequence", one.changes)
    event.add("dtstart", one.on)
    event.add("dtend", one.on + timedelta(days=1))
    event.add("summary", _("Hearing %(reference)s", reference=one.reference))
    event.add("status", "CANCELLED" if one.called_off else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def _name(one: Hearing, salt: str) -> str:
    """The same for this hearing each time, and for nothing else anywhere."""
    said = f"{one.track_id}/{one.on.isoformat()}".encode()
    return hmac.new(bytes.fromhex(salt), said, hashlib.sha256).hexdigest()
