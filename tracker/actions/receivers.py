"""What administrators do about receivers: which system of an institution is called, what of, and with which secret."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import insert

from tracker import announcing, clock, keyring, webhooks
from tracker.actions import administration, telling
from tracker.db import db
from tracker.errors import BadInput, StepRefused, say
from tracker.models import (
    Acting,
    Announcement,
    Institution,
    Receiver,
    ReceiverSecret,
    ReceiverTopic,
    SendingState,
)
from tracker.permissions import Permission
from tracker.vocabulary import CHOSEN_TOPICS, AdministrativeAct, Topic

OVERLAP = timedelta(days=1)
"""How long a secret that was replaced signs beside the new one, so that a receiver misses nothing meanwhile."""

LONGEST_ADDRESS = 500


def register(
    *,
    actor: Acting,
    institution_id: int,
    address: str,
    topics: Collection[Topic],
    allowed: Collection[str],
) -> tuple[Receiver, str]:
    """A new receiver, and its secret: given here and never again.

    `allowed`: the origins that the installation's settings name (`Settings.webhook_origins`). Refuses (`BadInput`) an
    address elsewhere, or not by https, no topic, and an institution that is none.
    """
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    if db.session.get(Institution, institution_id) is None:
        raise BadInput(institution_id=say("Choose the institution from the list."))
    _require_allowed(address, allowed)
    receiver = Receiver(
        institution_id=institution_id, address=address, made_at=clock.now(), made_by_id=actor.user_id
    )
    receiver.topics = _topics(topics)
    db.session.add(receiver)
    db.session.flush()
    secret = _give_secret(receiver)
    _note(AdministrativeAct.RECEIVER_ADDED, receiver, actor)
    return receiver, secret


def choose(receiver: Receiver, *, actor: Acting, topics: Collection[Topic]) -> None:
    """Tells it of these kinds of change from now on. Refuses (`BadInput`) none."""
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    chosen = {one.topic: one for one in _topics(topics)}
    receiver.topics = [one for one in receiver.topics if chosen.pop(one.topic, None)] + list(chosen.values())
    db.session.flush()
    _note(AdministrativeAct.RECEIVER_CHANGED, receiver, actor)


def replace_secret(receiver: Receiver, *, actor: Acting) -> str:
    """A new secret, given here and never again; the one that was signs beside it for `OVERLAP`."""
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    ends_at = clock.now() + OVERLAP
    for one in receiver.secrets:
        one.ends_at = min(one.ends_at or ends_at, ends_at)
    secret = _give_secret(receiver)
    _note(AdministrativeAct.RECEIVER_SECRET_REPLACED, receiver, actor)
    return secret


def end_old_secrets(receiver: Receiver, *, actor: Acting) -> None:
    """Nothing is signed any more by a secret that was replaced: whoever else has it can pass for us no longer."""
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    for one in receiver.secrets:
        if one.ends_at is not None:
            db.session.delete(one)
    db.session.flush()
    db.session.expire(receiver, ["secrets"])
    _note(AdministrativeAct.RECEIVER_SECRET_REPLACED, receiver, actor)


def disable(receiver: Receiver, *, actor: Acting) -> None:
    """It is not called any more, and what waits for it is given up. Refuses (`StepRefused`) one that is disabled."""
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    if receiver.disabled_at is not None:
        raise StepRefused(say("This receiver is disabled already."))
    receiver.disabled_at = clock.now()
    telling.give_up_all(receiver.id)
    _note(AdministrativeAct.RECEIVER_DISABLED, receiver, actor)


def enable(receiver: Receiver, *, actor: Acting) -> None:
    """It is called again, of what changes from now on. Refuses (`StepRefused`) one that is enabled."""
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    if receiver.disabled_at is None:
        raise StepRefused(say("This receiver is enabled already."))
    receiver.disabled_at = receiver.failing_since = None
    _note(AdministrativeAct.RECEIVER_ENABLED, receiver, actor)


def try_out(receiver: Receiver, *, actor: Acting) -> None:
    """Calls it once for nothing, so that its people see whether they understand us. Refuses as `send_again`."""
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    _require_enabled(receiver)
    db.session.execute(insert(Announcement), [announcing.row(receiver.id, Topic.RECEIVER_TRIED)])


def send_again(announcement: Announcement, *, actor: Acting) -> None:
    """Calls once more, under the same id: a receiver that has had it does nothing.

    Whether the institution may still know of it is asked again. Refuses (`StepRefused`) where the receiver is
    disabled, and what still waits.
    """
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    _require_enabled(announcement.receiver)
    if announcement.state not in (SendingState.DELIVERED, SendingState.GIVEN_UP):
        raise StepRefused(say("This is being sent already. Read the list again."))
    announcement.state, announcement.attempts, announcement.due_at = SendingState.WAITING, 0, clock.now()
    announcement.failure = announcement.finished_at = None


def _require_enabled(receiver: Receiver) -> None:
    if receiver.disabled_at is not None:
        raise StepRefused(say("This receiver is disabled. Enable it first."))


def _require_allowed(address: str, allowed: Collection[str]) -> None:
    origin = webhooks.origin_of(address)
    if origin is None or len(address) > LONGEST_ADDRESS:
        raise BadInput(address=say("Give an https address such as https://hooks.example.org/protection."))
    if origin not in allowed:
        raise BadInput(address=say("The settings do not allow this host: see TRACKER_WEBHOOK_HOSTS."))


def _topics(topics: Collection[Topic]) -> list[ReceiverTopic]:
    chosen = [topic for topic in CHOSEN_TOPICS if topic in topics]
    if not chosen:
        raise BadInput(topics=say("Choose what the receiver is told of."))
    return [ReceiverTopic(topic=topic) for topic in chosen]


def _give_secret(receiver: Receiver) -> str:
    secret, key = webhooks.new_secret(), secrets.token_urlsafe(24)
    db.session.add(
        ReceiverSecret(
            receiver_id=receiver.id,
            key=key,
            sealed=keyring.seal(secret.encode(), context=telling.secret_context(key)),
            made_at=clock.now(),
        )
    )
    db.session.flush()
    db.session.expire(receiver, ["secrets"])
    return secret


def _note(action: AdministrativeAct, receiver: Receiver, actor: Acting) -> None:
    """Which host, not the whole address: a path may hold a token of the receiver's."""
    administration.record(
        action,
        actor=actor,
        institution=receiver.institution,
        subject=(webhooks.origin_of(receiver.address) or "")[:120],
        topics=[one.topic.value for one in receiver.topics],
    )
