"""Reads what an event does: the rules of a mapping, held against the procedure."""

from collections.abc import Mapping as Map

from tracker.history import CASE_STAGE
from tracker.intake.mapping import Act, IfOver, Place, Rule, StageRow
from tracker.intake.section import Section
from tracker.models import Effect
from tracker.procedure import Procedure, Step
from tracker.vocabulary import DECISIONS, REASON_LISTS, CourtOutcome, OrderKind

NOTE = "note"
_CLOSED = "closed"


class Rules:
    """The reader of `[[rules]]`."""

    def __init__(self, procedure: Procedure, stages: Map[str, StageRow], places: Map[str, Place]) -> None:
        self._procedure, self._stages, self._places = procedure, stages, places

    def read(self, section: Section) -> tuple[Section, tuple[str, ...] | None, Rule]:
        """One rule, with the outcome words for which it holds (None: all that no other rule names)."""
        event = section.text("event")
        section.where = f"{section.where} ({event})"
        outcomes = section.texts("outcomes") if "outcomes" in section else None
        if section.yes("leave_out"):
            section.finish()
            return section, outcomes, Rule(event, (), left_out=True)
        first = [self._act(part, main=False) for part in section.tables("first")]
        then = [self._act(part, main=False) for part in section.tables("then")]
        main = self._act(section, main=True)
        return section, outcomes, Rule(event, (*first, main, *then), left_out=False)

    def _act(self, section: Section, *, main: bool) -> Act:
        stage = section.one_of(
            "stage", section.text("stage"), {*self._stages, CASE_STAGE}, "stage described under [stages]"
        )
        to = section.text("to", None)
        if to is not None:
            self._check_status(section, stage, to)
        effect = self._effect(stage, to)
        act = Act(
            stage=stage,
            effect=effect,
            to=to,
            action=self._action(section, stage, to),
            begins=self._begins(section, stage),
            dated=section.yes("begins_that_day"),
            at=self._at(section, stage),
            outcome=self._outcome(section, stage),
            reason=self._reason(section, stage, to),
            order=section.word("order", OrderKind).value if "order" in section else None,
            if_over=section.word("if_over", IfOver, _usual(effect, main=main)),
            elsewhere=section.yes("elsewhere"),
            main=main,
        )
        self._check_sense(section, act)
        section.finish()
        return act

    def _check_status(self, section: Section, stage: str, to: str) -> None:
        found = self._procedure.stages[stage]
        section.one_of("to", to, {*found.statuses, *found.ends}, f"status or end of {stage!r}")

    def _effect(self, stage: str, to: str | None) -> Effect:
        if to is None:
            return Effect.NOTES
        ends = self._procedure.is_end(stage, to) or (stage == CASE_STAGE and to == _CLOSED)
        return Effect.ENDS if ends else Effect.MOVES

    def _action(self, section: Section, stage: str, to: str | None) -> str:
        """The step of the procedure that leads to this status, so that a history reads as others do."""
        if "action" in section:
            known = {name for of, name in self._procedure.steps if of == stage} | self._procedure.acts.keys()
            return section.one_of("action", section.text("action"), known, f"step of {stage!r}")
        if to is None:
            return NOTE
        return next((step.name for step in self._leading(stage, to)), "open")

    def _leading(self, stage: str, to: str | None) -> list[Step]:
        """The steps that lead to a status; those that keep it are none of them."""
        steps = (step for step in self._procedure.steps.values() if step.stage == stage and step.to == to)
        return [step for step in steps if step.sources]

    def _begins(self, section: Section, stage: str) -> str:
        if stage == CASE_STAGE:
            return "open"
        begins = section.text("begins", self._stages[stage].begins)
        return section.one_of(
            "begins", begins, self._procedure.stages[stage].statuses, f"status of {stage!r}"
        )

    def _at(self, section: Section, stage: str) -> Place | None:
        if "at" not in section:
            return None
        place = self._places[
            section.one_of("at", section.text("at"), self._places, "institution of this mapping")
        ]
        if stage == CASE_STAGE or place.kind not in self._stages[stage].kinds:
            raise section.broken(
                "at", f"is of the kind {place.kind.value!r}, which cannot hold the stage {stage!r}"
            )
        return place

    def _outcome(self, section: Section, stage: str) -> str | None:
        if "outcome" not in section:
            return None
        if stage != "court":
            raise section.broken("outcome", "can be given in the stage 'court' only")
        return section.word("outcome", CourtOutcome).value

    def _reason(self, section: Section, stage: str, to: str | None) -> str | None:
        if "reason" not in section:
            return None
        asked = [step.asks["reason"] for step in self._leading(stage, to) if "reason" in step.asks]
        if not asked:
            raise section.broken("reason", f"stands where the procedure asks for none: {stage!r}, {to!r}")
        return section.word("reason", REASON_LISTS[str(asked[0])]).value

    def _check_sense(self, section: Section, act: Act) -> None:
        if act.to == "decided" and act.outcome is not None and act.outcome not in DECISIONS:
            raise section.broken("outcome", f"is {act.outcome!r}, which is no decision but an end of its own")
        if act.order and (act.stage != "enforcement" or act.effect is Effect.ENDS):
            raise section.broken("order", "can be given where a stay of the stage 'enforcement' begins only")
        if act.elsewhere and act.main:
            raise section.broken("elsewhere", "can be said in `first` and `then` only")
        if act.main and act.if_over is IfOver.NOTHING:
            raise section.broken("if_over", "cannot be 'nothing' here: every event leaves an entry")
        if act.stage == CASE_STAGE and act.effect is Effect.ENDS and not act.reason:
            raise section.broken("reason", "must say why the case is closed")


def _usual(effect: Effect, *, main: bool) -> IfOver:
    if not main:
        return IfOver.NOTHING
    return IfOver.NOTE if effect is Effect.NOTES else IfOver.AGAIN
