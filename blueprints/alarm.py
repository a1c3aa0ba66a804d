"""What every page says while the verifiable log is not signed, or its witnesses have not seen it."""

import logging
import time

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from blueprints import signing
from blueprints.i18n import said
from tracker.errors import BadSetting, say

log = logging.getLogger(__name__)

_EVERY = 5.0
"""Seconds for which a process believes what it found: pages are hot."""


class Alarm:
    """What this process found last."""

    def __init__(self) -> None:
        """Nothing was looked at yet."""
        self._sentence, self._until = "", 0.0

    def sentence(self) -> str:
        """The sentence for the top of a page, "" where all is well; in no language yet."""
        if time.monotonic() >= self._until:
            self._until = time.monotonic() + _EVERY
            self._sentence = _found(self._sentence)
        return self._sentence

    def rest(self) -> None:
        """Says nothing any more: for tests, whose log is without a key."""
        self._sentence, self._until = "", float("inf")

    def look(self) -> None:
        """Looks again at the next page."""
        self._until = 0.0


def init_app(app: Flask) -> None:
    """Give `app` its alarm."""
    app.extensions["tracker_alarm"] = Alarm()


def words() -> str:
    """What the page of this request says about the log, in its language; "" where all is well."""
    alarm: Alarm = current_app.extensions["tracker_alarm"]
    return said(alarm.sentence())


def _found(before: str) -> str:
    try:
        if (refusal := signing.standing().refusal) is not None:
            return refusal.sentence
        quorum = signing.quorum()
    except BadSetting:
        return say("The file that names the log's witnesses cannot be read: an administrator must mend it.")
    except SQLAlchemyError:
        log.warning("The standing of the log could not be read", exc_info=True)
        return before
    if quorum is None or quorum.met:
        return ""
    return say("The witnesses have not seen the verifiable log for a day: the policy is not met.")
