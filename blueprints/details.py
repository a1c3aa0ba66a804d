"""What an entry says beside its columns, in words: outcome, orders, next hearing, urgency, risk, consent."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from blueprints import limits, words
from blueprints.i18n import _
from blueprints.times import day
from tracker.vocabulary import (
    Authority,
    CaseTie,
    ConsentDecision,
    CourtOutcome,
    DataClass,
    Level,
    OrderKind,
    PartyRole,
    ProductionResult,
    ReviewFinding,
    Urgency,
)


def details(detail: Mapping[str, Any]) -> list[str]:
    """A line for each thing that the entry says and that has words; what has none is left out."""
    if not detail:
        return []
    return [make(detail[name]) for name, make in _DETAILS.items() if detail.get(name)]


def capital(sentence: str) -> str:
    """With a capital letter, as a line of its own: "Accepted the referral"."""
    return sentence[:1].upper() + sentence[1:]


_DETAILS: Mapping[str, Callable[[Any], str]] = {
    "outcome": lambda code: _("Outcome: %(outcome)s", outcome=words.label(CourtOutcome(code))),
    "orders": lambda kinds: _(
        "Orders: %(orders)s", orders=", ".join(words.label(OrderKind(kind)) for kind in kinds)
    ),
    "next_on": lambda iso: _("Next hearing: %(day)s", day=day(date.fromisoformat(iso))),
    "urgency": lambda code: _("Urgency: %(urgency)s", urgency=words.label(Urgency(code))),
    "risk": lambda code: _("Risk: %(level)s", level=words.label(Level(code))),
    "reprisal_risk": lambda code: _("Risk of reprisals: %(level)s", level=words.label(Level(code))),
    "party_role": lambda code: _("Person: %(role)s", role=words.label(PartyRole(code))),
    "authority": lambda code: words.label(Authority(code)),
    "hours": limits.length,
    "result": lambda code: words.label(ProductionResult(code)),
    "finding": lambda code: words.label(ReviewFinding(code)),
    "tie": lambda code: words.label(CaseTie(code)),
    "consent": lambda code: _("Consent: %(decision)s", decision=words.label(ConsentDecision(code))),
    "classes": lambda codes: _(
        "Only: %(classes)s", classes=", ".join(words.label(DataClass(code)) for code in codes)
    ),
    "decision": lambda code: _("Consent: %(decision)s", decision=words.label(ConsentDecision(code))),
}

SAID = frozenset(_DETAILS)
"""What an entry says beside its columns that has words: codes and days, nothing that somebody typed."""
