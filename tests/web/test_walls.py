"""Two accounts of a walled institution: with the case and without it, every page reads the same."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import time_machine

from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker import clock, references
from tracker.actions.cases import NewPerson
from tracker.models import Institution
from tracker.vocabulary import PartyRole

pytestmark = pytest.mark.only_on("sqlite")

Gather = Callable[[], AbstractContextManager[list[str]]]

OWN = ("/", "/police/queue", "/police/queue?show=overdue", "/cases/", "/cases/?show=closed", "/help/my-steps")
"""The lists of an officer, with their counts."""

_CHANGING = re.compile(
    r'value="[\w.-]{40,}"|name="form_key" value="[^"]*"|<!--.*?-->|Printed by [^<]*|\d\d:\d\d'
    r"|Entries in the log</dt><dd>\d+",
    re.DOTALL,
)
"""Tokens, padding, the time of day, and how far the public log reaches, which every act of anybody moves."""

FIGURES = "/figures/institutions/station"
"""Any entry of anybody's renews what was kept of them: how much is asked tells nothing of whose it was."""


def _plain(markup: str) -> str:
    return _CHANGING.sub("", markup)


def _pages(client: CarefulClient, reference: str, statements: Gather) -> dict[str, tuple[int, str, int]]:
    """By address: the status, what is read, and how many statements were asked; the reference itself is blanked."""
    addresses = (
        *OWN,
        f"/cases/{reference}",
        f"/cases/{reference}/receipt",
        f"/cases/{reference}/entries/1",
        f"/cases/{reference}/tracks/2/accept",
        f"/cases/{reference}/files",
        f"/cases/find?reference={reference}",
        FIGURES,
    )
    found = {}
    for address in addresses:
        with statements() as asked:
            answer = client.get(address)
        kept = _plain(answer.text).replace(reference, "REFERENCE")
        number = 0 if address == FIGURES else len(asked)
        found[address.replace(reference, "REFERENCE")] = (answer.status_code, kept, number)
    return found


def _accusing(place: Institution) -> list[NewPerson]:
    return [NewPerson(role=PartyRole.ALLEGED_PERPETRATOR, institution_id=place.id)]


def test_a_walled_institution_reads_the_same_with_the_case_and_without_it(world: World, statements: Gather):
    """Registered against it and sent to a neighbour: pages, counts, links, and how much the database is asked."""
    world.a_case("police:accepted")
    with time_machine.travel(clock.now(), tick=False):  # "2 minutes ago" is no difference
        _compare(world, statements)


def _compare(world: World, statements: Gather) -> None:
    nobody_s = references.new()
    officers = (world.police_officer, world.second_police_officer)
    clients = [world.sign_in(one) for one in officers]
    for client in clients:
        _pages(client, nobody_s, statements)  # what is read once a process is read
    without = [_pages(client, nobody_s, statements) for client in clients]
    case = world.register(people=_accusing(world.station))
    world.refer(case, world.gendarmerie)
    for client, before in zip(clients, without, strict=True):
        after = _pages(client, case.reference, statements)
        assert after.keys() == before.keys()
        for address, page in before.items():
            assert after[address] == page, address
