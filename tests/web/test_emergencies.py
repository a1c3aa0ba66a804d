"""Breaking the glass on the pages: what it opens, what it does not, and who is shown that it happened."""

import pytest

from tests.web.careful_client import CarefulClient
from tests.web.case_pages import PERSONAL, address, has, silent_about
from tests.world import World
from tracker import references
from tracker.models import ProtectionCase

PAGE = "/cases/emergency"
WHY = {"reason": "missing_person", "note": "A child of this case is missing since last night."}


@pytest.fixture
def hidden(world: World) -> ProtectionCase:
    """A case that the police of the bend know nothing of."""
    return world.register()


def test_the_case_is_read_and_nothing_can_be_done_in_it(world: World, hidden: ProtectionCase):
    police = world.sign_in(world.police_officer)
    assert police.get(address(hidden)).status_code == 404
    assert police.send(PAGE, reference=hidden.reference, **WHY).location == address(hidden)
    page = police.page(address(hidden))
    assert has(page.words("main"), "Abuk the survivor", "behind the old ferry", "Others were told.")
    assert {form.get("action") for form in page.all("form") if form.get("method") == "post"} == {
        "/language/en"
    }
    inside = [link.get("href") for link in page.all("a") if link.get("href").startswith(address(hidden))]
    assert inside == [address(hidden, "files")]
    for act in ("refer", "consent", "people/new", "close", "readers"):
        assert police.get(address(hidden, act)).status_code in {403, 404}, act
    assert hidden.reference not in police.get("/cases/").text
    with world.travel(hours=3.1):
        answer = world.sign_in(world.police_officer).get(address(hidden))
    assert answer.status_code == 404
    assert silent_about(answer.text, *PERSONAL)


@pytest.mark.only_on("sqlite")
def test_whoever_answers_for_the_case_is_shown_it_until_they_acknowledge_it(
    world: World, hidden: ProtectionCase
):
    world.sign_in(world.police_officer).send(PAGE, reference=hidden.reference, **WHY)
    owner, auditor = world.sign_in(world.judicial_officer), world.sign_in(world.auditor)
    for client in (owner, auditor):
        assert "Opened in an emergency" in client.page("/").words("main")
    assert has(owner.page("/cases/emergencies").words("main"), "Samuel Lado", "Missing person")
    said = auditor.page("/audit/emergencies").words("main")
    assert has(said, "Samuel Lado", "Not acknowledged yet")
    assert silent_about(said, *PERSONAL, WHY["note"])
    assert owner.send("/cases/emergencies", button="Acknowledge").status_code == 303
    assert "Acknowledged by Awa Diallo" in auditor.page("/audit/emergencies").words("main")
    assert "Opened in an emergency" not in owner.page("/").words("main")
    assert "Opened the case in an emergency" in owner.page(address(hidden)).words("main")
    assert world.sign_in(world.police_officer).get("/cases/emergencies").status_code == 403


@pytest.mark.only_on("sqlite")
def test_what_does_not_exist_is_answered_on_the_form_and_what_was_typed_stays(world: World):
    client: CarefulClient = world.sign_in(world.police_officer)
    answer = client.send(PAGE, reference=references.new(), **WHY)
    assert answer.status_code == 404
    assert has(answer.text, "There is no case with this reference that you may see.", WHY["note"])
    assert client.send(PAGE, reference="7K3M-9CX2-RTWW", **WHY).status_code == 422
