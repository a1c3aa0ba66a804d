"""The tables of the help pages, from the procedure and the permissions."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import url_for

from blueprints import limits, words
from blueprints.help import sentences
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column
from tracker.actions import taking_in
from tracker.permissions import GRANTS
from tracker.procedure import SYSTEM, Procedure, Stage, Step
from tracker.procedure.diagram import leads_to
from tracker.procedure.model import SAME
from tracker.vocabulary import InstitutionKind, Role

ROLE_COLUMNS = (
    Column(_l("Step")),
    Column(_l("From")),
    Column(_l("To")),
    Column(_l("It asks for")),
    Column(_l("Time limit")),
)
STAGE_COLUMNS = (
    Column(_l("Step")),
    Column(_l("By")),
    Column(_l("From")),
    Column(_l("To")),
    Column(_l("Begins")),
)

Cells = tuple[str, ...]


class StatusLine(NamedTuple):
    """One status with the limit that it starts ("" for none)."""

    name: str
    limit: str


class StagePart(NamedTuple):
    """One stage as it is drawn: how it begins, its statuses in order, its steps, its ends."""

    code: str
    name: str
    begins: str
    held_by: str
    statuses: list[StatusLine]
    steps: list[Cells]
    ends: list[tuple[str, str]]
    """Each end, and the stages that begin with it ("" for none)."""


class RolePart(NamedTuple):
    """The steps of one role in one stage, by which cases they apply to."""

    name: str
    groups: list[tuple[str, list[Cells]]]


def may(role: Role) -> list[str]:
    """What the role's permissions open."""
    told = [str(sentence) for permission, sentence in sentences.MAY.items() if permission in GRANTS[role]]
    return [*told, str(sentences.LISTS)] if GRANTS[role] & taking_in.PERMISSIONS else told


def steps_by_stage(role: Role, procedure: Procedure) -> list[RolePart]:
    """Every step that the role ever has, stage by stage."""
    parts = []
    for code, stage in procedure.stages.items():
        own = [step for step in procedure.steps_of(role) if step.stage == code]
        groups = [
            (str(said), [_role_cells(step, stage, procedure) for step in own if side in _first_sides(step)])
            for side, said in sentences.SIDES.items()
        ]
        if own:
            parts.append(RolePart(words.stage(code), [(said, rows) for said, rows in groups if rows]))
    return parts


def stages(procedure: Procedure) -> list[StagePart]:
    """The whole procedure."""
    return [_stage_part(stage, procedure) for stage in procedure.stages.values()]


def role_links(current: Role) -> list[tuple[str, str, bool]]:
    """Name, address and whether it is the present one, of each role's page."""
    return [
        (words.label(role), url_for("help.of_role", role=role.value.replace("_", "-")), role is current)
        for role in Role
    ]


def _stage_part(stage: Stage, procedure: Procedure) -> StagePart:
    own = [step for step in procedure.steps.values() if step.stage == stage.code]
    return StagePart(
        code=stage.code,
        name=words.stage(stage.code),
        begins=str(sentences.BEGINS[stage.starts]),
        held_by=", ".join(words.label(kind) for kind in InstitutionKind if kind.value in stage.kinds),
        statuses=[
            StatusLine(words.status(stage.code, status), _limit(stage.clocks.get(status), procedure))
            for status in stage.statuses
        ],
        steps=[_stage_cells(step, procedure) for step in own],
        ends=[(words.status(stage.code, end), _then(end, own, procedure)) for end in stage.ends],
    )


def _then(end: str, steps: Iterable[Step], procedure: Procedure) -> str:
    """The arrow from an end, in words."""
    begun = {code for step in steps if step.to == end for code in leads_to(step, procedure)}
    return _listed(words.stage(code) for code in procedure.stages if code in begun)


def _role_cells(step: Step, stage: Stage, procedure: Procedure) -> Cells:
    running = dict.fromkeys(stage.clocks[status] for status in step.sources if status in stage.clocks)
    return (
        words.step(step.stage, step.name),
        _statuses(step),
        _after(step, procedure),
        _asked(step),
        "; ".join(_limit(code, procedure) for code in running),
    )


def _stage_cells(step: Step, procedure: Procedure) -> Cells:
    by = [words.label(role) for role in Role if role in step.by]
    return (
        words.step(step.stage, step.name),
        _listed(by) if SYSTEM not in step.by else _("nobody: it happens of itself"),
        _statuses(step),
        _to(step),
        _listed(words.stage(code) for code in leads_to(step, procedure)),
    )


def _first_sides(step: Step) -> list[str]:
    """Where the step is listed: once, under the side that comes first."""
    return [side for side in sentences.SIDES if side in step.sides][:1]


def _statuses(step: Step) -> str:
    return _listed(words.status(step.stage, status) for status in step.sources)


def _to(step: Step) -> str:
    return _("stays as it is") if step.to == SAME else words.status(step.stage, step.to)


def _after(step: Step, procedure: Procedure) -> str:
    begun = _listed(words.stage(code) for code in leads_to(step, procedure))
    if not begun:
        return _to(step)
    return _("%(status)s; then begins: %(stages)s", status=_to(step), stages=begun)


def _asked(step: Step) -> str:
    needed = [str(sentences.ASKS[name]) for name, answer in step.asks.items() if answer != "?"]
    free = [str(sentences.ASKS[name]) for name, answer in step.asks.items() if answer == "?"]
    parts = [_listed(needed)] if needed else []
    return "; ".join([*parts, *(_("%(thing)s if you like", thing=thing) for thing in free)])


def _limit(code: str | None, procedure: Procedure) -> str:
    if code is None:
        return ""
    lengths = ", ".join(limits.lengths(procedure.clocks[code]))
    return _("%(limit)s: %(length)s", limit=words.clock(code), length=lengths)


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)
