"""Where the entries of a history are in the log, and what was checked of it, in words."""

from typing import NamedTuple

from flask import Flask, current_app

from blueprints import signing
from blueprints.i18n import _
from tracker.ledger import inclusion
from tracker.ledger.inclusion import Look, Memory, Place


class Checked(NamedTuple):
    """What a page says of a history in the log: a sentence, whether it is bad news, the words for each entry.

    This page is hot and its bytes are few, so the sentence is short; what "checked" means stands behind its link.
    """

    sentence: str
    tone: str
    look: Look

    def words(self, entry_id: int) -> tuple[str, str]:
        """Where an entry is in the log, and since which checkpoint; "" twice where it has no leaf.

        The checkpoint that the sentence names is not said again.
        """
        place = self.look.places.get(entry_id)
        return _words(place, self.look.since) if place else ("", "")


def init_app(app: Flask) -> None:
    """Give `app` the memory of what this process has shown to itself."""
    app.extensions["tracker_log_memory"] = Memory()


def of_case(case_id: int) -> Checked:
    """A case's history, checked now."""
    return _said(inclusion.of_case(signing.store(), case_id, _memory(), signing.verifiers))


def of_alert(alert_id: int) -> Checked:
    """An alert's history, checked now."""
    return _said(inclusion.of_alert(signing.store(), alert_id, _memory(), signing.verifiers))


def _words(place: Place, said: int) -> tuple[str, str]:
    at = _("log %(place)d", place=place.at)
    if place.since is None:
        return at, _("waiting for the next checkpoint")
    return at, "" if place.since == said else _("since checkpoint %(size)d", size=place.since)


def _memory() -> Memory:
    found: Memory = current_app.extensions["tracker_log_memory"]
    return found


def _said(look: Look) -> Checked:
    if look.wrong is not None:
        return Checked(
            _(
                "entry %(n)d of this history is not what the verifiable log holds. Do not rely on this page, and tell "
                "an auditor.",
                n=look.wrong,
            ),
            "late",
            look,
        )
    if look.proven:
        return Checked(_("an unbroken chain up to checkpoint %(size)d.", size=look.since), "", look)
    return Checked(_("no entry is under a checkpoint yet that could be checked."), "", look)
