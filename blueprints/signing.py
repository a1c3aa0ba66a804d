"""Checkpoints as the web needs them: signed when somebody asks, and what to say while they are not."""

import logging

from flask import current_app
from sqlalchemy.exc import OperationalError

from blueprints.transactions import own_transaction
from tracker import clock
from tracker.db import db
from tracker.errors import CannotSign
from tracker.ledger import quorum as quorums
from tracker.ledger import witnesses
from tracker.ledger.quorum import Quorum
from tracker.ledger.signing import Signer, Standing
from tracker.ledger.store import Store
from tracker.log.keys import VerifierKey
from tracker.log.policy import Policy
from tracker.log.refusals import Malformed

log = logging.getLogger(__name__)


def signer() -> Signer:
    """Who signs the log of this installation."""
    return Signer(current_app.extensions["tracker"].log_dir)


def verifiers() -> list[VerifierKey]:
    """The log's own verifier keys; none where its keys cannot be read."""
    try:
        return signer().verifiers()
    except (Malformed, OSError):
        return []


def standing() -> Standing:
    """Where the log stands now, as this request sees it."""
    return signer().standing(db.session.connection())


def sign(*, at_once: bool = False) -> None:
    """Signs what is not signed yet, in a short transaction of its own; at most once a second, unless `at_once`.

    Where signing is refused, or the database is too busy, the last checkpoint stays the newest.
    """
    now = standing()
    if now.refusal or (now.checkpoint and now.checkpoint.size == now.size):
        return
    try:
        with own_transaction() as connection:
            signer().sign(connection, at_once=at_once)
    except (CannotSign, OperationalError):
        log.warning("No checkpoint was signed", exc_info=True)


def store(*shown: str) -> Store:
    """The log's files as this request sees them. `shown`: what its files of disclosures hold; none: there are none."""
    return Store(db.session.connection(), shown)


def policy() -> Policy | None:
    """Which witnesses there are, None where nobody said so; refuses (`BadSetting`) a file that is no policy."""
    place = current_app.extensions["tracker"].log_policy
    return witnesses.read_policy(place) if place else None


def quorum() -> Quorum | None:
    """Whether the witnesses of the policy have seen the log lately; None where there is no policy."""
    rules = policy()
    return quorums.judge(store(), verifiers(), rules, clock.now()) if rules else None
