"""Publishing: figures of a period that is over, through the gate, frozen for ever.

A report is computed, goes through the gate, is written as canonical JSON, and its digest becomes a leaf of the log.
What comes out later makes a new edition, which says what changed and why; the earlier ones stay. A number changes in it
only when five cases or more moved it (`indicators.editions`).
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from tracker import clock, mission
from tracker.announcing import announce_report
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused, say
from tracker.indicators import editions, published, reported
from tracker.indicators.disclosure import LEAST_FOR_SHARE, SMALLEST
from tracker.indicators.periods import Period
from tracker.indicators.published import Before, Said
from tracker.indicators.reported import Counts
from tracker.indicators.tally import Asked
from tracker.ledger.append import append_notice
from tracker.log import canonical
from tracker.log.encoding import b64url
from tracker.log.leaf import Kind
from tracker.models import Acting, Area, Institution, Report
from tracker.permissions import Permission, may
from tracker.queries import performance, repeats
from tracker.queries.areas import areas_inside
from tracker.queries.stays import Frame

_LONGEST_WHY = 400
_STATE = 1


def publish(
    of: Institution | Area,
    *,
    actor: Acting | None,
    period: Period,
    as_of: date | None = None,
    why: str = "",
) -> Report:
    """The next edition of the report of an institution or a state for a quarter. The caller commits.

    `actor` None: an operator's command. `as_of`: as it stood at the end of that day (None: today, and for another
    edition the day of the first: what happened later is no correction). `why`: for a new edition, what made it
    necessary. Refuses (`BadInput`) what is no quarter or not over, an area that is no state, a new edition of another
    day or without a reason; (`StepRefused`) one in which nothing would change, because no number has moved by five
    cases (`indicators.editions`). Quarters and states alone, because a year or a county beside them would be one more
    sum that must add up.
    """
    if actor is not None and not may(actor.role, Permission.REPORT_PUBLISH):
        raise NotPermitted(say("Your role does not publish reports."))
    today = clock.day_of(clock.now(), mission.current().zone)
    earlier = _editions(of, period)
    day = as_of or (_known(earlier[0])[0] if earlier else today)
    _require_fixed(period, day, today)
    if earlier and day != _known(earlier[0])[0]:
        raise BadInput(as_of=say("Every edition of a report is of the same day as the first."))
    content = _content(of, actor, period, day, earlier)
    if earlier:
        content["corrects"] = _correction(earlier[-1], content, why.strip())
    return _write(of, actor, period, content)


def publish_all(
    subjects: Iterable[Institution | Area],
    *,
    actor: Acting | None,
    period: Period,
    as_of: date | None = None,
    why: str = "",
    skip: bool = False,
) -> list[Report]:
    """The reports of many for one period. `skip`: leave out those in which nothing has changed."""
    made = []
    for of in subjects:
        try:
            made.append(publish(of, actor=actor, period=period, as_of=as_of, why=why))
        except StepRefused:
            if not skip:
                raise
    return made


def _require_fixed(period: Period, as_of: date, today: date) -> None:
    text = str(period)
    if "-Q" not in text:
        raise BadInput(period=say("Reports are of a quarter, such as 2026-Q3."))
    if not period.last < today or as_of > today:
        raise BadInput(period=say("This period is not over yet."))
    if as_of < period.last:
        raise BadInput(period=say("The figures of a period are taken at its end or later."))


def _editions(of: Institution | Area, period: Period) -> Sequence[Report]:
    """The oldest first."""
    about = Report.institution_id == of.id if isinstance(of, Institution) else Report.area_id == of.id
    found = select(Report).where(about, Report.period == str(period)).order_by(Report.edition)
    return db.session.scalars(found).all()


def _known(report: Report) -> tuple[date, datetime]:
    """As of when, and from what had been recorded by when, it was reckoned."""
    basis = json.loads(report.content)["basis"]
    return date.fromisoformat(basis["as_of"]), datetime.fromisoformat(basis["known_at"])


def _content(
    of: Institution | Area, actor: Acting | None, period: Period, as_of: date, earlier: Sequence[Report]
) -> dict[str, Any]:
    counts, basis = _counts(of, actor, period, as_of)
    beside = (_editions(of, near)[-1:] for near in _neighbours(period))
    said = published.gate(
        counts, period, [_said(one) for found in beside for one in found], _before(of, actor, period, earlier)
    )
    return {
        "format": published.FORMAT,
        "subject": {
            "kind": "institution" if isinstance(of, Institution) else "area",
            "code": of.code,
            "name": of.name,
        },
        "period": str(period),
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "edition": 1,
        "gate": {"smallest": SMALLEST, "least_for_share": LEAST_FOR_SHARE, "step": said.step},
        "basis": basis,
        "tables": [table.plain() for table in said.tables],
        "corrects": None,
    }


def _said(report: Report) -> Said:
    return published.read(json.loads(report.content))


def _before(
    of: Institution | Area, actor: Acting | None, period: Period, earlier: Sequence[Report]
) -> Before | None:
    """What the editions so far say, and the true numbers for which it stands: counted again as they were known."""
    if not earlier:
        return None
    again = (_counts(of, actor, period, *_known(report))[0] for report in earlier)
    return Before(_said(earlier[-1]), editions.stood_for(again))


def _neighbours(period: Period) -> tuple[Period, Period]:
    return period.earlier(1), Period.quarter_of(period.last + timedelta(days=1))


def _counts(
    of: Institution | Area,
    actor: Acting | None,
    period: Period,
    as_of: date,
    known_at: datetime | None = None,
) -> tuple[list[Counts], dict[str, Any]]:
    asked: Any = {"viewer": actor, "period": period, "as_of": as_of, "known_at": known_at}
    frame = Frame(Asked(period, as_of), None, None)
    if isinstance(of, Institution):
        figures = performance.institution(of, **asked)
        seldom = repeats.of_institution(frame, of.id)
        return reported.with_repeats(reported.institution(figures), seldom), published.basis(figures.basis)
    if of.level != _STATE:
        raise BadInput(area=say("Reports are of states: publish that of the state around it."))
    pathway = performance.pathway(of, **asked)
    inside = areas_inside(of.id)
    holders = db.session.scalars(select(Institution.id).where(Institution.area_id.in_(sorted(inside)))).all()
    seldom = repeats.of_area(frame, inside, holders)
    return reported.with_repeats(reported.area(pathway), seldom), published.basis(pathway.basis)


def _correction(earlier: Report, content: dict[str, Any], why: str) -> dict[str, Any]:
    changed = published.changed(_said(earlier).tables, published.read(content).tables)
    if not changed:
        raise StepRefused(
            say("Nothing has changed since edition %(edition)s of this report.", edition=earlier.edition)
        )
    if not why:
        raise BadInput(why=say("This report is published. Say why another edition is needed."))
    if len(why) > _LONGEST_WHY:
        raise BadInput(why=say("Say it in %(most)s letters or fewer.", most=_LONGEST_WHY))
    content["edition"] = earlier.edition + 1
    return {"edition": earlier.edition, "digest": earlier.digest, "why": why, "changed": changed}


def _write(
    of: Institution | Area,
    actor: Acting | None,
    period: Period,
    content: dict[str, Any],
) -> Report:
    data = canonical.encode(content)
    report = Report(
        institution_id=of.id if isinstance(of, Institution) else None,
        area_id=of.id if isinstance(of, Area) else None,
        period=str(period),
        edition=content["edition"],
        content=data.decode(),
        digest=b64url(sha256(data).digest()),
        why=content["corrects"]["why"] if content["corrects"] else "",
        published_at=clock.now(),
        publisher_id=actor.user_id if actor else None,
    )
    db.session.add(report)
    db.session.flush()
    announce_report()
    append_notice(db.session.connection(), Kind.REPORT, report.name, data)
    return report
