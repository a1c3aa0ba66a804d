"""The demonstration: invented cases in every stage and status, told through the same actions that the pages call."""

from tracker.demonstration.people import ACCOUNTS, CANARIES, PASSWORD, Worker
from tracker.demonstration.places import name_of
from tracker.demonstration.presence import Presence, presence
from tracker.demonstration.reports import publish_reports
from tracker.demonstration.seed import seed

__all__ = [
    "ACCOUNTS",
    "CANARIES",
    "PASSWORD",
    "Presence",
    "Worker",
    "name_of",
    "presence",
    "publish_reports",
    "seed",
]
