"""What a survivor decided about sharing, in words."""

from collections.abc import Mapping

from blueprints import words
from blueprints.i18n import _
from blueprints.times import day
from tracker.queries.case_rows import ConsentRow
from tracker.vocabulary import ConsentDecision, DataClass

Decisions = Mapping[DataClass, ConsentRow]
"""The newest decision about each class, for one institution."""


def decisions(said: Decisions) -> list[str]:
    """The decisions in force for one institution, each with what it is about where that is not everything."""
    about: dict[str, list[DataClass]] = {}
    for data_class, one in said.items():
        about.setdefault(decision(one.decision, day(one.given_on)), []).append(data_class)
    return [
        sentence if len(classes) == len(DataClass) else f"{sentence}: {listed(classes)}"
        for sentence, classes in about.items()
    ]


def listed(classes: list[DataClass]) -> str:
    """Classes in words, in the order of the list."""
    return ", ".join(words.label(one) for one in DataClass if one in classes)


def decision(of: ConsentDecision, on: str) -> str:
    """A decision about sharing, with its day."""
    return {
        ConsentDecision.GIVEN: _("Consent given on %(day)s", day=on),
        ConsentDecision.DECLINED: _("Consent declined on %(day)s", day=on),
        ConsentDecision.WITHDRAWN: _("Consent withdrawn on %(day)s", day=on),
        ConsentDecision.NOT_POSSIBLE: _("Nobody could be asked for consent (%(day)s)", day=on),
        ConsentDecision.BEST_INTEREST: _("Shared in the person's best interest since %(day)s", day=on),
    }[of]
