"""Where the pages of a case are, and where a person goes on to after an act."""

from contextlib import suppress

from blueprints.guards import signed_in
from tracker.errors import NotFound
from tracker.queries import cases
from tracker.vocabulary import Role

_WORK = {
    Role.POLICE_OFFICER: "/police/queue",
    Role.PROSECUTOR: "/prosecution/queue",
    Role.COURT_CLERK: "/courts/docket",
    Role.JUDICIAL_OFFICER: "/judicial/",
    Role.FOCAL_POINT: "/cases/",
}


def case(reference: str) -> str:
    """The page of a case."""
    return f"/cases/{reference}"


def feedback(reference: str, track_id: int) -> str:
    """The page from which a survivor is told."""
    return f"{case(reference)}/tracks/{track_id}/feedback"


def onward(reference: str) -> str:
    """The page of a case; where nothing of it remains for this person (not accepted), what else waits for them."""
    with suppress(NotFound):
        return case(cases.find(reference, viewer=signed_in()).reference)
    return work()


def work() -> str:
    """The list from which a person of this role takes the next case."""
    return _WORK.get(signed_in().role, "/")
