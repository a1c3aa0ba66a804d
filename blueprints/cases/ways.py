"""Where the pages of a case are, and where a person goes on to after an act."""

from contextlib import suppress

from flask import current_app, url_for

from blueprints.guards import signed_in
from tracker.errors import NotFound
from tracker.queries import cases
from tracker.vocabulary import Role

_WORK = {
    Role.POLICE_OFFICER: "police.queue",
    Role.PROSECUTOR: "prosecution.queue",
    Role.COURT_CLERK: "courts.docket",
    Role.JUDICIAL_OFFICER: "judicial.index",
    Role.FOCAL_POINT: "cases.index",
}


def case(reference: str) -> str:
    """The page of a case."""
    return url_for("cases.show", reference=reference)


def onward(reference: str) -> str:
    """The page of a case; where nothing of it remains for this person (not accepted), what else waits for them."""
    with suppress(NotFound):
        return case(cases.find(reference, viewer=signed_in()).reference)
    return work()


def work() -> str:
    """The list from which a person of this role takes the next case."""
    endpoint = _WORK.get(signed_in().role, "")
    return url_for(endpoint) if endpoint in current_app.view_functions else "/"
