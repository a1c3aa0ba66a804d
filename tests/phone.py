"""A phone in the field, as ODK's specifications describe it: it fills a form in, and sends it until it is told "201".

sheet = phone.fill("protection_alert", channel="sms", received_at="2026-03-02T08:15:00.000+02:00")
sheet.xml                     # what it sends as `xml_submission_file`
"""

import uuid
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from tests.world import World
from tracker import clock
from tracker.intake import field_forms
from tracker.intake.field_forms import Filled

GROUPS = {
    "what_happened": ("concern", "area", "occurred_on", "place", "narrative"),
    "report": ("channel", "reported_at", "reporter_name", "reporter_phone"),
    "survivor": ("survivor_name", "survivor_phone", "survivor_sex", "survivor_age"),
    "perpetrator": ("perpetrator_kind", "perpetrator_name", "perpetrator_institution"),
    "risks": ("urgency", "risk", "reprisal_factors", "reprisal_risk", "mitigation"),
    "sharing": ("consent", "consent_institutions", "consent_classes", "refer_to", "note"),
    "files": ("photo", "recording", "document", "file_class"),
}
"""How the questions of the referral form stand in it."""


class Sheet(NamedTuple):
    """A form that was filled in."""

    instance: str
    xml: bytes

    @property
    def read(self) -> Filled:
        """As the reader reads it."""
        return field_forms.read(self.xml)


def fill(
    form: str, *, instance: str = "", version: str = "2026112701", replaces: str = "", **answers: str
) -> Sheet:
    """A form filled in, with a number of its own."""
    number = instance or f"uuid:{uuid.uuid4()}"
    placed = {name for names in GROUPS.values() for name in names} if form == "protection_referral" else set()
    free = _elements({name: said for name, said in answers.items() if name not in placed})
    grouped = "".join(
        f"<{group}>{_elements({name: answers.get(name, '') for name in names})}</{group}>"
        for group, names in GROUPS.items()
        if placed
    )
    edited = f"<deprecatedID>{escape(replaces)}</deprecatedID>" if replaces else ""
    xml = (
        "<?xml version='1.0' ?><data xmlns:jr='http://openrosa.org/javarosa' "
        f"xmlns:orx='http://openrosa.org/xforms' id={quoteattr(form)} version={quoteattr(version)}>"
        f"{free}{grouped}<orx:meta><orx:instanceID>{escape(number)}</orx:instanceID>{edited}</orx:meta></data>"
    )
    return Sheet(number, xml.encode())


def an_alert(**other: str) -> Sheet:
    """An alert as somebody would write it down on a phone."""
    usual = {
        "channel": "call",
        "received_at": now(),
        "phone": "+211 900 000 003",
        "area": "XA010101",
        "name": "Nyaluak",
        "message": "She says that they came back at night.",
    }
    return fill("protection_alert", **usual | other)


def a_referral(world: World, **other: str) -> Sheet:
    """A case as somebody would register it on a phone, to be sent to the police at once."""
    station = world.station.code
    usual = {
        "concern": "physical_assault",
        "area": world.payam.code,
        "occurred_on": "2026-01-05",
        "place": "Behind the old ferry",
        "narrative": "What Abuk told: it happened behind the old ferry.",
        "channel": "visit",
        "reported_at": now(),
        "survivor_name": "Abuk the survivor",
        "survivor_phone": "+211 900 000 002",
        "survivor_sex": "female",
        "survivor_age": "adult",
        "urgency": "urgent",
        "risk": "medium",
        "reprisal_risk": "low",
        "consent": "given",
        "consent_institutions": station,
        "refer_to": station,
    }
    return fill("protection_referral", **usual | other)


def now() -> str:
    """This moment, as a phone writes it."""
    return clock.now().isoformat(timespec="milliseconds")


def _elements(answers: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(said)}</{name}>" for name, said in answers.items())
