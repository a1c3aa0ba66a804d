"""The help: every sentence comes from a table, and every table is told whole."""

import itertools
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from blueprints.help import pages, sentences
from blueprints.limits import length
from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker import mission, procedure
from tracker.actions import clocks
from tracker.permissions import GRANTS, Permission
from tracker.procedure import PACKS
from tracker.procedure.diagram import diagram, last_words, leads_to
from tracker.vocabulary import Role

pytestmark = pytest.mark.only_on("sqlite")

LANGUAGES = ("en", "fr", "ar", "es")
EXTRA = ("procedure", "limits", "words")


def path_of(role: Role) -> str:
    return f"/help/{role.value.replace('_', '-')}"


@pytest.fixture
def officer(world: World) -> CarefulClient:
    """A police officer's browser."""
    return world.sign_in(world.police_officer)


def test_every_role_permission_side_and_beginning_has_its_sentence():
    known = procedure.load()
    assert set(sentences.WHO) == set(sentences.SEES) == set(Role)
    assert set(sentences.MAY) == set(Permission)
    assert {side for step in known.steps.values() for side in step.sides} <= set(sentences.SIDES)
    assert {stage.starts for stage in known.stages.values()} <= set(sentences.BEGINS)
    assert {name for step in known.steps.values() for name in step.asks} <= set(sentences.ASKS)


@pytest.mark.parametrize("role", Role)
def test_a_roles_page_tells_every_step_that_it_has_and_no_other(
    world: World, officer: CarefulClient, role: Role
):
    known = mission.current().procedure
    page = officer.page(path_of(role))
    told = [head.text for head in page.all("th") if head.get("scope") == "row"]
    assert sorted(told) == sorted(step.label for step in known.steps_of(role))


@pytest.mark.parametrize("role", Role)
def test_a_roles_page_tells_what_it_may_and_sees(world: World, officer: CarefulClient, role: Role):
    told = officer.page(path_of(role)).words("main")
    with world.app.test_request_context():
        for permission, sentence in sentences.MAY.items():
            assert (str(sentence) in told) is (permission in GRANTS[role])
        assert all(str(sentence) in told for sentence in (sentences.WHO[role], *sentences.SEES[role]))


def test_the_first_page_of_help_is_the_own_roles(world: World):
    for person in world.people.values():
        own = world.sign_in(person)
        assert own.page("/help/").words("main") == own.page(path_of(person.role)).words("main")


def test_a_step_is_told_with_its_way_what_it_asks_and_its_limit(officer: CarefulClient):
    rows = [" | ".join(cells) for cells in table_rows(officer.page(path_of(Role.POLICE_OFFICER)).markup)]
    accept = next(row for row in rows if row.startswith("Accept |"))
    assert accept == (
        "Accept | Sent, Acknowledged | Accepted | a note if you like | Acknowledge and answer: 72 hours"
    )
    forward = next(row for row in rows if row.startswith("Hand on"))
    assert "Forwarded; then begins: Prosecution, Court" in forward
    assert "the institution it goes to; a note if you like" in forward


def test_the_procedure_is_told_whole(officer: CarefulClient):
    known = mission.current().procedure
    told = officer.page("/help/procedure").words("main")
    for stage in known.stages.values():
        assert all(label in told for label in (stage.label, *stage.statuses.values(), *stage.ends.values()))
    assert all(step.label in told for step in known.steps.values())
    assert "Returned for investigation – then begins: Police" in told
    assert known.version in told


def test_the_country_in_force_is_named(world: World, officer: CarefulClient):
    assert "No country's limits and courts are set." in officer.page("/help/procedure").words("main")
    zone = mission.current().zone
    for pack, name in zip(
        PACKS, ("South Sudan", "Democratic Republic", "Central African", "Mali"), strict=True
    ):
        mission.start(pack, zone)
        assert name in officer.page("/help/procedure").words("main")


def test_limits_are_told_with_what_they_rest_on_and_whether_they_are_confirmed(
    world: World, officer: CarefulClient
):
    told = officer.page("/help/limits").words("main")
    known = mission.current().procedure.clocks
    assert all(
        clock.label in told and clock.basis in told and clock.source in told for clock in known.values()
    )
    assert told.count("not confirmed") == 1
    clocks.confirm("custody", actor=world.administrator, hours=48)
    assert "not confirmed" not in officer.page("/help/limits").words("main")


@pytest.mark.parametrize(
    ("hours", "said"), [(1, "1 hour"), (48, "48 hours"), (72, "72 hours"), (96, "4 days"), (100, "100 hours")]
)
def test_lengths_are_said_as_laws_say_them(world: World, hours: int, said: str):
    with world.app.test_request_context():
        assert length(hours) == said


@pytest.mark.parametrize("address", ["/help/chief", "/help/focal_point", "/help/Police-officer"])
def test_a_page_that_does_not_exist_is_not_found(officer: CarefulClient, address: str):
    assert officer.get(address).status_code == 404


@pytest.mark.parametrize(("language", "page"), list(itertools.product(LANGUAGES, EXTRA)))
def test_every_page_opens_in_every_language(world: World, officer: CarefulClient, language: str, page: str):
    world.police_officer.user.locale = language
    assert officer.page(f"/help/{page}").all("html")[0].get("lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_roles_page_opens_in_every_language(world: World, officer: CarefulClient, language: str):
    world.police_officer.user.locale = language
    for role in Role:
        assert officer.page(path_of(role)).all("html")[0].get("dir") == ("rtl" if language == "ar" else "ltr")


def test_help_asks_the_database_next_to_nothing(
    officer: CarefulClient, statements: Callable[[], AbstractContextManager[list[str]]]
):
    officer.get("/help/")
    with statements() as asked:
        for address in ("/help/", "/help/procedure", "/help/words", "/help/auditor"):
            officer.get(address)
    assert len(asked) == 4  # who is signed in, each time


# --- the drawing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [None, *PACKS])
def test_the_drawing_has_every_stage_status_and_end(pack: str | None):
    known = procedure.load(pack)
    drawn = diagram(known)
    for stage in known.stages.values():
        assert f"{stage.code}[" in drawn
        assert all(label in drawn for label in stage.statuses.values())
        assert all(label in drawn or label.lower() in drawn for label in stage.ends.values())


def test_every_end_leads_on_or_is_said_to_be_the_last_word():
    known = procedure.load()
    for stage in known.stages.values():
        over = last_words(stage, known)
        for end, label in stage.ends.items():
            steps = [step for step in known.steps.values() if (step.stage, step.to) == (stage.code, end)]
            assert any(leads_to(step, known) for step in steps) is (label not in over)


def test_every_stage_can_be_reached_in_the_drawing():
    known = procedure.load()
    begun = {code for step in known.steps.values() for code in leads_to(step, known)}
    assert begun == set(known.stages) - {"alert"}


def test_a_word_of_the_drawing_cannot_break_it():
    """Mermaid ends a label at a double quote."""
    known = procedure.load()
    words = [step.label for step in known.steps.values()]
    words += [
        label for stage in known.stages.values() for label in (*stage.statuses.values(), *stage.ends.values())
    ]
    assert not [word for word in words if set(word) & set('"[]|<>')]


def table_rows(markup: str) -> list[list[str]]:
    """The cells of every row of every table of a page, in words."""
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", markup, re.DOTALL)
    ]


def test_the_tables_of_a_page_fit_their_headings(world: World):
    with world.app.test_request_context():
        for part in pages.stages(mission.current().procedure):
            assert {len(cells) for cells in part.steps} <= {len(pages.STAGE_COLUMNS)}
