"""The words that people read for the codes that the database stores: word lists, stages, statuses, steps, clocks.

English is written where the code is: word lists in `tracker.vocabulary` (the code itself, or `BETTER`), the rest in
the procedure. `blueprints.catalogue` hands both to the translators, each with its context.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cache, lru_cache

from blueprints.i18n import gettext, language, lazy_gettext, pgettext
from tracker import mission, vocabulary
from tracker.indicators.periods import Period
from tracker.vocabulary import REASON_LISTS

BETTER = {
    "identity": "Name, sex and age",
    "contact": "Telephone",
    "narrative": "Account of what happened",
    "medical": "Medical information",
    "location": "Exact place",
    "recruitment_use_of_children": "Recruitment or use of children",
    "attack_on_school_or_hospital": "Attack on a school or hospital",
    "child_in_conflict_with_law": "Child in conflict with the law",
    "denial_of_humanitarian_access": "Denial of humanitarian access",
    "extortion_or_illegal_fee": "Extortion or illegal fee",
    "refusal_to_register_complaint": "Refusal to register a complaint",
    "ill_treatment_or_torture": "Ill-treatment or torture",
    "cso_monitor": "CSO monitor",
    "sms": "SMS",
    "cso": "Civil society organisation",
    "customary_court_a": "Customary court, level A",
    "customary_court_b": "Customary court, level B",
    "customary_court_c": "Customary court, level C",
    "prosecution": "Prosecution office",
    "audit_body": "Audit body",
    "judicial_affairs": "Judicial affairs section",
    "institution_unresponsive_escalated": "Institution unresponsive, escalated",
    "best_interest": "Shared in the person's best interest",
    "not_possible": "Not possible to ask",
    "released_unlawful_detention": "Released: unlawful detention",
    "released_sentence_served": "Released: sentence served",
    "production": "Brought before a court",
    "acknowledgement": "Alarm taken note of",
    "transfer": "Moved to another institution",
    "remanded": "Remanded in custody",
    "no_order": "Sent back without an order",
    "law": "Limit of the law",
    "court_day": "Day named by the court",
    "release_order": "Release ordered by the court",
    "no_extension": "No extension is recorded in the law",
    "too_often": "More often than the law allows",
    "too_long": "Longer than the law allows",
    "not_written": "Not in writing",
    "wrong_authority": "Not by who may",
    "too_late": "After the limit had passed",
    "named_perpetrator_in_power": "The alleged perpetrator is named, and powerful here",
    "small_community": "Everybody knows everybody here",
    "prior_threat": "Somebody was threatened already",
    "recipient_institution_implicated": "An institution that would receive the case is implicated",
    "detained": "Somebody is detained",
    "phone_shared": "Others use the same telephone",
    "visible_visit": "A visit would be noticed",
    "flow": "RapidPro or TextIt",
    "events": "TextIt, older telephones",
    "fields": "Another gateway",
    "bearer": "In a header",
    "signature": "By a signature",
    "field": "In a field of each post",
    "call_me": "Asks for a call",
    "do_not_call": "Asks not to be called",
    "stop": "Wants no more messages",
    "help": "Asks for help",
    "through_somebody": "Through somebody who is trusted",
    "not_safe": "The risk of reprisals is too high",
    "institution": "The institution takes no cases",
    "not_open": "This is not open to your role",
}
"""English for codes that do not read well by themselves."""


MILESTONES = {
    "referred": lazy_gettext("Referred by the community"),
    "recorded": lazy_gettext("Recorded by the police"),
    "investigated": lazy_gettext("Investigated"),
    "charged": lazy_gettext("Charged"),
    "before_court": lazy_gettext("Before a court"),
    "decided": lazy_gettext("Decided"),
    "enforced": lazy_gettext("Orders carried out"),
}
"""How far a case can come, by the codes of the procedure's table of counting."""


def english(word: StrEnum) -> str:
    """The English for one word of a list, as translators see it."""
    return BETTER.get(word.value) or word.value.replace("_", " ").capitalize()


def context(words: type[StrEnum]) -> str:
    """The translation context of a word list: its name."""
    return words.__name__


def label(word: StrEnum) -> str:
    """The word in the language of this request."""
    return _label(language(), word)


def choices(words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """(code, label) of each word, as form fields take them."""
    return [(word.value, label(word)) for word in words]


def reason(code: str | None) -> str:
    """The label of a reason from any list that steps ask from, or of a court outcome; "" for none."""
    return _reason(language(), code) if code else ""


def stage(code: str) -> str:
    """The label of a stage."""
    return _stage(*_in_force(), code)


def status(stage_code: str, status_code: str) -> str:
    """The label of a status or an end of a stage."""
    return _status(*_in_force(), stage_code, status_code)


def step(stage_code: str, name: str) -> str:
    """The label of a step: what its button says."""
    return _step(*_in_force(), stage_code, name)


def done(stage_code: str, action: str) -> str:
    """What an entry says was done: "accepted the referral"."""
    return _done(*_in_force(), stage_code, action)


def clock(code: str) -> str:
    """The label of a clock: what must be done until its end."""
    return _said("clock", mission.current().procedure.clocks[code].label)


# Pages say the same hundred words again and again, so each is kept for its language and procedure.


def _in_force() -> tuple[str, str]:
    return language(), mission.current().procedure.version


@lru_cache(maxsize=None, typed=True)  # typed: words of two lists may be spelt alike
def _label(_language: str, word: StrEnum) -> str:
    return _said(context(type(word)), english(word))


def milestone(code: str) -> str:
    """The name of a milestone on the way of a case."""
    return str(MILESTONES.get(code, code))


def band(first: int, last: int | None) -> str:
    """ "91 to 180 days"."""
    if last is None:
        return gettext("%(first)s days and more", first=first)
    return gettext("%(first)s to %(last)s days", first=first, last=last)


def period(period: Period) -> tuple[str, str]:
    """A period on two lines: "Q3", "2019"."""
    text = str(period)
    if "-Q" in text:
        year, quarter = text.split("-")
        return quarter, year
    if len(text) == len("2019-07"):
        year, month = text.split("-")
        return month, year
    return (text, "") if ".." not in text else (f"{period.first:%d.%m.%y}", f"{period.last:%d.%m.%y}")


@cache
def _reason(_language: str, code: str) -> str:
    others = (vocabulary.CourtOutcome, vocabulary.EmergencyReason, vocabulary.HoldReason)
    lists: list[type[StrEnum]] = [*REASON_LISTS.values(), *others]
    return next((label(words(code)) for words in lists if code in list(words)), code)


@cache
def _stage(_language: str, _version: str, code: str) -> str:
    return _said("stage", mission.current().procedure.stages[code].label)


@cache
def _status(_language: str, _version: str, stage_code: str, status_code: str) -> str:
    return _said("status", mission.current().procedure.status_label(stage_code, status_code))


@cache
def _step(_language: str, _version: str, stage_code: str, name: str) -> str:
    return _said("step", mission.current().procedure.step(stage_code, name).label)


@cache
def _done(_language: str, _version: str, stage_code: str, action: str) -> str:
    procedure = mission.current().procedure
    known = procedure.steps.get((stage_code, action))
    return _said("done", known.done if known else procedure.acts.get(action, action))


def _said(spoken_context: str, word: str) -> str:
    translate: Callable[[str, str], str] = pgettext
    return translate(spoken_context, word.replace("%", "%%"))
