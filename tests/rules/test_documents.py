"""The documents say what the code does, or a test fails."""

import re
from pathlib import Path

import click
import pytest

from blueprints.ops.main import tracker
from tracker.config import SETTINGS
from tracker.permissions import GRANTS
from tracker.procedure import PACKS, load
from tracker.procedure.diagram import diagram

HERE = Path(__file__).parents[2]
README = (HERE / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SETTINGS)
def test_the_readme_explains_every_setting_in_the_words_of_the_code(name: str) -> None:
    assert f"| `{name}` | {SETTINGS[name]} |" in README


def test_no_setting_is_read_that_is_not_explained() -> None:
    sources = [*(HERE / "tracker").rglob("*.py"), *(HERE / "blueprints").rglob("*.py"), HERE / "wsgi.py"]
    read = {
        name for path in sources for name in re.findall(r"TRACKER_[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    assert read <= SETTINGS.keys()


def test_the_readme_draws_the_procedure_as_it_is() -> None:
    assert diagram(load()).strip() in README, "write it anew: tracker procedure"


def test_every_picture_of_the_readme_is_there() -> None:
    for picture in re.findall(r"!\[[^]]+\]\(([^)]+)\)", README):
        assert (HERE / picture).is_file(), picture


@pytest.mark.parametrize(
    "document", ["README.md", *sorted(f"docs/{path.name}" for path in (HERE / "docs").glob("*.md"))]
)
def test_every_command_that_a_document_names_exists(document: str) -> None:
    text = (HERE / document).read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"`+(?:sh)?([^`]*)`+", text))
    named = re.findall(r"(?:^|[^\w/@-])tracker ((?:[a-z-]+ ?)+)", code, re.MULTILINE)
    unknown = [words for words in named if not _is_command(words.split())]
    assert not unknown


def _is_command(words: list[str]) -> bool:
    group: click.Command = tracker
    for word in (word for word in words if not word.startswith("-")):
        if not isinstance(group, click.Group):
            return True  # the rest are arguments
        found = group.get_command(click.Context(group), word)
        if found is None:
            return False
        group = found
    return True


@pytest.mark.parametrize("pack", PACKS)
def test_the_readme_names_every_country_pack(pack: str) -> None:
    assert f"`{pack}`" in README


@pytest.mark.parametrize("role", GRANTS)
def test_the_readme_says_what_every_role_does(role: str) -> None:
    word = (
        str(role)
        .replace("_", " ")
        .replace("cso ", "CSO ")
        .replace("judicial officer", "judicial affairs officer")
    )
    assert re.search(rf"^\| (community )?{word} \|", README, re.MULTILINE)


def test_links_between_documents_lead_somewhere() -> None:
    for document in [HERE / "README.md", *(HERE / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!http|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"
