"""A suite that cannot run is skipped where people work, a failure where the build runs, and always named."""

import pytest

from tests import suites


@pytest.fixture(params=["", "true"], ids=["here", "on the build machine"])
def building(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setenv("CI", request.param)
    return bool(request.param)


def test_what_is_missing_skips_a_test_or_fails_it(building: bool):
    outcome = pytest.fail.Exception if building else pytest.skip.Exception
    with pytest.raises(outcome, match=r"No browser\."):
        suites.require("No browser.")


@pytest.mark.usefixtures("building")
def test_nothing_missing_goes_on():
    suites.require(None)


def test_the_last_lines_name_what_did_not_run(
    building: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(suites, "SUITES", {"browser": lambda: "No browser.", "PostgreSQL": lambda: None})
    assert suites.main() == int(building)
    assert capsys.readouterr().out == "NOT RUN: the browser tests. No browser.\n"


@pytest.mark.usefixtures("building")
def test_a_full_run_ends_in_silence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(suites, "SUITES", {"browser": lambda: None})
    assert suites.main() == 0
    assert capsys.readouterr().out == ""


def test_a_machine_without_programs_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    why = suites.why_no_browser()
    assert why is not None
    assert "chromium" in why
