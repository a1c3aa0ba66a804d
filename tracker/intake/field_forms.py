"""A form that a phone filled in, as it arrives: an XForms instance (OpenRosa), read into plain answers.

Nothing is believed of it. No DTD, no entities; its size and depth are bounded before anything is made of it; it must
name the form, and the number that the phone gave to this one filling (`instanceID`, OpenRosa Metadata Schema), by
which it is known again. An answer to what is not asked is
refused, so that none is lost unread.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tracker.errors import BadInput, NotFound, say
from tracker.vocabulary import DataClass, FormKind

LARGEST = 300_000
"""So many bytes: the longest account in a script of three bytes a letter fits four times."""
DEEPEST = 8
MOST_ELEMENTS = 500
LONGEST_NUMBER = 200

FORM_IDS = {"protection_alert": FormKind.ALERT, "protection_referral": FormKind.REFERRAL}
"""By what each form calls itself. Never changed: forms stay on phones for months."""

FILES = ("photo", "recording", "document")

QUESTIONS: Mapping[FormKind, frozenset[str]] = {
    FormKind.ALERT: frozenset({"channel", "received_at", "phone", "area", "name", "message"}),
    FormKind.REFERRAL: frozenset(
        {
            "concern", "area", "occurred_on", "place", "narrative",
            "channel", "reported_at", "reporter_name", "reporter_phone",
            "survivor_name", "survivor_phone", "survivor_sex", "survivor_age",
            "perpetrator_kind", "perpetrator_name", "perpetrator_institution",
            "urgency", "risk", "reprisal_factors", "reprisal_risk", "mitigation",
            "consent", "consent_institutions", "consent_classes", "refer_to", "note",
            "file_class", *FILES,
        }
    ),
}  # fmt: skip
"""Every question that a form has, or had in a version that a phone may still hold: a name is never taken away."""

_META = "meta"
_ABOUT_THE_FILLING = frozenset({"instanceName", "timeStart", "timeEnd", "audit"})
"""What clients may add to the metadata and nobody reads here."""


class Filled(NamedTuple):
    """One filling of a form. `form` and `version` as the form says them; `answers`: by question, the empty ones not."""

    form: str
    version: str
    instance: str
    replaces: str
    """The filling that this one was made from by editing it; "" for none."""
    answers: Mapping[str, str]

    @property
    def told(self) -> str:
        """All that it says, for comparing two of one number."""
        return repr((self.form, self.version, self.replaces, sorted(self.answers.items())))


def read(data: bytes) -> Filled:
    """What a phone sent. Refuses (`BadInput`) what is no such form, is too large or too deep, has a DTD or entities, or
    was encrypted on the phone, and one without a number.
    """
    if len(data) > LARGEST:
        raise _refused(say("This form is larger than any of ours."))
    elements = list(_elements(data))
    root = elements[0][1]
    if any(_plain(name) == "encrypted" for name, _value in root.items()):
        raise _refused(
            say(
                "This form was encrypted on the phone, and cannot be opened here. Send it unencrypted, over https."
            )
        )
    answers: dict[str, str] = {}
    meta: dict[str, str] = {}
    for path, element in elements[1:]:
        text = (element.text or "").strip()
        if not text or len(element):
            continue
        kept = meta if path[1:2] == (_META,) else answers
        if path[-1] in kept:
            raise _refused(say("This form answers “%(question)s” twice.", question=path[-1]))
        kept[path[-1]] = text
    number = meta.get("instanceID", "")
    if not 0 < len(number) <= LONGEST_NUMBER:
        raise _refused(
            say("This form has no number of its own (instanceID). Send it with another application.")
        )
    return Filled(
        root.get("id") or _space(root.tag),
        root.get("version", ""),
        number,
        meta.get("deprecatedID", ""),
        answers,
    )


def kind_of(filled: Filled) -> FormKind:
    """Which form it is. Refuses (`NotFound`) one that is none of ours, and (`BadInput`) an answer to a question that it
    does not have, and never had.
    """
    if filled.form not in FORM_IDS:
        raise NotFound(say("There is no form “%(form)s” here.", form=filled.form[:80]))
    kind = FORM_IDS[filled.form]
    if unknown := sorted(set(filled.answers) - QUESTIONS[kind]):
        raise _refused(say("This form answers what is not asked: “%(question)s”.", question=unknown[0]))
    return kind


def data_class(filled: Filled) -> DataClass:
    """What the files of a form tell about, as far as it says."""
    said = filled.answers.get("file_class", "")
    return DataClass(said) if said in list(DataClass) else DataClass.NARRATIVE


def _elements(data: bytes) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each element with the names that lead to it. Bounded while it is read."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    path: list[str] = []
    found: list[tuple[tuple[str, ...], Any]] = []
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if event == "end":
                path.pop()
                continue
            path.append(_plain(element.tag))
            found.append((tuple(path), element))
            if len(path) > DEEPEST or len(found) > MOST_ELEMENTS:
                raise _refused(say("This form is larger than any of ours."))
    except (ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        raise _refused(say("What was sent is no form that can be read.")) from broken
    yield from found


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _space(tag: str) -> str:
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _refused(sentence: str) -> BadInput:
    return BadInput(form=sentence)
