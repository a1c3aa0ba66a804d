"""Where the entries of a history are in the log, and what was checked of it, in words."""

from typing import NamedTuple

from flask import Flask, current_app

from blueprints import signing
from blueprints.i18n import _
from tracker.ledger import inclusion
from tracker.ledger.inclusion import Look, Memory, Place


class Checked(NamedTuple):
    """What a page says of a history in the log: the sentence, whether it is bad news, the words for each entry."""

    sentence: str
    tone: str
    look: Look

    def words(self, entry_id: int) -> str:
        """Where an entry is; "" where it has no leaf."""
        place = self.look.places.get(entry_id)
        return words(place) if place else ""


def init_app(app: Flask) -> None:
    """Give `app` the memory of what this process has shown to itself."""
    app.extensions["tracker_log_memory"] = Memory()


def of_case(case_id: int) -> Checked:
    """A case's history, checked now."""
    return _said(inclusion.of_case(signing.store(), case_id, _memory(), signing.verifiers))


def of_alert(alert_id: int) -> Checked:
    """An alert's history, checked now."""
    return _said(inclusion.of_alert(signing.store(), alert_id, _memory(), signing.verifiers))


def words(place: Place) -> str:
    """Where one entry is."""
    if place.since is None:
        return _("place %(place)d in the log, waiting for the next checkpoint", place=place.at)
    return _(
        "place %(place)d in the log, since checkpoint %(size)d",
        place=place.at,
        size=place.since,
    )


def _memory() -> Memory:
    found: Memory = current_app.extensions["tracker_log_memory"]
    return found


def _said(look: Look) -> Checked:
    if look.wrong is not None:
        return Checked(
            _(
                "Entry %(n)d of this history is not what the verifiable log holds. Do not rely on this page, and tell "
                "an auditor.",
                n=look.wrong,
            ),
            "late",
            look,
        )
    if look.proven:
        return Checked(
            _(
                "Checked just now: the entries of this case in the log are numbered without a gap, each names the hash "
                "of the one before it, and entry %(n)d leads to a signed checkpoint. It vouches for those before it.",
                n=look.proven,
            ),
            "",
            look,
        )
    return Checked(_("No entry of this history is under a checkpoint yet that could be checked."), "", look)
