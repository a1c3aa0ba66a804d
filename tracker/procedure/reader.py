"""Reads the procedure's files and refuses, with a sentence, what could not work."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from tracker.errors import BrokenProcedure
from tracker.procedure import counting, reprisal, shape
from tracker.procedure.custody import Allowance, CustodyLaw
from tracker.procedure.model import SAME, SIDES, Clock, Opening, Procedure, Stage, Step
from tracker.procedure.shape import checked
from tracker.vocabulary import REASON_LISTS, Authority, InstitutionKind, Level, Role, Urgency

PACKS = ("ssd", "cod", "caf", "mli")
SYSTEM = "system"
_ASKABLE = {"reason", "note", "next_on", "target", "outcome", "urgency", "risk"}
_STARTS = {"alert", "case", "referral", "decision", "follow_up", "deciding"}


@cache
def load(pack: str | None = None) -> Procedure:
    """The default procedure with the clocks, custody and court kinds of one country pack (`ssd`, `cod`, `caf`, `mli`).

    The files are part of the program and what they say never changes: they are read once a process.
    """
    if pack is not None and pack not in PACKS:
        raise BrokenProcedure(
            f"There is no country pack {pack!r}. Choose one of {', '.join(PACKS)}, or none."
        )
    return read(_file("default"), _file(pack) if pack else None)


def _file(name: str) -> str:
    return resources.files("tracker.procedure").joinpath(f"{name}.toml").read_text(encoding="utf-8")


def read(default: str, pack: str | None = None) -> Procedure:
    """The procedure that two TOML texts describe; refuses (`BrokenProcedure`) a broken one, naming the place."""
    table = checked(_toml(default, "default"), "The procedure", shape.FILE, "version", "clocks", "stages")
    changes = _toml(pack or "", "country pack")
    unknown = changes.keys() - {"country", "name", "court_kinds", "clocks", "custody"}
    if unknown:
        raise BrokenProcedure(
            f"A country pack changes clocks, custody and court kinds only, not {_some(unknown)}."
        )
    own = changes.get("clocks", {})
    added = _allowed(changes.get("custody", {})) - table["clocks"].keys()
    _known(own, table["clocks"].keys() | added, "The country pack changes the clock")
    rows = {**table["clocks"], **{code: {} for code in sorted(added & own.keys())}}
    clocks = {code: _clock(code, row, own.get(code, {})) for code, row in rows.items()}
    stages = {code: _stage(code, row, table) for code, row in table["stages"].items()}
    if "court_kinds" in changes:
        stages = {code: _with_courts(stage, changes["court_kinds"]) for code, stage in stages.items()}
    steps = {(step.stage, step.name): step for step in _steps(table, stages)}
    _check(stages, steps, clocks)
    return Procedure(
        version="-".join(filter(None, (table["version"], changes.get("country", "").lower()))),
        country=changes.get("country"),
        stages=stages,
        steps=steps,
        clocks=clocks,
        acts=table.get("acts", {}),
        counting=_counting(table, stages),
        custody=_custody({**table.get("custody", {}), **changes.get("custody", {})}, clocks),
        reprisal=_reprisal(table, steps),
        _open=_by_status(steps.values()),
    )


def _counting(table: Mapping[str, Any], stages: Mapping[str, Stage]) -> counting.Counting:
    if "counting" not in table:
        return counting.Counting()
    words = {code: {"ends": stage.ends, "statuses": stage.statuses} for code, stage in stages.items()}
    return counting.read(table["counting"], words)


def _allowed(custody: Any) -> set[str]:
    """The clocks that a table of custody names."""
    row = checked(custody, "The table of custody", shape.CUSTODY)
    allowances = [*row.get("extensions", ()), *row.get("remands", ())]
    return {checked(one, "What custody allows", shape.ALLOWANCE, "clock")["clock"] for one in allowances}


def _custody(row: Mapping[str, Any], clocks: Mapping[str, Clock]) -> CustodyLaw:
    _known(_allowed(row), clocks.keys(), "Custody names the clock")
    if row.get("weekends_pause"):
        raise BrokenProcedure(
            "Custody pauses at weekends: no law that is recorded here says so, and nothing counts it. Take it out."
        )
    first = clocks.get("custody")
    return CustodyLaw(
        hours=first.hours if first is not None else None,
        extensions=tuple(_allowance(one, clocks) for one in row.get("extensions", ())),
        remands=tuple(_allowance(one, clocks) for one in row.get("remands", ())),
        rearrest_hours=row.get("rearrest_hours"),
        child_hours=row.get("child_hours"),
    )


def _allowance(row: Mapping[str, Any], clocks: Mapping[str, Clock]) -> Allowance:
    clock, by = clocks[row["clock"]], row.get("by", [])
    if clock.hours is None:
        raise BrokenProcedure(f"Custody names the clock {clock.code!r}, which has no hours.")
    _known(by, list(Authority), "Custody is extended by")
    authorities = frozenset(Authority(one) for one in by)
    return Allowance(clock.code, clock.hours, row.get("times"), authorities, row.get("written", False))


def _reprisal(table: Mapping[str, Any], steps: Mapping[tuple[str, str], Step]) -> reprisal.Reprisal:
    if "reprisal" not in table:
        return reprisal.Reprisal()
    deciding = [f"{step.stage}.{step.name}" for step in steps.values() if step.deciding]
    return reprisal.read(table["reprisal"], [f"{stage}.{name}" for stage, name in steps], deciding)


def _toml(text: str, what: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BrokenProcedure(f"The {what} is not readable TOML: {wrong}.") from wrong


def _clock(code: str, given: Any, changes: Any) -> Clock:
    where = f"The clock {code!r}"
    row = {**checked(given, where, shape.CLOCK), **checked(changes, where, shape.CLOCK)}
    return Clock(
        code=code,
        label=row.get("label", code.replace("_", " ").capitalize()),
        hours=row.get("hours"),
        by_urgency=row.get("hours_by_urgency", {}),
        by_risk=row.get("hours_by_risk", {}),
        until=row.get("until"),
        basis=row.get("basis", ""),
        source=row.get("source", ""),
        confirmed=row.get("confirmed", False),
    )


def _stage(code: str, given: Any, table: Mapping[str, Any]) -> Stage:
    row = checked(given, f"The stage {code!r}", shape.STAGE, "label", "starts")
    statuses = {
        name: checked(status, f"The status {code}.{name}", shape.STATUS, "label")
        for name, status in row.get("statuses", {}).items()
    }
    ends = dict(row.get("ends", {}))
    if row.get("starts") == "referral":
        ends |= table.get("referral_ends", {})
    if code not in counting.APART:
        ends |= table.get("track_ends", {})
    return Stage(
        code=code,
        label=row["label"],
        starts=row["starts"],
        kinds=frozenset(row.get("kinds", ())),
        statuses={name: status["label"] for name, status in statuses.items()},
        clocks={name: status["clock"] for name, status in statuses.items() if "clock" in status},
        keeps_clock=frozenset(name for name, status in statuses.items() if status.get("keeps_clock")),
        ends=ends,
    )


def _with_courts(stage: Stage, court_kinds: list[str]) -> Stage:
    courts = {kind for kind in stage.kinds if kind.endswith("_court") or kind.startswith("customary_court")}
    if not courts:
        return stage
    return Stage(**{**vars(stage), "kinds": (stage.kinds - courts) | frozenset(court_kinds)})


def _steps(table: Mapping[str, Any], stages: Mapping[str, Stage]) -> Iterable[Step]:
    everybody = checked(table.get("workers", {}), "The table of workers", dict.fromkeys(stages, list))
    for code, stage in stages.items():
        if stage.by_referral:
            workers = everybody.get(code, [])
            for name, given in table.get("referral_steps", {}).items():
                row = checked(given, f"The step {name} of every referral", shape.STEP, "from", "by")
                by = [role for named in row["by"] for role in (workers if named == "holders" else [named])]
                yield _step(code, name, {**row, "by": by})
        for name, row in table.get("steps", {}).get(code, {}).items():
            yield _step(code, name, row)
        yield from _steps_of_tracks(table, stage)
    for code in table.get("steps", {}).keys() - stages.keys():
        raise BrokenProcedure(f"There are steps for the stage {code!r}, which does not exist.")


def _steps_of_tracks(table: Mapping[str, Any], stage: Stage) -> Iterable[Step]:
    """Those that every track has; "*" stands for every status of its stage."""
    if stage.code in counting.APART:
        return
    for name, given in table.get("track_steps", {}).items():
        row = checked(given, f"The step {name} of every track", shape.STEP, "from", "by")
        sources = list(stage.statuses) if row["from"] == ["*"] else row["from"]
        yield _step(stage.code, name, {**row, "from": sources})


def _step(stage: str, name: str, given: Any) -> Step:
    row = checked(given, f"The step {stage}.{name}", shape.STEP, "from", "by")
    side = row.get("side", "holder")
    opens = [
        checked(opening, f"What {stage}.{name} opens", shape.OPENING, "at")
        for opening in row.get("opens", ())
    ]
    return Step(
        name=name,
        stage=stage,
        label=row.get("label", name),
        done=row.get("done", name),
        sources=tuple(row["from"]),
        to=row.get("to", SAME),
        by=frozenset(row["by"]),
        sides=frozenset([side] if isinstance(side, str) else side),
        asks={k: tuple(v) if isinstance(v, list) else v for k, v in row.get("asks", {}).items()},
        opens=tuple(Opening(stage=o.get("stage"), at=o["at"]) for o in opens),
        act=row.get("act", False),
        deciding=row.get("deciding", False),
        assigns=row.get("assigns", False),
        closes_case=row.get("closes_case", False),
        reassess=row.get("reassess", False),
        flags=row.get("flags"),
        awaits=row.get("awaits"),
        needs_awaiting=row.get("needs_awaiting"),
    )


def _by_status(steps: Iterable[Step]) -> dict[tuple[str, str], tuple[Step, ...]]:
    found: defaultdict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in steps:
        for status in step.sources:
            found[step.stage, status].append(step)
    return {key: tuple(steps) for key, steps in found.items()}


def _check(
    stages: Mapping[str, Stage], steps: Mapping[tuple[str, str], Step], clocks: Mapping[str, Clock]
) -> None:
    for clock in clocks.values():
        if clock.hours is None and not clock.until:
            raise BrokenProcedure(
                f"The clock {clock.code!r} has neither hours nor a day until which it runs."
            )
        _known(clock.by_urgency, list(Urgency), f"The clock {clock.code!r} has hours for the urgency")
        _known(clock.by_risk, list(Level), f"The clock {clock.code!r} has hours for the risk")
    for step in steps.values():
        _check_step(step, stages)
    for stage in stages.values():
        _check_stage(stage, clocks)
        _check_ways(stage, [step for step in steps.values() if step.stage == stage.code])


def _check_step(step: Step, stages: Mapping[str, Stage]) -> None:
    stage, where = stages[step.stage], f"The step {step.stage}.{step.name}"
    known = stage.statuses.keys() | stage.ends.keys()
    _known(step.by, {*Role, SYSTEM}, f"{where} is given to the role")
    _known(step.sources, stage.statuses.keys(), f"{where} begins at the status")
    _known({step.to} - {SAME}, known, f"{where} leads to the status")
    _known(step.sides, SIDES, f"{where} has the side")
    _known(step.asks.keys(), _ASKABLE, f"{where} asks for")
    if "reason" in step.asks:
        _known([step.asks["reason"]], REASON_LISTS.keys(), f"{where} asks a reason of the word list")
    if "outcome" in step.asks:
        _known([step.asks["outcome"]], {"court_outcome"}, f"{where} asks an outcome of the word list")
    _known({o.stage for o in step.opens if o.stage}, stages.keys(), f"{where} opens a track of the stage")
    _known(step.asks.get("target", ()), stages.keys(), f"{where} asks for an institution of the stage")
    _known(
        {o.at for o in step.opens}, {"owner", "registrar", "holder", "target"}, f"{where} opens a track at"
    )


def _check_stage(stage: Stage, clocks: Mapping[str, Clock]) -> None:
    where = f"The stage {stage.code!r}"
    if not stage.statuses:
        raise BrokenProcedure(f"{where} has no status.")
    _known(stage.clocks.values(), clocks.keys(), f"{where} starts the clock")
    _known(stage.kinds, list(InstitutionKind), f"{where} is held by the kind of institution")
    _known([stage.starts], _STARTS, f"{where} starts by")
    both = stage.statuses.keys() & stage.ends.keys()
    if both:
        raise BrokenProcedure(f"{where} has {_some(both)} both as a status and as an end.")


def _check_ways(stage: Stage, steps: list[Step]) -> None:
    """Every status and end can be reached, and from every status a track can end."""
    ways: defaultdict[str, set[str]] = defaultdict(set)
    back: defaultdict[str, set[str]] = defaultdict(set)
    for step in steps:
        for status in step.sources:
            ways[status].add(step.after(status))
            back[step.after(status)].add(status)
    lost = (stage.statuses.keys() | stage.ends.keys()) - _reach([stage.first], ways)
    if lost:
        raise BrokenProcedure(f"In the stage {stage.code!r} no step ever leads to {_some(lost)}.")
    stuck = stage.statuses.keys() - _reach(stage.ends, back) if stage.ends else set()
    if stuck:
        raise BrokenProcedure(f"In the stage {stage.code!r} a track that is {_some(stuck)} can never end.")


def _reach(start: Iterable[str], ways: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = list(start)
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead.extend(ways.get(here, ()))
    return reached


def _known(given: Iterable[Any], allowed: Iterable[Any], where: str) -> None:
    unknown = set(given) - set(allowed)
    if unknown:
        raise BrokenProcedure(f"{where} {_some(unknown)}, which does not exist.")


def _some(words: Iterable[object]) -> str:
    return ", ".join(repr(str(word)) for word in sorted(words, key=str))
