"""What an event does to a case: which tracks begin, move and end, and what each entry says.

The rules of the mapping say it. What the entries make of the tracks says `tracker.history`, the same functions as for
everything that people do here: they are given plain objects with a track's attributes, because an object of the ORM
costs ten times as much.
"""

from typing import Any

from tracker import history
from tracker.history import CASE_STAGE
from tracker.intake.mapping import Act, IfOver, Place
from tracker.intake.plans import Occurrence, Plain, PlainTrack, PlannedCase, Setting, Stay
from tracker.intake.rule_reader import NOTE
from tracker.models import NO_LIMIT, Effect
from tracker.vocabulary import EntryFlag


class Acting:
    """Carries out acts, one after the other, on cases that are being planned."""

    def __init__(self, setting: Setting) -> None:
        self._setting, self._mapping = setting, setting.mapping

    def do(self, case: PlannedCase, act: Act, occurrence: Occurrence) -> None:
        """Carries out one act of an event, with the track that must have begun before it where none is open."""
        if act.stage == CASE_STAGE:
            self._do_to_case(case, act, occurrence)
            return
        stay = self._stay(case, act, occurrence)
        effect = act.effect
        if stay is None or not stay.row.open:
            if act.if_over is IfOver.NOTHING:
                return
            if stay is None or act.if_over is IfOver.AGAIN:
                stay = self._begin(case, act, occurrence, stay)
                if stay is None or effect is Effect.MOVES:
                    return
            else:
                effect = Effect.NOTES
        self._enter(case, stay, act, effect, occurrence)

    def _stay(self, case: PlannedCase, act: Act, occurrence: Occurrence) -> Stay | None:
        """The track that an act is about: the newest of its stage, at the event's institution where that matters."""
        where = act.at or (occurrence.place if act.main or act.elsewhere else None)
        found = [
            stay
            for stay in reversed(case.stays)
            if stay.row.stage == act.stage and (where is None or (stay.place == where) is not act.elsewhere)
        ]
        waiting = found if act.main else [stay for stay in found if stay.row.open]
        return next(iter(waiting or found), None)

    def _begin(
        self, case: PlannedCase, act: Act, occurrence: Occurrence, earlier: Stay | None
    ) -> Stay | None:
        """Begins a track: with the status that the act leads to, else with the one that must have come before."""
        place = act.at or (occurrence.place if act.main else earlier.place if earlier else None)
        if place is None:
            return None
        parent = next(filter(None, map(case.latest, self._mapping.stages[act.stage].after)), None)
        stay = Stay(PlainTrack(), place, parent)
        detail = self._origin(case, act.stage, place, parent)
        straight = act.effect is Effect.MOVES
        if not straight:
            detail["implied"] = True
            occurrence = Occurrence(
                occurrence.at if act.dated else None, place, {}, _of_date(occurrence, act.dated)
            )
        entry = self._entry(
            case,
            action="reopen" if "reopened" in detail else act.action if straight else "open",
            stage=act.stage,
            effect=Effect.OPENS,
            before=None,
            after=str(act.to) if straight else act.begins,
            holder_id=self._setting.number_of(place),
            occurrence=occurrence,
            detail=detail,
            main=straight and act.main,
        )
        entry.reason = act.reason if straight else None
        stay.opening = entry
        self._start_clock(case, entry, None)
        history.project_track(stay.row, entry)
        case.stays.append(stay)
        case.entries.append((entry, stay))
        if straight and act.order:
            case.orders.append((act.order, stay, entry))
        return stay

    def _origin(self, case: PlannedCase, stage: str, place: Place, parent: Stay | None) -> dict[str, Any]:
        detail: dict[str, Any] = {}
        if parent is not None and parent.place != place and self._mapping.stages[stage].by_referral:
            detail["sender_id"] = self._setting.number_of(parent.place)
        if any(stay.row.stage == stage and stay.place == place for stay in case.stays):
            detail["reopened"] = True
        return detail

    def _enter(self, case: PlannedCase, stay: Stay, act: Act, effect: Effect, occurrence: Occurrence) -> None:
        row = stay.row
        noted = effect is Effect.NOTES
        entry = self._entry(
            case,
            action=NOTE if noted and act.effect is not Effect.NOTES else act.action,
            stage=act.stage,
            effect=effect,
            before=row.status,
            after=row.status if noted else str(act.to),
            holder_id=row.institution_id,
            occurrence=occurrence,
            detail={"outcome": act.outcome} if act.outcome and not noted else {},
            main=act.main,
        )
        if not noted:
            entry.reason = act.reason
            self._start_clock(case, entry, row)
        history.project_track(row, entry)
        case.entries.append((entry, stay))
        if act.order and not noted:
            case.orders.append((act.order, stay, entry))

    def _do_to_case(self, case: PlannedCase, act: Act, occurrence: Occurrence) -> None:
        closed = case.row.closed_at is not None
        effect = Effect.NOTES if act.effect is Effect.ENDS and closed else act.effect
        after = str(act.to) if effect is not Effect.NOTES else "closed" if closed else "open"
        action = NOTE if effect is Effect.NOTES else act.action
        self.enter_case(case, action, effect, after, occurrence, detail={}, main=act.main, reason=act.reason)

    def enter_case(
        self,
        case: PlannedCase,
        action: str,
        effect: Effect,
        after: str,
        occurrence: Occurrence,
        *,
        detail: dict[str, Any],
        main: bool,
        reason: str | None = None,
    ) -> None:
        """Enters an act on the case as a whole."""
        entry = self._entry(
            case,
            action=action,
            stage=CASE_STAGE,
            effect=effect,
            before="closed" if case.row.closed_at else "open" if case.entries else None,
            after=after,
            holder_id=case.row.owner_id,
            occurrence=occurrence,
            detail=detail,
            main=main,
        )
        entry.reason = reason if effect is Effect.ENDS else None
        history.project_case(case.row, entry)
        case.entries.append((entry, None))

    def _entry(
        self,
        case: PlannedCase,
        *,
        action: str,
        stage: str,
        effect: Effect,
        before: str | None,
        after: str,
        holder_id: int,
        occurrence: Occurrence,
        detail: dict[str, Any],
        main: bool,
    ) -> Any:
        """An entry to be. The event's own (`main`) carries its words and all that is wrong with it."""
        if main and occurrence.words:
            detail["source"] = occurrence.words
        if occurrence.at is not None:
            detail["precision"] = "day"
        flags = occurrence.flags if main else _of_date(occurrence, dated=True)
        if len(flags) > 1:
            detail["also_flagged"] = [flag.value for flag in flags[1:]]
        return Plain(
            n=len(case.entries) + 1,
            stage=stage,
            action=action,
            effect=effect,
            status_before=before,
            status_after=after,
            holder_id=holder_id,
            reason=None,
            happened_at=occurrence.at,
            recorded_at=self._setting.recorded_at,
            clock=None,
            due_at=None,
            detail=detail,
            procedure=self._setting.procedure.version,
            import_id=self._setting.import_id,
            flag=flags[0] if flags else None,
        )

    def _start_clock(self, case: PlannedCase, entry: Any, row: Any | None) -> None:
        """The clock of the entry's status, from when it happened; a day that nobody knows starts none."""
        stage = self._setting.procedure.stages[entry.stage]
        if entry.status_after not in stage.clocks:
            return
        if entry.status_after in stage.keeps_clock and row is not None and row.clock:
            entry.clock, entry.due_at = row.clock, None if row.due_at == NO_LIMIT else row.due_at
        elif entry.happened_at is not None:
            entry.clock, entry.due_at = self._setting.procedure.due(
                entry.stage,
                entry.status_after,
                entry.happened_at,
                urgency=case.row.urgency,
                risk=case.row.risk,
            )


def _of_date(occurrence: Occurrence, dated: bool) -> list[EntryFlag]:
    """What is wrong with the day of an event, for the further entries that stand on it."""
    return [flag for flag in occurrence.flags if flag is not EntryFlag.INSTITUTION_UNKNOWN] if dated else []
