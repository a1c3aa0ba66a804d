"""What is done now and then, by one worker at a time: whoever locks the job's row does it, in that transaction."""

from datetime import timedelta

from sqlalchemy import select

from tracker import clock
from tracker.actions import administration
from tracker.db import db
from tracker.errors import BadInput
from tracker.models import Job


def take(name: str) -> Job | None:
    """The job, if it is due and nobody else has it; locked until the caller's transaction ends.

    A worker that dies with it leaves it due. On SQLite the transaction that writes is the only one anyway.
    """
    _know(name)
    due = select(Job).where(Job.name == name, Job.due_at <= clock.now())
    return db.session.scalar(due.with_for_update(skip_locked=True))


def put_off(job: Job, *, by: timedelta) -> None:
    """It is done: it is due again `by` from now."""
    job.due_at = clock.now() + by


def _know(name: str) -> None:
    if db.session.get(Job, name) is None:
        try:
            administration.insert(Job(name=name, due_at=clock.now()), taken=BadInput())
        except BadInput:
            return  # another worker wrote it down at the same moment
