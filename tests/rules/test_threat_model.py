"""The threat model names tests; each of them exists, and every requirement has one or says why it has none."""

import re
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
MODEL = (HERE / "docs/threat-model.md").read_text(encoding="utf-8")
REQUIREMENTS = 40
NAMED = re.compile(r"`(test_[a-z0-9_]+)`")


@cache
def _written() -> frozenset[str]:
    tests = (HERE / "tests").rglob("test_*.py")
    return frozenset(
        name
        for path in tests
        for name in re.findall(r"(?m)^def (test_\w+)", path.read_text(encoding="utf-8"))
    )


def _rows(heading: str) -> list[list[str]]:
    """The cells of the rows of the table under a heading."""
    part = MODEL.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = set(NAMED.findall(MODEL))
    assert named
    assert not named - _written()


@pytest.mark.parametrize("number", range(1, REQUIREMENTS + 1))
def test_every_requirement_has_a_test_or_says_what_is_missing(number: int) -> None:
    rows = [row for row in _rows("The requirements") if row[0] == str(number)]
    assert len(rows) == 1
    assert NAMED.search(rows[0][2]) or rows[0][2].startswith("Not met:")


def test_every_threat_has_a_control_and_a_test() -> None:
    rows = _rows("What they could try")
    assert len(rows) >= 20
    assert not [row[0] for row in rows if len(row) != 3 or not row[1] or not NAMED.search(row[2])]
