"""The procedure as a drawing: Mermaid text for the README, made from the table and from nothing else."""

from collections.abc import Iterable, Iterator

from tracker.procedure.model import Procedure, Stage, Step

_GROUP = "institutions"
_SENDS = "refer"
"""The act whose form asks to which institutions a case goes: the table cannot say it."""


def diagram(procedure: Procedure) -> str:
    """The whole procedure as Mermaid text: stages as boxes with their statuses, ends as arrows between them.

    A box names the ends after which nothing begins. Stages that begin by referral stand in one frame, and an arrow
    to the frame goes to any of them.
    """
    arrows = _arrows(procedure)
    framed = [stage for stage in procedure.stages.values() if stage.by_referral]
    lines = ["flowchart TD"]
    lines += [_box(stage, procedure) for stage in procedure.stages.values() if not stage.by_referral]
    lines += [
        f'  subgraph {_GROUP}["By referral: an institution is asked, and may say no"]',
        "    direction TB",
    ]
    lines += [f"  {_box(stage, procedure)}" for stage in framed]
    lines += ["  end"]
    lines += [f'  {start} -->|"{"<br/>".join(words)}"| {end}' for (start, end), words in arrows.items()]
    return "\n".join(lines) + "\n"


def leads_to(step: Step, procedure: Procedure) -> list[str]:
    """The stages that begin with a step, in the procedure's order, each once."""
    found = set(_openings(step, procedure))
    return [code for code in procedure.stages if code in found]


def last_words(stage: Stage, procedure: Procedure) -> list[str]:
    """The labels of the ends of a stage after which no other stage begins."""
    going_on = {
        step.to for step in procedure.steps.values() if step.stage == stage.code and leads_to(step, procedure)
    }
    return [label for end, label in stage.ends.items() if end not in going_on]


def _openings(step: Step, procedure: Procedure) -> Iterator[str]:
    stages = procedure.stages
    for opening in step.opens:
        yield from (opening.stage,) if opening.stage else step.asks["target"]
    if step.to in stages:  # an alert ends as a case
        yield step.to
    if step.name == _SENDS:
        yield from (code for code, stage in stages.items() if stage.by_referral)
    if step.deciding:
        yield from (code for code, stage in stages.items() if stage.starts == "deciding")
    if "outcome" in step.asks:
        yield from (code for code, stage in stages.items() if stage.starts == "decision")


def _arrows(procedure: Procedure) -> dict[tuple[str, str], list[str]]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for step in procedure.steps.values():
        label = procedure.stages[step.stage].ends.get(step.to, step.label)
        for place in _places(leads_to(step, procedure), procedure):
            words = arrows.setdefault((step.stage, place), [])
            if label not in words:
                words.append(label)
    return arrows


def _places(stages: Iterable[str], procedure: Procedure) -> list[str]:
    """Where the arrows end: at the frame instead of at each box in it."""
    asked = {code for code, stage in procedure.stages.items() if stage.by_referral}
    given = list(stages)
    if not asked <= set(given):
        return given
    return [_GROUP, *(code for code in given if code not in asked)]


def _box(stage: Stage, procedure: Procedure) -> str:
    lines = [f"<b>{stage.label}</b>", *stage.statuses.values()]
    if over := last_words(stage, procedure):
        lines.append(f"<i>or over: {', '.join(over).lower()}</i>")
    return f'  {stage.code}["{"<br/>".join(lines)}"]'
