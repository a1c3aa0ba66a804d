"""The risk of reprisals, what protects the person, how to reach them and with which words."""

from blueprints import times, words
from blueprints.i18n import _
from tracker import clock, mission
from tracker.models.contact import Contact
from tracker.queries.reprisals import InForce
from tracker.vocabulary import Level

Facts = list[tuple[str, str | None]]

_QUIET = (Level.HIGH, Level.CRITICAL)


def facts(now: InForce) -> Facts:
    """What was assessed."""
    said = now.said
    return [
        (_("Risk of reprisals"), words.label(now.level)),
        (_("Assessed"), times.moment(now.assessed_at)),
        (_("What makes it likelier"), " · ".join(map(words.label, said.factors)) or None),
        (_("Why lower than suggested"), said.lowered_because or None),
        (_("What protects the person"), said.mitigation or _("Nothing is written.")),
        (_("Second person"), _agreed(now)),
        *contact(said.contact),
    ]


def brief(now: InForce) -> Facts:
    """What the case page says; where the person hides and how they are reached stands on a page of its own."""
    return [
        (_("Assessed"), times.moment(now.assessed_at)),
        (_("What protects the person"), None if now.said.mitigation else _("Nothing is written.")),
        (_("Second person"), _agreed(now)),
    ]


def contact(plan: Contact) -> Facts:
    """How the person is reached without harm."""
    never = [_("Leave no message")] * plan.no_voicemail + [_("Send no SMS")] * plan.no_sms
    return [
        (_("Safe times"), safe_times(plan) or None),
        (_("How"), words.label(plan.way) if plan.way else None),
        (_("Who may answer"), plan.who_may_answer or None),
        (_("Never"), " · ".join(never) or None),
        (_("What the caller says"), plan.cover or None),
    ]


def safe_times(plan: Contact) -> str:
    """ "Monday, Wednesday, 09:30–11:00 (Africa/Juba)"; "" where none are set."""
    names = dict(times.weekdays())
    days = ", ".join(names[str(day)] for day in plan.days)
    hours = f"{plan.since:%H:%M}–{plan.until:%H:%M}" if plan.since and plan.until else ""
    said = ", ".join(filter(None, (days, hours)))
    return f"{said} ({times.zone().key})" if said else ""


def is_safe_now(plan: Contact) -> bool:
    """Whether the person may be reached at this moment."""
    return plan.is_safe(clock.now(), mission.current().zone)


def wording(now: InForce) -> str:
    """What the caller may say first: at high risk nothing that names the case or an institution."""
    if now.level not in _QUIET:
        return _("“Good day. There is news about what you told us. Is this a good time to talk?”")
    if now.said.contact.cover:
        return _(
            "“Good day. I am calling about %(cover)s.” Stop if somebody else answers.",
            cover=now.said.contact.cover,
        )
    return _("“Good day. Is this a good time to talk?” Stop if somebody else answers.")


def _agreed(now: InForce) -> str | None:
    if now.level is not Level.CRITICAL:
        return None
    return _("Agreed") if now.agreed else _("Must agree before the case is shared")
