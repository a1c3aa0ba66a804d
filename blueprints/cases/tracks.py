"""The tracks of a case as its page shows them: where each stands, and what this person may do there."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from blueprints import steps as step_pages
from blueprints import words
from blueprints.i18n import _
from blueprints.shapes import Tag
from blueprints.times import Clock, clock_of, day, moment
from tracker.actions import steps
from tracker.models import Acting, ProtectionCase, Track
from tracker.procedure import Step
from tracker.queries import case_rows
from tracker.queries.case_file import CaseFile

PRIMARY = frozenset(
    {
        "accept",
        "acknowledge",
        "adjourn",
        "charge",
        "complete_file",
        "decide",
        "deliver_accepted",
        "deliver_disputed",
        "forward",
        "give_information",
        "hear",
        "list_hearing",
        "not_accept",
        "record_implemented",
        "record_measure",
        "record_visit",
        "refer",
        "request_information",
        "resolve",
        "start_investigation",
        "start_review",
        "triage",
    }
)
"""The steps that a part of a case usually goes on with; the others are one touch away."""

_AT_HAND = 3
"""With no more than so many steps open, none is hidden."""


class Offer(NamedTuple):
    """One step that is open: `at_once` needs no form, and posts; `kind` as of a button."""

    label: str
    href: str
    at_once: bool
    kind: str


class Offers(NamedTuple):
    """The steps that are open on one thing: those it usually goes on with, and the rest."""

    first: Sequence[Offer]
    more: Sequence[Offer]
    seen: int
    about: str


class Part(NamedTuple):
    """One track, as it is shown."""

    stage: str
    institution: str
    tags: Sequence[Tag]
    clock: Clock
    facts: Sequence[tuple[str, str | None]]
    remarks: Sequence[str]
    offers: Offers


class Ended(NamedTuple):
    """A track that is over, in a line."""

    stage: str
    institution: str
    tag: Tag
    when: str


def parts(file: CaseFile, base: str, *, viewer: Acting) -> list[Part]:
    """The open tracks, the most urgent first; `base`: the address of the case."""
    names = {entry.actor_id: entry.actor for entry in file.entries if entry.actor is not None}
    waiting = sorted(open_parts(file), key=lambda part: (part.track.due_at, part.track.id))
    return [_part(part, names, base, viewer) for part in waiting]


def open_parts(file: CaseFile) -> list[case_rows.Part]:
    """The tracks on which somebody must still do something."""
    return [part for part in file.parts if part.track.open]


def ended(file: CaseFile) -> list[Ended]:
    """The tracks that are over, the last one first."""
    return [
        Ended(words.stage(track.stage), institution, tag(track), day(track.left_at))
        for track, institution, _sender in reversed(file.parts)
        if not track.open
    ]


def journey(file: CaseFile) -> list[tuple[str, str]]:
    """The stages that the case has come to, in the order in which it did: each done, or where it is now."""
    open_stages = {part.track.stage for part in open_parts(file)}
    reached = dict.fromkeys(part.track.stage for part in file.parts)
    return [(words.stage(stage), "now" if stage in open_stages else "done") for stage in reached]


def tag(track: Track) -> Tag:
    """The status of a track."""
    return step_pages.tag(track.stage, track.status)


def most_urgent(file: CaseFile) -> Clock:
    """The time limit of the case that ends first."""
    limits = (part.track.limit for part in open_parts(file))
    return clock_of(min((limit for limit in limits if limit is not None), default=None))


def case_offers(file: CaseFile, base: str, *, viewer: Acting) -> Offers:
    """The steps that are open on the case as a whole."""
    pages = {"record_consent": "consent", "add_person": "people/new"}
    return _offers(
        file.case, lambda step: f"{base}/{pages.get(step.name, step.name)}", viewer, _("the case as a whole")
    )


def _offers(on: Track | ProtectionCase, address: Callable[[Step], str], viewer: Acting, about: str) -> Offers:
    """Exactly the steps that are open to the viewer."""
    found = steps.open_steps(actor=viewer, on=on)
    few = len(found) <= _AT_HAND
    first = [step for step in found if few or step.name in PRIMARY]
    _stage, status, _awaiting = steps.standing(on)
    usual = next((s for s in first if s.name in PRIMARY and s.after(status) != status), None)
    return Offers(
        [_offer(step, address, usual=step is usual) for step in first],
        [_offer(step, address, usual=False) for step in found if step not in first],
        steps.version(on),
        about,
    )


def _offer(step: Step, address: Callable[[Step], str], *, usual: bool) -> Offer:
    kind = "" if usual else "second"
    return Offer(words.step(step.stage, step.name), address(step), not step.asks and not step.act, kind)


def _part(part: case_rows.Part, names: Mapping[int | None, str], base: str, viewer: Acting) -> Part:
    track, institution, sender = part
    stage = words.stage(track.stage)
    return Part(
        stage,
        institution,
        _tags(track),
        clock_of(track.limit),
        _facts(track, sender, names),
        _remarks(track, institution),
        _offers(
            track,
            # Referring has one page, about the whole case.
            lambda step: f"{base}/refer" if step.name == "refer" else f"{base}/tracks/{track.id}/{step.name}",
            viewer,
            f"{stage}, {institution}",
        ),
    )


def _tags(track: Track) -> list[Tag]:
    tags = [tag(track)]
    if track.reopened:
        tags.append(Tag(_("Reopened"), "waiting"))
    if track.jurisdiction_concern:
        tags.append(Tag(_("Jurisdiction concern"), "late"))
    return tags


def _facts(track: Track, sender: str | None, names: Mapping[int | None, str]) -> list[tuple[str, str | None]]:
    return [
        (_("What is due"), _due(track)),
        (_("In this status since"), moment(track.status_since) or None),
        (_("Sent by"), sender),
        (_("In the hands of"), names.get(track.assigned_to_id) if track.assigned_to_id else None),
        (_("Next hearing"), day(track.next_on) or None),
        (_("Reason"), words.reason(track.reason) or None),
    ]


def _due(track: Track) -> str | None:
    if not track.clock or track.limit is None:
        return None
    return _("%(act)s, by %(moment)s", act=words.clock(track.clock), moment=moment(track.limit))


def _remarks(track: Track, institution: str) -> list[str]:
    """What somebody waits for."""
    if track.awaiting == "sender":
        return [_("%(institution)s waits for an answer.", institution=institution)]
    if track.awaiting == "holder":
        return [_("The question is answered.")]
    return []
