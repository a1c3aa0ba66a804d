"""What a procedure is once it is read: stages, steps and clocks, and the question "which steps are open?"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.errors import StepRefused, say
from tracker.procedure.counting import Counting
from tracker.procedure.custody import CustodyLaw
from tracker.procedure.reprisal import Reprisal
from tracker.vocabulary import Role

SAME = "="
SIDES = ("holder", "sender", "owner", "registrar", "any")


@dataclass(frozen=True)
class Clock:
    """A time limit in hours from the happened time, or until a day that the step asks."""

    code: str
    label: str
    hours: int | None
    by_urgency: Mapping[str, int]
    by_risk: Mapping[str, int]
    until: str | None
    basis: str
    source: str
    confirmed: bool

    def due(
        self, start: datetime, *, urgency: str, risk: str, until: datetime | None = None
    ) -> datetime | None:
        """When the limit ends that began at `start` (aware): the asked day if there is one, else the hours.

        `urgency`, `risk`: the case's; where both have limits the shorter one holds.
        """
        if self.until and until is not None:
            return until
        hours = [h for h in (self.by_urgency.get(urgency), self.by_risk.get(risk)) if h is not None]
        limit = min(hours) if hours else self.hours
        return None if limit is None else start + timedelta(hours=limit)


@dataclass(frozen=True)
class Opening:
    """A track that begins with a step: its stage (None: the target institution's) and at which institution."""

    stage: str | None
    at: str


@dataclass(frozen=True)
class Step:
    """One thing that one person can do to a track, an alert or a case."""

    name: str
    stage: str
    label: str
    done: str
    sources: tuple[str, ...]
    to: str
    by: frozenset[str]
    sides: frozenset[str]
    asks: Mapping[str, str | tuple[str, ...]]
    opens: tuple[Opening, ...] = ()
    act: bool = False
    deciding: bool = False
    assigns: bool = False
    closes_case: bool = False
    reassess: bool = False
    flags: str | None = None
    awaits: str | None = None
    needs_awaiting: str | None = None

    def after(self, status: str) -> str:
        """The status that follows `status` when this step is taken."""
        return status if self.to == SAME else self.to


@dataclass(frozen=True)
class Stage:
    """One part of a case's way: who may hold it, its statuses in order, the words with which it ends."""

    code: str
    label: str
    starts: str
    kinds: frozenset[str]
    statuses: Mapping[str, str]
    clocks: Mapping[str, str]
    keeps_clock: frozenset[str]
    ends: Mapping[str, str]

    @property
    def first(self) -> str:
        """The status with which a track of this stage begins."""
        return next(iter(self.statuses))

    @property
    def by_referral(self) -> bool:
        """Whether an institution is asked first, and may say no."""
        return self.starts == "referral"


@dataclass(frozen=True)
class Procedure:
    """The whole table. Get it from `tracker.procedure.load`."""

    version: str
    country: str | None
    stages: Mapping[str, Stage]
    steps: Mapping[tuple[str, str], Step]
    clocks: Mapping[str, Clock]
    acts: Mapping[str, str]
    counting: Counting
    custody: CustodyLaw
    reprisal: Reprisal
    _open: Mapping[tuple[str, str], tuple[Step, ...]] = field(repr=False)

    def step(self, stage: str, name: str) -> Step:
        """The step of that name; refuses (`StepRefused`) one that the procedure does not know."""
        try:
            return self.steps[stage, name]
        except KeyError:
            raise StepRefused(
                say(
                    "The procedure has no step %(name)s in the stage %(stage)s.",
                    name=repr(name),
                    stage=repr(stage),
                )
            ) from None

    def steps_open(
        self, role: str, sides: Iterable[str], stage: str, status: str, awaiting: str | None = None
    ) -> tuple[Step, ...]:
        """The steps that a person may take now: the forms offer these, and everything else is refused.

        `sides`: what the person's institution is to the track (holder, sender, owner, registrar).
        `awaiting`: who must answer next, when somebody asked for information.
        """
        mine = {*sides, "any"}
        return tuple(
            step
            for step in self._open.get((stage, status), ())
            if role in step.by
            and not mine.isdisjoint(step.sides)
            and (step.needs_awaiting is None or step.needs_awaiting == awaiting)
        )

    def require(  # noqa: PLR0917 - the same question as `steps_open`, with a name
        self, name: str, role: str, sides: Iterable[str], stage: str, status: str, awaiting: str | None = None
    ) -> Step:
        """The step, if it is open to this person now; refuses (`StepRefused`) otherwise."""
        for step in self.steps_open(role, sides, stage, status, awaiting):
            if step.name == name:
                return step
        label = self.steps[stage, name].label if (stage, name) in self.steps else name
        raise StepRefused(
            say(
                "“%(step)s” is not open: the status is now “%(status)s”. "
                "Read the page again to see what can be done.",
                step=label,
                status=self.status_label(stage, status),
            )
        )

    def status_label(self, stage: str, status: str) -> str:
        """The English word for a status or an end of a stage."""
        found = self.stages[stage]
        return found.statuses.get(status) or found.ends.get(status) or status

    def is_end(self, stage: str, status: str) -> bool:
        """Whether a track of that stage is over once it has that status."""
        return status in self.stages[stage].ends

    def open_statuses(self, stage: str) -> tuple[str, ...]:
        """The statuses in which a track of that stage waits for somebody, in the procedure's order."""
        return tuple(self.stages[stage].statuses)

    def stages_of(self, kind: str) -> tuple[str, ...]:
        """The stages that an institution of that kind may hold."""
        return tuple(code for code, stage in self.stages.items() if kind in stage.kinds)

    def stage_by_referral(self, kind: str) -> str | None:
        """The stage that begins when a case is referred to an institution of that kind; None: it takes none."""
        return next((c for c in self.stages_of(kind) if self.stages[c].by_referral), None)

    def due(
        self,
        stage: str,
        status: str,
        start: datetime,
        *,
        urgency: str,
        risk: str,
        until: datetime | None = None,
    ) -> tuple[str | None, datetime | None]:
        """The clock that a status starts and when it ends; (None, None) where no limit is set."""
        code = self.stages[stage].clocks.get(status)
        if code is None:
            return None, None
        return code, self.clocks[code].due(start, urgency=urgency, risk=risk, until=until)

    def roles(self) -> frozenset[Role]:
        """The people's roles that have any step at all."""
        named = {role for step in self.steps.values() for role in step.by}
        return frozenset(role for role in Role if role in named)

    def steps_of(self, role: str) -> tuple[Step, ...]:
        """Every step that a role ever has, in the procedure's order (for the help page)."""
        return tuple(step for step in self.steps.values() if role in step.by)
