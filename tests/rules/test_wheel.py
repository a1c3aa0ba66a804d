"""The wheel holds everything, puts two names into site-packages, and works away from the checkout."""

import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]

# Where each folder of the checkout stands in an installation.
PLACES = {
    "tracker": "tracker",
    "blueprints": "blueprints",
    "templates": "tracker/templates",
    "migrations": "tracker/migrations",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network from the checkout as it is."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel puts into site-packages."""
    folder = tmp_path_factory.mktemp("site-packages")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def tracker(installed: Path, tmp_path: Path):
    """Runs the installed `tracker` with arguments, in a directory that knows nothing of the checkout."""
    (scripts,) = installed.glob("*.dist-info/entry_points.txt")
    (line,) = [line for line in scripts.read_text().splitlines() if line.startswith("tracker = ")]
    main = EntryPoint(name="tracker", value=line.partition(" = ")[2], group="console_scripts")
    program = f"""
import sys, {main.module} as module
assert module.__file__.startswith({str(installed)!r}), module.__file__
sys.argv[0] = "tracker"
sys.exit(module.{main.attr}())
"""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")},
        "PYTHONPATH": str(installed),
        "TRACKER_DATA_DIR": str(tmp_path / "data"),
        "TRACKER_SECRET_KEY": "only for this test: 0123456789 abcdefghij",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", "-c", program, *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run


def _files_of_the_checkout() -> set[str]:
    folders = [(ROOT / name, place) for name, place in PLACES.items()]
    return {
        f"{place}/{path.relative_to(folder).as_posix()}"
        for folder, place in folders
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_two_names_reach_site_packages(installed: Path):
    names = {path.name for path in installed.iterdir() if path.suffix != ".dist-info"}
    assert names == {"tracker", "blueprints"}


def test_every_file_is_inside(installed: Path):
    inside = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}
    assert not _files_of_the_checkout() - inside


@pytest.mark.parametrize("data", ["templates/*", "migrations/*", "procedure/*.toml"])
def test_the_domains_data_is_in_its_package(installed: Path, data: str):
    assert list((installed / "tracker").glob(data))


@pytest.mark.parametrize("data", ["static/*", "translations/*/LC_MESSAGES/messages.mo"])
def test_the_webs_data_is_in_its_package(installed: Path, data: str):
    assert list((installed / "blueprints").glob(data))


def test_the_licence_goes_with_it(installed: Path):
    assert list(installed.glob("*.dist-info/licenses/LICENSE"))


def test_it_helps_away_from_the_checkout(tracker):
    answer = tracker("--help")
    assert answer.returncode == 0, answer.stderr
    assert "demo" in answer.stdout


def test_it_makes_its_database_away_from_the_checkout(tracker, tmp_path: Path):
    answer = tracker("db", "upgrade")
    assert answer.returncode == 0, answer.stderr
    assert list((tmp_path / "data").glob("*.db"))
