"""The locked lists hold what pyproject.toml asks for, with hashes, and name no host."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LISTS = ("run", "dev", "uv")


def _text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def _pins(name: str) -> dict[str, set[str]]:
    """Package name -> versions; one package may be at two, for two Pythons."""
    pins: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([\w.!+]+)", _text(name), flags=re.MULTILINE):
        pins.setdefault(canonicalize_name(package), set()).add(version)
    return pins


def _asked(*, dev: bool) -> list[Requirement]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = settings["project"]
    lines = project["dependencies"] + settings["dependency-groups"]["set-up"]
    lines += project["optional-dependencies"]["dev"] if dev else []
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_dependency_is_locked_at_a_version_that_pyproject_allows(name: str):
    pins = _pins(name)
    wrong = [
        str(asked)
        for asked in _asked(dev=name == "dev")
        if not all(asked.specifier.contains(pin) for pin in pins.get(canonicalize_name(asked.name), {"0"}))
    ]
    assert not wrong, "run `make lock`"


def test_who_runs_and_who_develops_have_the_same_versions():
    run, dev = _pins("run"), _pins("dev")
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("name", LISTS)
def test_every_locked_package_has_hashes(name: str):
    packages = re.split(r"\n(?=[\w.-]+==)", "\n" + _text(name))[1:]
    assert packages
    assert not [package.split()[0] for package in packages if "--hash=sha256:" not in package]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_a_host_or_a_folder_of_packages(name: str):
    assert not re.findall(r"https?:|file:|--(?:extra-)?index|--find-links|@ ", _text(name))
