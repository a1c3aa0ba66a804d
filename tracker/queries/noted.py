"""What a request reads that is personal, noted by the queries that read it: so no page can forget to say so.

The web begins a list with each request, and writes it down before the answer leaves (`blueprints.accesses`). Outside
a request nothing is noted: whoever runs a command holds the files of the database itself.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import NamedTuple, Protocol

from tracker.models import Acting
from tracker.visibility import GONE_STATUSES, sides
from tracker.vocabulary import AccessKind, Relation


class Noted(NamedTuple):
    """One thing that was read. Neither a case nor an alert: a search, or a file about many."""

    kind: AccessKind
    relation: Relation = Relation.NONE
    case_id: int | None = None
    alert_id: int | None = None
    about: str | None = None
    """Of an export: what was taken, nothing personal and nothing that somebody typed."""
    number: int | None = None


class Sent(Protocol):
    """A track, or what a page read of one: who has it, who sent it, and where it stands."""

    @property
    def institution_id(self) -> int: ...

    @property
    def sender_id(self) -> int | None: ...

    @property
    def status(self) -> str: ...


_list: ContextVar[list[Noted] | None] = ContextVar("noted", default=None)


def begin() -> None:
    """From now on, in this request, what is read is noted; nothing has been yet."""
    _list.set([])


def note(*reads: Noted) -> None:
    """Notes what was read."""
    if (noted := _list.get()) is not None:
        noted.extend(reads)


def take() -> list[Noted]:
    """What was noted, each thing once, and nothing of it any more."""
    noted = list(dict.fromkeys(_list.get() or ()))
    _list.set(None)
    return noted


def relation(viewer: Acting, *, owner_id: int, registrar_id: int, tracks: Iterable[Sent]) -> Relation:
    """Why the viewer sees a case: the nearest of what the institution is to it; `BREAK_GLASS` where it is nothing."""
    found = set(sides(viewer, owner_id=owner_id, registrar_id=registrar_id))
    for track in tracks:
        if track.status not in GONE_STATUSES and track.institution_id == viewer.institution_id:
            found.add("holder")
        if track.sender_id == viewer.institution_id:
            found.add("sender")
    nearest = (Relation.OWNER, Relation.REGISTRAR, Relation.HOLDER, Relation.SENDER)
    return next((one for one in nearest if one.value in found), Relation.BREAK_GLASS)
