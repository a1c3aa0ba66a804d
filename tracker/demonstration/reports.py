"""The reports that the demonstration has published, so that monitors find some."""

from sqlalchemy import select

from tracker import clock, mission
from tracker.actions import reports
from tracker.db import db
from tracker.demonstration.places import PUBLISHED, PUBLISHED_EARLIER
from tracker.indicators.periods import Period
from tracker.models import Area, Institution

_QUARTERS = 4


def publish_reports() -> None:
    """Publishes the last quarter that is over, of a few subjects, and the quarters before it of fewer.

    After the caller committed what `seed` made; the caller commits this too.
    """
    today = clock.day_of(clock.now(), mission.current().zone)
    this = Period.quarter_of(today)
    for back in range(_QUARTERS, 0, -1):
        codes = PUBLISHED if back == 1 else PUBLISHED_EARLIER
        reports.publish_all(map(_found, codes), actor=None, period=this.earlier(back))


def _found(code: str) -> Institution | Area:
    institution = db.session.scalar(select(Institution).where(Institution.code == code))
    return institution or db.session.scalars(select(Area).where(Area.code == code)).one()
