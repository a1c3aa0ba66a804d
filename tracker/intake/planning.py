"""Reads the rows of one case: what is wrong with them, and what each event says, for `acting` to carry out."""

import secrets
from typing import Any

from tracker import references
from tracker.history import CASE_STAGE
from tracker.intake.acting import Acting
from tracker.intake.days import Day
from tracker.intake.mapping import Coded, Place, fold
from tracker.intake.places import Places
from tracker.intake.plans import Occurrence, Plain, PlannedCase, Setting
from tracker.intake.report import File, Refused, RefusedFor, Tally
from tracker.intake.staging import CaseRows, EventRow
from tracker.models import Effect
from tracker.vocabulary import Channel, EntryFlag

_LONGEST_WORDS = 200
"""So much of a source's own words is kept in an entry."""

_UNDATED = (EntryFlag.DATE_MISSING, EntryFlag.DATE_UNREADABLE, EntryFlag.DATE_IN_THE_FUTURE)
_GRAVEST_FIRST = (
    *_UNDATED,
    EntryFlag.INSTITUTION_UNKNOWN,
    EntryFlag.BEFORE_REFERRAL,
    EntryFlag.AFTER_CUT_OFF,
)

_UNUSABLE = {
    EntryFlag.DATE_MISSING: (RefusedFor.MISSING, "The column %(column)r is empty."),
    EntryFlag.DATE_UNREADABLE: (RefusedFor.DATE_UNREADABLE, "%(text)r in the column %(column)r is no day."),
    EntryFlag.DATE_IN_THE_FUTURE: (
        RefusedFor.DATE_IN_THE_FUTURE,
        "%(text)r in the column %(column)r lies in the future.",
    ),
}


class Planner:
    """Plans case after case of one source."""

    def __init__(self, setting: Setting) -> None:
        self._setting, self._mapping = setting, setting.mapping
        self._acting = Acting(setting)
        self._places = Places(setting.mapping)
        self._case_place = {name: at for at, name in enumerate(self._mapping.cases.columns)}
        self._event_place = {name: at for at, name in enumerate(self._mapping.events.columns)}

    def plan(self, rows: CaseRows, tally: Tally) -> PlannedCase | None:
        """What is to be written for one case of the source; None where it is refused, which the tally then says."""
        case = self._begin_case(rows, tally)
        if case is None:
            for event in rows.events:
                tally.refuse(
                    Refused(File.EVENTS, event.line, RefusedFor.CASE_REFUSED, "Its case was not taken in.")
                )
            return None
        for event in rows.events:
            self._take(case, event, tally)
        case.row.entries = len(case.entries)
        tally.cases += 1
        tally.entries += len(case.entries)
        tally.tracks += len(case.stays)
        tally.orders += len(case.orders)
        tally.flagged_entries.update(entry.flag for entry, _ in case.entries if entry.flag)
        return case

    # --- the case ----------------------------------------------------------------------------------------------------

    def _begin_case(self, rows: CaseRows, tally: Tally) -> PlannedCase | None:
        columns = self._mapping.cases
        text = self._case_text(rows, columns.received_on)
        received = self._setting.calendar.read(text)
        if received.at is None and received.flag is not None:
            why, sentence = _UNUSABLE[received.flag]
            what = sentence % {"text": text, "column": columns.received_on}
            tally.refuse(Refused(File.CASES, rows.line, why, what))
            return None
        row = self._case_row(rows, received, tally)
        if row is None:
            return None
        case = PlannedCase(row)
        self._register(case, self._incident(case, rows, received, tally))
        return case

    def _case_text(self, rows: CaseRows, column: str | None) -> str:
        return rows.fields[self._case_place[column]] if column else ""

    def _case_row(self, rows: CaseRows, received: Day, tally: Tally) -> Plain | None:
        columns = self._mapping.cases
        said: dict[str, Any] = {}
        for name in ("concern", "urgency", "risk", "reprisal_risk", "area"):
            coded = getattr(columns, name)
            text = self._case_text(rows, coded.column)
            said[name] = self._matched(coded, text) or coded.of(text)
            if said[name] is None:
                what = f"{text!r} in the column {coded.column!r} is not in the mapping."
                tally.refuse(Refused(File.CASES, rows.line, RefusedFor.WORD_UNKNOWN, what))
                return None
        return Plain(
            reference=references.new(),
            code=secrets.token_hex(16),
            channel=Channel.IMPORTED,
            area_id=self._setting.area_ids[said.pop("area")],
            occurred_on=None,
            registered_at=received.at,
            registrar_id=self._setting.number_of(columns.registrar),
            owner_id=self._setting.number_of(columns.owner),
            closed_at=None,
            closure_reason=None,
            import_id=self._setting.import_id,
            source_ref=rows.reference,
            **said,
        )

    def _matched(self, coded: Coded[Any], text: str) -> str | None:
        """The area that a word means for certain, where the mapping asks for that and does not list the word."""
        if not coded.matched or self._setting.areas is None or fold(text) in coded.words:
            return None
        certain = self._setting.areas.match(text).certain
        return certain.code if certain is not None else None

    def _incident(self, case: PlannedCase, rows: CaseRows, received: Day, tally: Tally) -> Occurrence:
        """The registration as an event: the day of the incident may be what is wrong with it."""
        flags = [received.flag] if received.flag else []
        words = {}
        text = self._case_text(rows, self._mapping.cases.incident_on)
        incident = self._setting.calendar.read(text)
        if incident.at is not None:
            case.row.occurred_on = incident.on
        elif text.strip() and incident.flag:
            flags.append(incident.flag)
            words["incident_on"] = text[:_LONGEST_WORDS]
        tally.flagged.update((flag, File.CASES) for flag in flags)
        return Occurrence(received.at, None, words, flags)

    def _register(self, case: PlannedCase, occurrence: Occurrence) -> None:
        row = case.row
        facts = {name: getattr(row, name).value for name in ("urgency", "risk", "reprisal_risk")}
        self._acting.enter_case(case, "register", Effect.OPENS, "open", occurrence, detail=facts, main=True)

    # --- an event ----------------------------------------------------------------------------------------------------

    def _take(self, case: PlannedCase, event: EventRow, tally: Tally) -> None:
        columns = self._mapping.events
        word, outcome = self._text(event, columns.event), self._text(event, columns.outcome)
        rule = self._mapping.rule(word, outcome)
        if rule is None or rule.left_out:
            tally.refuse(self._refused(event, word, outcome, left_out=rule is not None))
            return
        main = rule.main
        name = self._text(event, columns.institution)
        place = None if main.stage == CASE_STAGE else main.at or self._places.at(main.stage, name)
        if place is None and main.stage != CASE_STAGE:
            what = f"The institution {name!r} is of a kind that cannot hold the stage {main.stage!r}."
            tally.refuse(Refused(File.EVENTS, event.line, RefusedFor.INSTITUTION_OF_ANOTHER_KIND, what))
            return
        occurrence = self._occurrence(case, event, place, name)
        tally.flagged.update((flag, File.EVENTS) for flag in occurrence.flags)
        tally.events += 1
        for act in rule.acts:
            self._acting.do(case, act, occurrence)

    def _text(self, event: EventRow, column: str | None) -> str:
        return event.fields[self._event_place[column]] if column else ""

    def _refused(self, event: EventRow, word: str, outcome: str, *, left_out: bool) -> Refused:
        if left_out:
            return Refused(File.EVENTS, event.line, RefusedFor.LEFT_OUT, f"The mapping leaves out {word!r}.")
        if self._mapping.knows(word):
            what = f"The outcome {outcome!r} of the event {word!r} is not in the mapping."
            return Refused(File.EVENTS, event.line, RefusedFor.OUTCOME_UNKNOWN, what)
        what = f"The event {word!r} is not in the mapping."
        return Refused(File.EVENTS, event.line, RefusedFor.EVENT_UNKNOWN, what)

    def _occurrence(self, case: PlannedCase, event: EventRow, place: Place | None, name: str) -> Occurrence:
        columns = self._mapping.events
        text = self._text(event, columns.on)
        day = self._setting.calendar.read(text)
        flags = {day.flag} if day.flag else set()
        if day.at is not None and day.at < case.row.registered_at:
            flags.add(EntryFlag.BEFORE_REFERRAL)
        if place is not None and not place.known:
            flags.add(EntryFlag.INSTITUTION_UNKNOWN)
        words = {
            "event": self._text(event, columns.event),
            "outcome": self._text(event, columns.outcome),
            "institution": name,
            "unit": self._text(event, columns.unit),
            "on": text if day.at is None else "",
        }
        said = {key: word[:_LONGEST_WORDS] for key, word in words.items() if word}
        return Occurrence(day.at, place, said, [flag for flag in _GRAVEST_FIRST if flag in flags])
