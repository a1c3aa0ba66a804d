"""Whether a step was open: where each case stands, and what the procedure in force says."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.log import maker
from tracker.log import legality
from tracker.log.encoding import b64url
from tracker.log.leaf import CaseLeaf, Kind
from tracker.log.legality import Judge
from tracker.log.readers import Folder
from tracker.log.refusals import Malformed

CASE = "a" * 32
DIGESTS = ("A" * 43,)


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / maker.DIGEST).write_bytes(maker.TABLE)
    return Judge(Folder(tmp_path))


def _steps(judge: Judge, *steps: tuple[Any, str], **more: Any) -> list[str | None]:
    """What is said of each of a case's steps at one police station."""
    return [_ask(judge, n, before, after, **more) for n, (before, after) in enumerate(steps)]


def _ask(judge: Judge, n: int, before: Any, after: str, kind: Kind = Kind.STATUS, **more: Any) -> str | None:
    step = {"stage": "police", "before": before, "after": after, "institution": "PS-0012"} | more
    return judge(maker.DIGEST, CaseLeaf(kind, CASE, n, "", DIGESTS), step)


def test_a_case_that_goes_the_way_of_the_procedure_is_legal(judge: Judge):
    way = [
        (None, "waiting"),
        ("waiting", "accepted"),
        ("accepted", "accepted"),
        ("accepted", "investigating"),
    ]
    assert _steps(judge, *way) == [None] * 4


def test_a_beginning_in_another_status_than_the_first_is_named(judge: Judge):
    assert "begins with 'waiting'" in (_ask(judge, 0, None, "accepted") or "")


def test_what_is_begun_twice_is_named_unless_it_was_over(judge: Judge):
    begun_again = _steps(judge, (None, "waiting"), (None, "waiting"))[1]
    assert begun_again == "police: it begins again while it stands at 'waiting'."
    assert _ask(judge, 2, "waiting", "closed", kind=Kind.CORRECT) is None
    assert _ask(judge, 3, None, "waiting") is None


def test_a_step_that_the_procedure_does_not_know_is_named(judge: Judge):
    said = _steps(judge, (None, "waiting"), ("waiting", "handed_on"))[1]
    assert said == "police: no step leads from 'waiting' to 'handed_on'."


def test_a_status_or_stage_that_the_procedure_does_not_know_is_named(judge: Judge):
    assert "no status 'lost'" in (_ask(judge, 0, None, "lost") or "")
    assert "in the stage 'moon'" in (_ask(judge, 0, None, "waiting", stage="moon") or "")


def test_a_step_from_a_status_in_which_the_case_did_not_stand_is_named(judge: Judge):
    said = _steps(judge, (None, "waiting"), ("accepted", "investigating"))[1]
    assert said == "police: it stood at 'waiting', and the step says that it stood at 'accepted'."
    assert "stood at None" in (_ask(judge, 2, "waiting", "accepted", institution="PS-0099") or "")


def test_a_case_stands_at_each_institution_on_its_own(judge: Judge):
    _steps(judge, (None, "waiting"), ("waiting", "accepted"))
    assert _ask(judge, 2, None, "waiting", institution="PS-0099") is None
    assert _ask(judge, 3, "accepted", "investigating") is None
    assert _ask(judge, 4, "waiting", "accepted", institution="PS-0099") is None


def test_a_correction_may_lead_back_to_any_status(judge: Judge):
    _steps(judge, (None, "waiting"), ("waiting", "accepted"))
    assert _ask(judge, 2, "accepted", "waiting", kind=Kind.CORRECT) is None
    assert _ask(judge, 3, "waiting", "accepted") is None
    assert _ask(judge, 4, "accepted", "lost", kind=Kind.CORRECT) is not None


def test_an_imported_step_says_what_its_source_said_and_is_counted(judge: Judge):
    assert _ask(judge, 0, None, "investigating", imported=True) is None
    assert _ask(judge, 1, "investigating", "handed_on") is None
    assert judge.imported == 1


def test_after_a_leaf_that_was_not_disclosed_the_next_step_is_taken_as_it_says(judge: Judge):
    _ask(judge, 0, None, "waiting")
    assert _ask(judge, 2, "accepted", "investigating") is None
    assert _ask(judge, 3, "accepted", "investigating", institution="PS-0099") is None
    assert _ask(judge, 4, "accepted", "investigating") is not None


@pytest.mark.parametrize("step", [{"stage": None}, {"after": 7}, {"institution": None}])
def test_a_step_that_is_none_is_named(judge: Judge, step: dict[str, Any]):
    assert _ask(judge, 0, **({"before": None, "after": "waiting"} | step)) is not None


def test_a_procedure_that_is_missing_or_another_is_named_once(tmp_path: Path):
    for spoil in (None, b"{}"):
        if spoil:
            (tmp_path / "notices").mkdir()
            (tmp_path / "notices" / maker.DIGEST).write_bytes(spoil)
        judge = Judge(Folder(tmp_path))
        first, second = _steps(judge, (None, "accepted"), ("lost", "found"))
        assert "are not judged" in (first or "")
        assert second is None
        assert judge.unjudged == 2


def test_a_version_of_which_nobody_kept_the_table_is_counted(tmp_path: Path):
    judge = Judge(_Named(b'{"version":"2019"}'))
    assert judge(_digest(b'{"version":"2019"}'), CaseLeaf(Kind.OPEN, CASE, 0, "", DIGESTS), STEP) is None
    assert judge.unjudged == 1


STEP = {"stage": "police", "before": None, "after": "waiting", "institution": "PS-0012"}


def _digest(data: bytes) -> str:
    return b64url(sha256(data).digest())


class _Named:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, path: str) -> bytes | None:
        return self._data


NO_TABLES = [
    b"",
    b"[]",
    b'{"stages":{}}',
    b'{"stages":[],"steps":[]}',
    b'{"stages":{"a":{}},"steps":[]}',
    b"[" * 99_999,
]


@pytest.mark.parametrize("data", NO_TABLES, ids=range(len(NO_TABLES)))
def test_what_is_no_table_is_refused(data: bytes):
    with pytest.raises(Malformed):
        legality.parse(data)
    judge = Judge(_Named(data))
    assert "not the table" in (judge(_digest(data), CaseLeaf(Kind.OPEN, CASE, 0, "", DIGESTS), STEP) or "")


def test_the_tables_own_moves_are_read():
    table = legality.parse(maker.TABLE)
    assert table is not None
    assert ("police", "handed_on", "waiting") in table.moves
    assert json.loads(maker.TABLE)["version"] == maker.PROCEDURE
