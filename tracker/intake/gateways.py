"""What each kind of gateway sends, read into one shape: plain parsing, which knows neither database nor web.

`FLOW`: the JSON that a flow of RapidPro or TextIt posts ("Call Webhook"). Its usual body names contact, flow and
results (floweditor, `DEFAULT_BODY`); ours, in docs/gateways.md, adds the number of the message and its text.
`EVENTS`: the older form post of TextIt's Android channel: `event=mo_sms`, `mo_miss`, `mo_call`
(textit.in/webhooks/webhook). Its other events tell of what was sent, and are no message.
`FIELDS`: any other form or JSON post. What the gateway calls each thing is set up with it: Africa's Talking says
`from`, `text`, `id`, `date`; SMSSync says `from`, `message`, `message_id`, `sent_timestamp`; Twilio says `From`,
`Body`, `MessageSid`.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tracker.errors import BadInput, say
from tracker.vocabulary import GatewayKind, MessageKind

OLDEST = timedelta(days=7)
"""A message that claims to be older has a wrong clock behind it, and counts from when it came."""

_LONGEST_ID, _LONGEST_SENDER = 200, 80
_WITHOUT_NUMBER = timedelta(minutes=10)
_MADE = "made/"
_LINK = re.compile(r"^[a-z]+:", re.IGNORECASE)
_MILLISECONDS = 10**11

FIELD_NAMES = {
    "message_id": ("id", "message_id", "MessageSid", "messageId"),
    "sender": ("from", "sender", "phone", "From", "phoneNumber"),
    "text": ("text", "message", "Body", "content"),
    "at": ("at", "date", "sent_timestamp", "timestamp"),
    "kind": ("kind", "event"),
    "secret": ("secret",),
}
"""What gateways call each thing where the set-up names nothing else; the first that is there counts."""

_EVENTS = {"mo_sms": MessageKind.SMS, "mo_miss": MessageKind.MISSED_CALL, "mo_call": MessageKind.MISSED_CALL}
_CALLS = frozenset({"missed_call", "missed", "call", "beep", "flash", "mo_miss", "mo_call", "mo_missed_call"})


class Message(NamedTuple):
    """A message or a missed call, from whichever gateway."""

    message_id: str
    """The gateway's own number for it."""
    sender: str
    """The telephone number, or what else the gateway knows the sender by; "" where it was hidden."""
    text: str
    at: datetime
    kind: MessageKind

    @property
    def numbered_here(self) -> bool:
        """Whether the gateway gave it no number."""
        return self.message_id.startswith(_MADE)


Given = Mapping[str, Any]
"""What was posted, by name."""


def read(kind: GatewayKind, given: Given, fields: Mapping[str, str], *, now: datetime) -> Message | None:
    """The message in what a gateway posted; None for a report that is no message.

    `fields`: what this gateway calls each thing. Refuses (`BadInput`) where neither a sender nor a text is in it:
    then the set-up does not fit the gateway, and whoever sets it up is told.
    """
    message = _ADAPTERS[kind](given, fields, now)
    if message is None or message.sender or message.text:
        return message
    raise BadInput(
        fields=say(
            "There is neither a sender nor a text in what was sent. See docs/gateways.md for the fields."
        )
    )


def _flow(given: Given, _fields: Mapping[str, str], now: datetime) -> Message:
    contact, input_, run = (_part(given, name) for name in ("contact", "input", "run"))
    return _message(
        message_id=given.get("message_id") or input_.get("uuid") or input_.get("external_id"),
        sender=given.get("sender") or contact.get("urn") or input_.get("urn"),
        text=_first(given.get("text"), input_.get("text"), _from_results(given)),
        at=given.get("at") or input_.get("created_on") or run.get("created_on"),
        kind=_kind(given.get("kind")),
        now=now,
    )


def _events(given: Given, _fields: Mapping[str, str], now: datetime) -> Message | None:
    kind = _EVENTS.get(str(given.get("event", "mo_sms")))
    if kind is None:
        return None
    number = (
        given.get("sms") or given.get("id")
        if kind is MessageKind.SMS
        else given.get("call") or given.get("id")
    )
    return _message(
        message_id=f"{given.get('event', 'mo_sms')}/{number}" if number else "",
        sender=given.get("phone"),
        text=given.get("text") if kind is MessageKind.SMS else "",
        at=given.get("time") or given.get("date"),
        kind=kind,
        now=now,
    )


def _fields(given: Given, fields: Mapping[str, str], now: datetime) -> Message:
    found = {name: field(given, fields, name) for name in FIELD_NAMES}
    return _message(
        message_id=found["message_id"],
        sender=found["sender"],
        text=found["text"],
        at=found["at"],
        kind=_kind(found["kind"]),
        now=now,
    )


_Adapter = Callable[[Given, Mapping[str, str], datetime], Message | None]
_ADAPTERS: Mapping[GatewayKind, _Adapter] = {
    GatewayKind.FLOW: _flow,
    GatewayKind.EVENTS: _events,
    GatewayKind.FIELDS: _fields,
}


def field(given: Given, fields: Mapping[str, str], name: str) -> Any:
    """What was posted for one of `FIELD_NAMES`; a name with dots goes into JSON ("data.sender")."""
    named = fields.get(name)
    for one in (named,) if named else FIELD_NAMES[name]:
        found: Any = given.get(one)
        if found is None and "." in one:
            found = given
            for part in one.split("."):
                found = found.get(part) if isinstance(found, Mapping) else None
        if found is not None:
            return found
    return None


def _message(
    *, message_id: Any, sender: Any, text: Any, at: Any, kind: MessageKind, now: datetime
) -> Message:
    said, who = _line(text), _sender(_line(sender))
    sent = moment(at, now=now)
    known = _line(message_id).strip()
    number = known[:_LONGEST_ID] if len(known) <= _LONGEST_ID else hashlib.sha256(known.encode()).hexdigest()
    return Message(number or _made_number(who, said, sent, now), who, said, sent or now, kind)


def _made_number(sender: str, text: str, sent: datetime | None, now: datetime) -> str:
    """A number for a message that has none: equal for the same words of one sender in the same few minutes.

    Rather twice than never: who sends the same cry for help again later is heard again.
    """
    when = sent.isoformat() if sent else str(int(now.timestamp() // _WITHOUT_NUMBER.total_seconds()))
    return _MADE + hashlib.sha256(repr((sender, text, when)).encode()).hexdigest()


def moment(said: Any, *, now: datetime) -> datetime | None:
    """When a message was sent: ISO 8601, or seconds or milliseconds since 1970.

    None for what cannot be read and for what cannot be: in the future, or older than `OLDEST`. A time without a zone
    is UTC, which all these gateways mean.
    """
    found = _moment(_line(said).strip())
    if found is None or not now - OLDEST <= found <= now:
        return None
    return found


def _moment(said: str) -> datetime | None:
    try:
        if re.fullmatch(r"\d{9,14}(\.\d+)?", said):
            seconds = float(said)
            return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, UTC)
        found = datetime.fromisoformat(said)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _kind(said: Any) -> MessageKind:
    return MessageKind.MISSED_CALL if _line(said).strip().lower() in _CALLS else MessageKind.SMS


def _sender(said: str) -> str:
    """The number of "tel:+211 912..." and of "+211 912..."; what is no number stays as it is."""
    bare = _LINK.sub("", said.strip()) if said.lower().startswith(("tel:", "sms:")) else said.strip()
    return bare[:_LONGEST_SENDER]


def _part(given: Given, name: str) -> Given:
    found = given.get(name)
    return found if isinstance(found, Mapping) else {}


def _from_results(given: Given) -> str:
    """The answers that a flow collected, line by line: none of them is lost where the text itself is not sent."""
    results = given.get("results")
    each: Iterable[Any] = results.values() if isinstance(results, Mapping) else ()
    values = (one.get("input") or one.get("value") if isinstance(one, Mapping) else one for one in each)
    return "\n".join(filter(None, map(_line, values)))


def _first(*given: Any) -> Any:
    return next((one for one in given if one is not None and one != ""), "")


def _line(said: Any) -> str:
    """A value as text, whatever JSON made of it, without what no database keeps."""
    if said is None or isinstance(said, bool | Mapping | list):
        return ""
    return str(said).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
