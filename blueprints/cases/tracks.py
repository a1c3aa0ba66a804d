"""The tracks of a case as its page shows them: where each stands, and what this person may do there."""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import NamedTuple

from blueprints import steps, words
from blueprints.i18n import _
from blueprints.shapes import Tag
from blueprints.times import Clock, clock_of, day, moment
from tracker import mission, visibility
from tracker.history import CASE_STAGE
from tracker.models import Acting
from tracker.procedure import Step
from tracker.queries import case_rows
from tracker.queries.case_file import CaseFile
from tracker.queries.case_rows import CaseFacts

PRIMARY = frozenset(
    {
        "accept",
        "acknowledge",
        "adjourn",
        "agree_to_share",
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
    waiting = sorted(open_parts(file), key=lambda part: (part.due_at, part.id))
    holding = {one.track_id for one in file.custodies if one.released_at is None}
    return [_part(part, file.case, names, base, viewer, holding=holding) for part in waiting]


def open_parts(file: CaseFile) -> list[case_rows.Part]:
    """The tracks on which somebody must still do something."""
    return [part for part in file.parts if part.open]


def ended(file: CaseFile) -> list[Ended]:
    """The tracks that are over, the last one first."""
    return [
        Ended(words.stage(part.stage), part.institution, tag(part), day(part.left_at))
        for part in reversed(file.parts)
        if not part.open
    ]


def journey(file: CaseFile) -> list[tuple[str, str]]:
    """The stages that the case has come to, in the order in which it did: each done, or where it is now."""
    open_stages = {part.stage for part in open_parts(file)}
    reached = dict.fromkeys(part.stage for part in file.parts)
    return [(words.stage(stage), "now" if stage in open_stages else "done") for stage in reached]


def tag(part: case_rows.Part) -> Tag:
    """The status of a track."""
    return steps.tag(part.stage, part.status)


def most_urgent(file: CaseFile) -> Clock:
    """The time limit of the case that ends first."""
    limits = (part.limit for part in open_parts(file))
    return clock_of(min((limit for limit in limits if limit is not None), default=None))


_PAGES = {
    "record_consent": "consent",
    "add_person": "people/new",
    "assess_reprisal": "reprisal-risk",
    "agree_to_share": "agree",
    "link_cases": "alike",
    "wall_off": "wall",
}


def case_offers(file: CaseFile, base: str, *, viewer: Acting, asked: bool) -> Offers:
    """The steps that are open on the case as a whole; `asked`: a second person must agree that it is shared."""
    case = file.case
    sides = visibility.sides(viewer, owner_id=case.owner_id, registrar_id=case.registrar_id)
    return _offers(
        _Standing(
            CASE_STAGE, "open" if case.closed_at is None else "closed", None, sides, case.entries, asked=asked
        ),
        lambda step: f"{base}/{_PAGES.get(step.name, step.name)}",
        viewer,
        _("the case as a whole"),
    )


class _Standing(NamedTuple):
    """Where a case or a track is, what the viewer's institution is to it, its version.

    Also whether it holds anybody, and whether a second person is asked to agree to something.
    """

    stage: str
    status: str
    awaiting: str | None
    sides: frozenset[str]
    version: int
    holds: bool = False
    asked: bool = False


def _offers(
    at: _Standing,
    address: Callable[[Step], str],
    viewer: Acting,
    about: str,
    before: Sequence[Offer] = (),
) -> Offers:
    """Exactly the steps that are open to the viewer; a release where somebody is held, agreeing where it is asked."""
    procedure = mission.current().procedure
    steps_open = procedure.steps_open(viewer.role, at.sides, at.stage, at.status, at.awaiting)
    idle = {name for name, due in (("record_release", at.holds), ("agree_to_share", at.asked)) if not due}
    found = [step for step in steps_open if step.name not in idle]
    few = len(found) <= _AT_HAND
    first = [step for step in found if few or step.name in PRIMARY]
    usual = next((s for s in first if s.name in PRIMARY and s.after(at.status) != at.status), None)
    return Offers(
        [*before, *(_offer(step, address, usual=step is usual and not before) for step in first)],
        [_offer(step, address, usual=False) for step in found if not (few or step.name in PRIMARY)],
        at.version,
        about,
    )


def _offer(step: Step, address: Callable[[Step], str], *, usual: bool) -> Offer:
    kind = "" if usual else "second"
    return Offer(words.step(step.stage, step.name), address(step), not step.asks and not step.act, kind)


def _part(
    part: case_rows.Part,
    case: CaseFacts,
    names: Mapping[int | None, str],
    base: str,
    viewer: Acting,
    *,
    holding: Container[int],
) -> Part:
    stage = words.stage(part.stage)
    sides = visibility.sides(
        viewer,
        owner_id=case.owner_id,
        registrar_id=case.registrar_id,
        holder_id=part.institution_id,
        sender_id=part.sender_id,
    )
    return Part(
        stage,
        part.institution,
        _tags(part),
        clock_of(part.limit),
        _facts(part, names),
        _remarks(part),
        _offers(
            _Standing(part.stage, part.status, part.awaiting, sides, part.version, part.id in holding),
            # Referring has one page, about the whole case.
            lambda step: f"{base}/refer" if step.name == "refer" else f"{base}/tracks/{part.id}/{step.name}",
            viewer,
            f"{stage}, {part.institution}",
            _telling(part, base, sides),
        ),
    )


def _telling(part: case_rows.Part, base: str, sides: Container[str]) -> list[Offer]:
    """A survivor is told only after somebody has read how to reach them without harm."""
    if part.stage != "feedback" or "holder" not in sides:
        return []
    return [Offer(_("Give feedback"), f"{base}/tracks/{part.id}/feedback", False, "")]


def _tags(part: case_rows.Part) -> list[Tag]:
    tags = [tag(part)]
    if part.reopened:
        tags.append(Tag(_("Reopened"), "waiting"))
    if part.jurisdiction_concern:
        tags.append(Tag(_("Jurisdiction concern"), "late"))
    return tags


def _facts(part: case_rows.Part, names: Mapping[int | None, str]) -> list[tuple[str, str | None]]:
    return [
        (_("What is due"), _due(part)),
        (_("In this status since"), moment(part.status_since) or None),
        (_("Sent by"), part.sender),
        (_("In the hands of"), names.get(part.assigned_to_id) if part.assigned_to_id else None),
        (_("Next hearing"), day(part.next_on) or None),
        (_("Reason"), words.reason(part.reason) or None),
    ]


def _due(part: case_rows.Part) -> str | None:
    if not part.clock or part.limit is None:
        return None
    return _("%(act)s, by %(moment)s", act=words.clock(part.clock), moment=moment(part.limit))


def _remarks(part: case_rows.Part) -> list[str]:
    """What somebody waits for."""
    if part.awaiting == "sender":
        return [_("%(institution)s waits for an answer.", institution=part.institution)]
    if part.awaiting == "holder":
        return [_("The question is answered.")]
    return []
