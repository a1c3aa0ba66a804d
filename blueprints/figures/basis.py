"""What figures were computed from: every page cites it, so that the same figures can be had again."""

from typing import NamedTuple

from blueprints.i18n import _
from blueprints.times import day, moment
from tracker.indicators.figures import Basis


class Citation(NamedTuple):
    """The facts under a page of figures, and the versions of the definitions that it used."""

    facts: list[tuple[str, str]]
    definitions: list[tuple[str, int]]


def citation(basis: Basis, *, using: set[str]) -> Citation:
    """How to cite figures. `using`: the indicators that the page shows."""
    log = _("no log yet") if basis.log_position is None else f"{basis.log_position:,}"
    facts = [
        (_("As it stood at the end of"), day(basis.as_of)),
        (_("From what was recorded by"), moment(basis.known_at)),
        (_("Entries in the log"), log),
    ]
    if basis.checkpoint:
        facts.append((_("Checkpoint"), basis.checkpoint))
    versions = [(code, version) for code, version in basis.definitions.items() if code in using]
    return Citation(facts, versions)
