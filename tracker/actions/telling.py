"""From announcements to calls that were taken: content-free, in one worker's hands, to nobody who may not know.

However many of one kind wait for a receiver, one call that was taken tells of all, and nobody how many there were.
"""

import json
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select, update

from tracker import clock, keyring, webhooks
from tracker.actions import outgoing
from tracker.actions.outbox import notify
from tracker.actions.outgoing import KEPT, OPEN
from tracker.db import db
from tracker.errors import CannotUnseal
from tracker.models import Announcement, CallFailure, NoticeKind, Receiver, ReceiverSecret, SendingState
from tracker.queries import told
from tracker.vocabulary import Role, Topic

MOST_TRIES = 16
"""With the waits of `outgoing` nearly two days; what comes later says the same."""

LONG = timedelta(days=5)
"""A receiver that took no call in this time is not called any more."""


class Call(NamedTuple):
    """An announcement in a worker's hands: where it goes, what is said, and how it is signed.

    `newest`: the last announcement of its kind to this receiver, of which it tells as well.
    """

    id: int
    attempts: int
    receiver_id: int
    topic: Topic
    newest: int
    address: str
    headers: dict[str, str]
    body: bytes


def claim() -> Call | None:
    """Takes the announcement that has waited longest; None when none is due. The caller commits before it calls.

    One that the institution may not know of any more is dropped on the way.
    """
    while (found := outgoing.take(Announcement)) is not None:
        if (call := _prepared(found)) is not None:
            return call
    return None


def taken(call: Call) -> bool:
    """The receiver took it. False when another worker has it by now: then nothing is changed."""
    done = outgoing.settle(
        Announcement, call, state=SendingState.DELIVERED, finished_at=clock.now(), failure=None
    )
    if done:
        db.session.get_one(Receiver, call.receiver_id).failing_since = None
        _change_what_says_the_same(call, state=SendingState.DROPPED, finished_at=clock.now())
    return done


def failed(call: Call, why: CallFailure) -> bool:
    """It came to nothing: another try follows, each later than the last.

    After `MOST_TRIES` it is given up and administrators are told; after `LONG` the receiver is disabled, and at once
    when it says itself that it is gone.
    """
    over = why is CallFailure.GONE or call.attempts >= MOST_TRIES
    if over:
        done = _give_up(call, why)
    else:
        due_at = outgoing.next_try(call.attempts)
        _change_what_says_the_same(call, due_at=due_at)
        done = outgoing.settle(Announcement, call, state=SendingState.SENDING, due_at=due_at, failure=why)
    if done:
        _note_failure(db.session.get_one(Receiver, call.receiver_id), why)
    return done


def clear() -> int:
    """Removes announcements that were over long ago, and secrets that sign no more; gives how many."""
    now = clock.now()
    db.session.execute(delete(ReceiverSecret).where(ReceiverSecret.ends_at < now))
    gone = db.session.execute(delete(Announcement).where(Announcement.finished_at < now - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def give_up_all(receiver_id: int) -> None:
    """Nothing that waits for the receiver is sent any more, unless an administrator sends it again."""
    waiting = update(Announcement).where(
        Announcement.receiver_id == receiver_id, Announcement.state.in_(OPEN)
    )
    db.session.execute(waiting.values(state=SendingState.GIVEN_UP, lease_until=None, finished_at=clock.now()))


def secret_context(key: str) -> str:
    """What a secret is sealed to."""
    return f"receiver_secret:{key}"


def _prepared(found: Announcement) -> Call | None:
    receiver = found.receiver
    if not _wanted(found, receiver):
        _settle(found, SendingState.DROPPED)
        return None
    try:
        secrets = _secrets(receiver)
    except CannotUnseal:  # one that cannot be read must not keep the others waiting
        _settle(found, SendingState.GIVEN_UP, CallFailure.NO_SECRET)
        return None
    body, now = _body(found), int(clock.now().timestamp())
    headers = {
        "webhook-id": found.key,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(
            webhooks.signature(secret, key=found.key, at=now, body=body) for secret in secrets
        ),
    }
    return Call(
        found.id,
        found.attempts,
        receiver.id,
        found.topic,
        _newest(found),
        receiver.address,
        headers,
        body,
    )


def _body(found: Announcement) -> bytes:
    """Nothing of the case, not its reference either: that would tell whoever reads the receiver's records who moved.

    The receiver asks the API, with a token of its own, what there is for it to know.
    """
    at = found.created_at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return json.dumps({"type": found.topic.spoken, "timestamp": at, "data": {}}).encode()


def _wanted(found: Announcement, receiver: Receiver) -> bool:
    if receiver.disabled_at is not None or not receiver.institution.active:
        return False
    return found.entry_id is None or told.may_hear_of(found.entry_id, receiver.institution_id)


def _change_what_says_the_same(call: Call, **values: object) -> None:
    """What waited when the call was made, and nobody has in hand: told of with it, or tried again with it."""
    same = update(Announcement).where(
        Announcement.receiver_id == call.receiver_id,
        Announcement.topic == call.topic,
        Announcement.state.in_(OPEN),
        Announcement.lease_until.is_(None),
        Announcement.id <= call.newest,
    )
    db.session.execute(same.values(**values).execution_options(synchronize_session=False))


def _newest(found: Announcement) -> int:
    last = select(func.max(Announcement.id)).where(
        Announcement.receiver_id == found.receiver_id, Announcement.topic == found.topic
    )
    return db.session.scalar(last) or found.id


def _secrets(receiver: Receiver) -> list[str]:
    """Those that sign today, the newest first."""
    now = clock.now()
    return [
        keyring.unseal(one.sealed, context=secret_context(one.key)).decode()
        for one in receiver.secrets
        if one.ends_at is None or one.ends_at > now
    ]


def _settle(found: Announcement, state: SendingState, why: CallFailure | None = None) -> None:
    outgoing.settle(Announcement, found, state=state, finished_at=clock.now(), failure=why)


def _give_up(call: Call, why: CallFailure) -> bool:
    done = outgoing.settle(
        Announcement, call, state=SendingState.GIVEN_UP, finished_at=clock.now(), failure=why
    )
    if done:
        notify(NoticeKind.RECEIVER, actor=None, roles=[Role.ADMINISTRATOR])
    return done


def _note_failure(receiver: Receiver, why: CallFailure) -> None:
    now = clock.now()
    receiver.failing_since = receiver.failing_since or now
    if why is CallFailure.GONE or now - receiver.failing_since >= LONG:
        receiver.disabled_at = now
        give_up_all(receiver.id)
        notify(NoticeKind.RECEIVER, actor=None, roles=[Role.ADMINISTRATOR])
