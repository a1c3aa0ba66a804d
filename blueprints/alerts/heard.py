"""What the messages of an alert say, for the page of who answers it: words that are known, and everything as it came.

The words are looked up when the page is read, not when the message comes: nothing more is kept of a person than what
they wrote, and a better table helps with what came before.
"""

from collections.abc import Sequence
from typing import NamedTuple

from flask import request

from blueprints import words
from blueprints.i18n import _
from blueprints.times import moment
from tracker.intake import grammar
from tracker.intake.grammar import Understood
from tracker.models import Acting, Alert
from tracker.queries import alerts as queries
from tracker.queries.alerts import Said
from tracker.queries.paging import PAGE_SIZE
from tracker.vocabulary import MessageKind, Wish

FIRST_SHOWN = 10


class Line(NamedTuple):
    """One further message: when, from which number (where it is another), and what it says."""

    when: str
    phone: str
    text: str
    understood: str


class Heard(NamedTuple):
    """What a page says of an alert that a gateway brought. `warning`: to be read before anybody dials."""

    warning: str
    facts: Sequence[tuple[str, Sequence[str]]]
    lines: Sequence[Line]
    total: int
    after: int
    """The place of the last message shown, where there are more; else 0."""


def of(alert: Alert, *, viewer: Acting, whole: bool = False) -> Heard | None:
    """What an alert's messages say; None for one that somebody logged. `whole`: a page of them, not the first few."""
    total = queries.count_messages(alert, viewer=viewer)
    if not total:
        return None
    size = PAGE_SIZE if whole else FIRST_SHOWN
    said = queries.messages(alert, viewer=viewer, after=_after() if whole else 0, size=size + 1)
    shown = said[:size]
    understood = grammar.read(alert.contact.message)
    everything = [understood, *(grammar.read(one.text) for one in shown)]
    return Heard(
        warning=_warning(everything),
        facts=_facts(understood),
        lines=[_line(one, alert) for one in shown],
        total=total,
        after=shown[-1].n if len(said) > size else 0,
    )


def _after() -> int:
    typed = request.args.get("after", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


def _warning(everything: Sequence[Understood]) -> str:
    """What forbids a call, whichever message says it."""
    if any(Wish.DO_NOT_CALL in one.wishes for one in everything):
        return _("A message asks that nobody calls. Do not call before you know that it is safe.")
    if any(one.stops for one in everything):
        return _("A message asks for no more messages. Somebody else may have the telephone now.")
    return ""


def _facts(understood: Understood) -> list[tuple[str, list[str]]]:
    """(what, each in words) of the known words of a message; what is not certain is a question."""
    found = [
        (_("Protection concern"), [words.label(one) for one in understood.concerns]),
        (_("Urgency"), [words.label(understood.urgency)] if understood.urgency else []),
        (_("People"), [f"{one.number} {one.of}" for one in understood.people]),
        (_("Asks"), [words.label(one) for one in understood.wishes]),
        (_("Perhaps meant"), _perhaps(understood)),
    ]
    return [fact for fact in found if fact[1]]


def _perhaps(understood: Understood) -> list[str]:
    return [
        _("%(meaning)s, for “%(written)s”", meaning=words.label(one.meaning), written=one.written)
        for one in understood.near
    ]


def _line(said: Said, alert: Alert) -> Line:
    other = said.phone if said.phone != alert.contact.phone else ""
    text = said.text or (_("Missed call") if said.kind is MessageKind.MISSED_CALL else _("Without a word"))
    known = grammar.read(said.text)
    told = [*known.concerns, *((known.urgency,) if known.urgency else ()), *known.wishes]
    return Line(moment(said.received_at), other, text, ", ".join(map(words.label, told)))
