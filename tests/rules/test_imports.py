"""Imports go down only, and every room stands on a floor."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FLOORS = "Floors of the domain: imports go down only"
WEB_ABOVE = "The web stands on the domain, never under it"
NO_WEB = "The domain knows nothing of HTTP, sessions or forms"
ONE_DATABASE = "Flask-SQLAlchemy is known in tracker.db alone"
PURE = "Procedure, log and what is reckoned are pure: no database, no clock"
NO_SIDEWAYS = "One blueprint never imports another"


def _contract(name: str) -> dict[str, list[str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return next(it for it in settings["tool"]["importlinter"]["contracts"] if it["name"] == name)


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's answer on the sources in `folder`, under our contracts."""
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_imports_go_down_only():
    answer = _lint(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def _rooms(contract: str) -> set[str]:
    """The names on all layers of a contract, also of the rooms that may be empty."""
    return set(re.findall(r"\w+", " ".join(_contract(contract)["layers"])))


def test_every_blueprint_is_kept_from_importing_the_others():
    rooms = {path.parent.name for path in (ROOT / "blueprints").glob("*/__init__.py")}
    assert not rooms - _rooms(NO_SIDEWAYS), "name it in pyproject.toml"


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """A project with every room that the contracts know, and nothing in them."""
    for package, contract in (("tracker", FLOORS), ("blueprints", NO_SIDEWAYS)):
        for room in ("", *_rooms(contract)):
            (tmp_path / package / room).mkdir(exist_ok=True)
            (tmp_path / package / room / "__init__.py").touch()
    (tmp_path / "tracker/db/__init__.py").write_text("import flask_sqlalchemy\n")
    return tmp_path


def test_a_project_without_a_breach_passes(skeleton: Path):
    answer = _lint(skeleton)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("tracker/models/__init__.py", "import tracker.actions", FLOORS),
        ("tracker/helpers.py", "", FLOORS),
        ("tracker/clock/__init__.py", "import blueprints", WEB_ABOVE),
        ("tracker/clock/__init__.py", "import flask", NO_WEB),
        ("tracker/models/__init__.py", "import flask_sqlalchemy", ONE_DATABASE),
        ("tracker/procedure/__init__.py", "import tracker.clock", PURE),
        ("tracker/log/__init__.py", "import sqlalchemy", PURE),
        ("tracker/indicators/__init__.py", "import tracker.db", PURE),
        ("blueprints/cases/__init__.py", "import blueprints.police", NO_SIDEWAYS),
    ],
)
def test_a_breach_is_found(skeleton: Path, module: str, line: str, contract: str):
    (skeleton / module).write_text(line + "\n")
    answer = _lint(skeleton)
    assert answer.returncode == 1
    assert f"{contract} BROKEN" in answer.stdout
