"""The test world: people of every role, and factories that walk the real road with real actions.

    case = world.a_case(at="police:accepted", concern=Concern.RAPE)
    track = world.track(case, "police")
    world.take("start_investigation", track)                    # by whoever is entitled to
    world.sign_in(world.police_officer).get(f"/cases/{case.reference}")

Everything that a factory makes is committed. Objects live in the test's own session; before a client sends its
request the test's work is committed, and afterwards the objects read themselves anew, so `track.status` is always
what the database says.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import Context
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from blueprints import sessions
from blueprints.guards import TOKEN
from tests import acts, country
from tests.web.careful_client import CarefulClient
from tracker import clock, history, mission
from tracker.actions import alerts, cases, expiry, referrals, reprisals, steps, taking_back
from tracker.db import Base, db
from tracker.indicators.periods import Period
from tracker.ledger.append import append_entries
from tracker.ledger.facts import Which
from tracker.models import (
    Alert,
    Area,
    Effect,
    HistoryEntry,
    ImportSource,
    Institution,
    Membership,
    ProtectionCase,
    Track,
)
from tracker.procedure import SYSTEM, Step
from tracker.vocabulary import (
    REASON_LISTS,
    Channel,
    Concern,
    ConsentDecision,
    CourtOutcome,
    EndOfAccess,
    Level,
    PartyRole,
    Urgency,
)

Thing = Track | Alert | ProtectionCase
T = TypeVar("T", bound=Base)

_PLACE_OF = {"police": "station", "prosecution": "prosecution", "court": "county_court"}


class Visitor(CarefulClient):
    """A careful client whose requests see nothing of the test's own session, as a browser would not."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Commits what the test did so far, then asks in a context of its own."""
        db.session.commit()
        return Context().run(super().open, *args, **kwargs)


class World:
    """One small country and what happens in it; `world.<name>` is an area, an institution or a person of it."""

    def __init__(self, web: Callable[[], Flask], database_url: str) -> None:
        self._web, self.database_url = web, database_url
        self.country = country.found()

    def __getattr__(self, name: str) -> Any:
        for things in (self.country.people, self.country.institutions, self.country.areas):
            if name in things:
                return things[name]
        raise AttributeError(name)

    @property
    def people(self) -> dict[str, Membership]:
        """Everybody, by the names used in tests."""
        return _read_anew(self.country.people, Membership)

    @property
    def institutions(self) -> dict[str, Institution]:
        """Every institution, by the names used in tests."""
        return _read_anew(self.country.institutions, Institution)

    @property
    def areas(self) -> dict[str, Area]:
        """Every area, by the names used in tests."""
        return _read_anew(self.country.areas, Area)

    # --- cases and alerts at any point of their way ---------------------------------------------------------------

    def an_alert(self, at: str = "received", *, ago: timedelta | None = None, **facts: Any) -> Alert:
        """An alert of the focal point's network, `at` any status or end of the stage "alert"."""
        with self.travel(-ago) if ago else nullcontext():
            new = {
                "channel": Channel.MISSED_CALL,
                "received_at": clock.now(),
                "area_id": self.payam.id,
                "phone": "+211 900 000 001",
                **facts,
            }
            alert = alerts.log_alert(alerts.NewAlert(**new), actor=self.focal_point)
            db.session.commit()
            self.walk(alert, at)
        return alert

    def register(self, by: Membership | None = None, **facts: Any) -> ProtectionCase:
        """A case as the focal point registers it: with a survivor, a narrative and consent for everybody."""
        case = cases.register(self.new_case(**facts), actor=by or self.focal_point)
        db.session.commit()
        return case

    def new_case(self, **facts: Any) -> cases.NewCase:
        """What is written down for a case; `facts` instead of the usual ones."""
        usual = {
            "concern": Concern.PHYSICAL_ASSAULT,
            "area_id": self.areas["payam"].id,
            "channel": Channel.WALK_IN,
            "people": [
                cases.NewPerson(role=PartyRole.SURVIVOR, name="Abuk the survivor", phone="+211 900 000 002")
            ],
            "narrative": "What Abuk told: it happened behind the old ferry.",
            "place": "Behind the old ferry",
            "consent": ConsentDecision.GIVEN,
            "consent_institution_ids": [place.id for place in self.places_to_refer()],
        }
        return cases.NewCase(**usual | facts)

    def places_to_refer(self) -> list[Institution]:
        """Every institution that a case can be referred to."""
        procedure = mission.current().procedure
        return [place for place in self.institutions.values() if procedure.stage_by_referral(place.kind)]

    def a_case(
        self, at: str = "referral:registered", *, ago: timedelta | None = None, **facts: Any
    ) -> ProtectionCase:
        """A case that has come to `at`, "stage:status" with any status or end, or "case:closed"; see `a_track`."""
        if at == "case:closed":
            return self.a_track("referral:closed", ago=ago, **facts).case
        return self.a_track(at, ago=ago, **facts).case

    def a_track(
        self,
        at: str = "police:accepted",
        *,
        ago: timedelta | None = None,
        institution: Institution | None = None,
        **facts: Any,
    ) -> Track:
        """The track at `at` of a new case: registered, referred, handed on and decided by the right people.

        `ago`: all of that happened so long ago. `institution`: which one it came to (default: the first of its
        kind). A prosecution or court had it from the Bend police station.
        """
        stage, status = at.split(":")
        with self.travel(-ago) if ago else nullcontext():
            case = self.register(**facts)
            self._bring(case, stage, institution)
            track = self.track(case, stage)
            self.walk(track, status)
        return track

    def sent_to_police(self, **facts: Any) -> Track:
        """The track of a case that waits for the Bend police station's answer."""
        return self.a_track("police:sent", **facts)

    def _bring(self, case: ProtectionCase, stage: str, institution: Institution | None) -> None:
        """Walks the road on which a track of `stage` begins."""
        if stage == "referral":
            return
        place = institution or self.institutions[_PLACE_OF.get(stage, "station")]
        self.refer(case, place if stage == "police" else self.station)
        first = self.track(case, "police")
        if stage in ("prosecution", "court"):
            self.walk(first, "accepted")
            self.take("forward", first, target_id=place.id)
        elif stage == "feedback":
            self.walk(first, "no_action")
        elif stage == "enforcement":
            self.walk(first, "accepted")
            self.take("forward", first, target_id=(institution or self.county_court).id)
            court = self.track(case, "court")
            self.walk(court, "heard")
            self.take("decide", court)

    def refer(
        self, case: ProtectionCase, *institutions: Institution, by: Membership | None = None, note: str = ""
    ) -> list[Track]:
        """Refers the case to these institutions; by its owner's judicial officer."""
        sent = referrals.refer(
            actor=by or self._somebody_at(case.owner_id),
            case=case,
            seen=case.entries,
            institution_ids=[institution.id for institution in institutions],
            note=note,
        )
        db.session.commit()
        return sent

    # --- taking steps ---------------------------------------------------------------------------------------------

    def take(
        self,
        name: str,
        on: Thing,
        /,
        *,
        by: Membership | None = None,
        seen: int | None = None,
        **answers: Any,
    ) -> HistoryEntry:
        """Takes a step with the real action and commits: by somebody entitled, with answers that will do.

        `by`: who takes it. `seen`: the version on their page, when it is an old one. `answers`: instead of those
        that will do (names of `steps.Answers`, or of the arguments of an action that a step has of its own).
        """
        step = mission.current().procedure.step(steps.standing(on)[0], name)
        if SYSTEM in step.by:
            return self._of_itself(step, on)
        actor = by or self.entitled(step, on)[0]
        if step.reassess:
            self.assess(steps.about(on), by=actor)
        if step.act or (step.stage, name) in acts.ACTS:
            done = self._act(step, on, actor, answers | ({} if seen is None else {"seen": seen}))
        else:
            said = self.answers_for(step, on, **answers)
            done = steps.take(name, actor=actor, on=on, seen=seen or steps.version(on), answers=said)
        db.session.commit()
        return done if isinstance(done, HistoryEntry) else self.entries(on)[-1]

    def walk(self, on: Thing, status: str) -> None:
        """Takes the fewest steps that lead to `status`."""
        for name in self.way(steps.standing(on)[0], steps.standing(on)[1], status):
            self.take(name, on)

    def way(self, stage: str, start: str, status: str) -> list[str]:
        """The names of the fewest steps that lead from one status of a stage to another."""
        ahead: deque[tuple[str, list[str]]] = deque([(start, [])])
        been = {start}
        own = [step for step in mission.current().procedure.steps.values() if step.stage == stage]
        while ahead:
            here, names = ahead.popleft()
            if here == status:
                return names
            for step in own:
                after = step.after(here)
                if here in step.sources and after not in been:
                    been.add(after)
                    ahead.append((after, [*names, step.name]))
        raise AssertionError(f"no way leads from {start!r} to {status!r} in the stage {stage!r}")

    def entitled(self, step: Step, on: Thing) -> list[Membership]:
        """The people of this world to whom the step is open by role and side, and who know of the thing."""
        near = {person: steps.sides(person, on) for person in self.people.values()}
        return [
            person
            for person, sides in near.items()
            if person.role in step.by and (sides & step.sides or ("any" in step.sides and sides))
        ]

    def assess(self, case: ProtectionCase, /, *, by: Membership | None = None, **facts: Any) -> HistoryEntry:
        """Assesses the risk of reprisals: low, if nothing else is given."""
        new = reprisals.NewAssessment(**facts)
        entry = reprisals.assess(new, actor=by or self.judicial_officer, case=case, seen=case.entries)
        db.session.commit()
        return entry

    def answers_for(self, step: Step, on: Thing, **given: Any) -> steps.Answers:
        """Answers that the step accepts; `given` instead of the usual ones."""
        usual: dict[str, Any] = {}
        if "note" in step.asks:
            usual["note"] = f"Why: {step.label}"
        if "reason" in step.asks:
            usual["reason"] = next(iter(REASON_LISTS[str(step.asks["reason"])]))
        if "next_on" in step.asks:
            usual["next_on"] = clock.day_of(clock.now(), mission.current().zone) + timedelta(days=7)
        if "outcome" in step.asks:
            usual["outcome"] = CourtOutcome.CONVICTED
        if "urgency" in step.asks:
            usual |= {"urgency": Urgency.URGENT, "risk": Level.MEDIUM}
        if "target" in step.asks:
            usual["target_id"] = self._target(step, on).id
        return steps.Answers(**usual | given)

    def _target(self, step: Step, on: Thing) -> Institution:
        """An institution that the case can go to, other than where it is and where it is open already."""
        procedure = mission.current().procedure
        taken = {track.institution_id for track in self.tracks(steps.about(on)) if track.open}
        return next(
            place
            for place in self.institutions.values()
            if procedure.stage_by_referral(place.kind) in step.asks["target"] and place.id not in taken
        )

    def _act(self, step: Step, on: Thing, actor: Membership, given: dict[str, Any]) -> object:
        """The steps that have an action of their own."""
        if isinstance(on, Alert):
            return acts.turn_into_case(on, self.new_case(**given), actor)
        return acts.ACTS[step.stage, step.name](on, actor, given, self.station)

    def _of_itself(self, step: Step, on: Thing) -> HistoryEntry:
        if step.name == "expire":
            with self.travel(days=40):
                expiry.expire_unanswered()
        elif isinstance(on, Alert):
            self._keep_as_record(on, step)
        else:
            assert isinstance(on, Track)
            assert step.name == "take_back"
            taking_back.take_back(
                on.case,
                [on.institution_id],
                actor=self._somebody_at(on.case.owner_id),
                why=EndOfAccess.CONSENT_WITHDRAWN,
            )
        db.session.commit()
        return self.entries(on)[-1]

    def _keep_as_record(self, alert: Alert, step: Step) -> None:
        """Ends an alert as an import of the past does."""
        alert.source = ImportSource(code=alert.reference, title="The past", first_run_at=clock.now())
        alert.source_ref = alert.reference
        alert.entries += 1
        db.session.flush()
        entry = HistoryEntry(
            alert_id=alert.id,
            n=alert.entries,
            stage=alert.stage,
            action=step.name,
            effect=Effect.ENDS,
            status_before=alert.status,
            status_after=step.to,
            holder_id=alert.institution_id,
            recorded_at=clock.now(),
            procedure=mission.current().procedure.version,
            import_id=alert.import_id,
            detail={},
        )
        history.project(alert, entry)
        db.session.add(entry)
        db.session.flush()
        append_entries(db.session.connection(), Which.ENTRIES, [entry.id])

    # --- looking at what is there ---------------------------------------------------------------------------------

    def track(self, case: ProtectionCase, stage: str) -> Track:
        """The newest track of a stage of the case."""
        newest = (
            sa.select(Track).where(Track.case_id == case.id, Track.stage == stage).order_by(Track.id.desc())
        )
        return db.session.scalars(newest.limit(1)).one()

    def tracks(self, about: ProtectionCase | Alert) -> Sequence[Track]:
        """All tracks of a case, oldest first; none of an alert."""
        if isinstance(about, Alert):
            return []
        return db.session.scalars(sa.select(Track).where(Track.case_id == about.id).order_by(Track.id)).all()

    def entries(self, on: Thing) -> Sequence[HistoryEntry]:
        """The history of a case or alert (or of the case of a track), oldest first."""
        about = steps.about(on)
        column = HistoryEntry.alert_id if isinstance(about, Alert) else HistoryEntry.case_id
        return db.session.scalars(
            sa.select(HistoryEntry).where(column == about.id).order_by(HistoryEntry.n)
        ).all()

    def _somebody_at(self, institution_id: int) -> Membership:
        return next(person for person in self.people.values() if person.institution_id == institution_id)

    # --- doors and time -------------------------------------------------------------------------------------------

    def sign_in(self, person: Membership) -> CarefulClient:
        """A careful client with a living session of this person, opened by two factors. (Doors: tests/web/test_*.)"""
        member = person.id
        db.session.commit()
        token = Context().run(self._begin, member)
        client = self.visitor()
        with client.session_transaction() as cookie:
            cookie[TOKEN] = token
        return client

    def visitor(self) -> CarefulClient:
        """A careful client that nobody has signed in."""
        return Visitor(self.app, self.app.response_class, use_cookies=True)

    @property
    def app(self) -> Flask:
        """The web application on this world's database; the domain's tests never make it."""
        return self._web()

    def _begin(self, membership_id: int) -> str:
        with self.app.test_request_context():
            person = db.session.get_one(Membership, membership_id)
            token = sessions.begin(person.user, person, by_factor=True)
            db.session.commit()
        return token

    @contextmanager
    def travel(
        self, by: timedelta = timedelta(), *, to: datetime | None = None, days: float = 0, hours: float = 0
    ) -> Iterator[None]:
        """Inside, it is that much later (or earlier), or the aware instant `to`; time goes on from there.

        A session of `sign_in` ends after half an hour: sign in after travelling.
        """
        then = to or clock.now() + by + timedelta(days=days, hours=hours)
        with time_machine.travel(then):
            yield

    @contextmanager
    def next_quarter(self) -> Iterator[None]:
        """Inside, the quarter that runs now is over: monitors see what was recorded in it."""
        zone = mission.current().zone
        after = Period.quarter_of(clock.day_of(clock.now(), zone)).last + timedelta(days=2)
        with self.travel(to=clock.start_of(after, zone)):
            yield

    def work_lists(self) -> None:
        """What a worker does with the lists that wait, until none does."""
        from blueprints.ops import lists

        db.session.commit()
        with self.app.app_context():
            while lists.go_on(threading.Event()):
                pass
        db.session.expire_all()

    def area(self, name: str) -> Area:
        """The area of that name in tests ("payam", "county", ...)."""
        return self.areas[name]


def _read_anew(things: dict[str, T], kind: type[T]) -> dict[str, T]:
    """The same; what a commit made old is read with one question, not with one for each."""
    if any(sa.inspect(thing).expired for thing in things.values()):
        db.session.scalars(sa.select(kind), execution_options={"autoflush": False}).all()
    return things
