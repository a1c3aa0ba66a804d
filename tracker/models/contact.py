"""What an assessment of reprisals holds that is personal, and how it is written down to be sealed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tracker.vocabulary import ContactWay, ReprisalFactor


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How the person is reached without harm. `days`: 0 is Monday; no days, or no hours: any."""

    way: ContactWay | None = None
    days: Sequence[int] = ()
    since: time | None = None
    until: time | None = None
    who_may_answer: str = ""
    no_voicemail: bool = True
    no_sms: bool = True
    cover: str = ""
    """The words under which the caller speaks."""

    def is_safe(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether the instant lies in the safe days and hours, as clocks go in `zone`; hours may pass midnight."""
        local = at.astimezone(zone)
        if self.days and local.weekday() not in self.days:
            return False
        if self.since is None or self.until is None:
            return True
        now = local.time()
        if self.since <= self.until:
            return self.since <= now <= self.until
        return now >= self.since or now <= self.until


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """What is sealed: which factors hold, why the level is lower than proposed, what protects, how to reach them."""

    factors: Sequence[ReprisalFactor] = ()
    lowered_because: str = ""
    mitigation: str = ""
    contact: Contact = field(default_factory=Contact)

    def encode(self) -> str:
        """As a text to be sealed."""
        return json.dumps(asdict(self), default=str, ensure_ascii=False)


def decode(content: str) -> Assessed:
    """What `encode` wrote."""
    held: dict[str, Any] = json.loads(content)
    contact = held["contact"]
    return Assessed(
        factors=tuple(ReprisalFactor(one) for one in held["factors"]),
        lowered_because=held["lowered_because"],
        mitigation=held["mitigation"],
        contact=Contact(
            **contact
            | {
                "way": ContactWay(contact["way"]) if contact["way"] else None,
                "since": _time(contact["since"]),
                "until": _time(contact["until"]),
                "days": tuple(contact["days"]),
            }
        ),
    )


def _time(said: str | None) -> time | None:
    return time.fromisoformat(said) if said else None
