"""Forgetting the forms that were sent: a worker does it once a day."""

from datetime import timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.db import db
from tracker.models import Submission

KEPT = timedelta(days=2)
"""So long a form is known again. A session lasts half a day; a page that is older cannot be sent."""


def clear() -> int:
    """Forgets the forms that were sent before; gives how many. The caller commits."""
    old = sa.delete(Submission).where(Submission.made_at < clock.now() - KEPT)
    return db.session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]
