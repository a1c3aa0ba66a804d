"""How the figures count the procedure's words: every end once, and nothing that does not exist."""

import pytest

from tracker import procedure
from tracker.errors import BrokenProcedure
from tracker.indicators.words import End
from tracker.procedure import counting
from tracker.procedure.counting import APART, KINDS_OF_END

WORDS = {"police": {"statuses": ["sent"], "ends": ["forwarded", "no_action"]}}
GOOD = {
    "ends": {"moved_out": ["police.forwarded"], "administrative": ["police.no_action"]},
    "withdrawn_reasons": [],
    "suspended": [],
    "onward": ["police.forwarded"],
    "milestones": {"recorded": ["police.sent"]},
    "protective": [],
}


@pytest.mark.parametrize("pack", [None, *procedure.PACKS])
def test_every_end_of_every_track_is_counted(pack: str | None):
    known = procedure.load(pack)
    ends = {(code, end) for code, stage in known.stages.items() if code not in APART for end in stage.ends}
    assert known.counting.ends.keys() == ends


def test_the_kinds_of_end_are_those_of_the_figures():
    assert set(KINDS_OF_END) == set(End) - {End.SUSPENDED}


def test_a_good_table_is_read():
    assert counting.read(GOOD, WORDS).ends["police", "no_action"] == "administrative"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ends": {"moved_out": ["police.forwarded"]}}, "No figure counts the end police.no_action"),
        ({"ends": {"lost": ["police.forwarded"]}}, "no kind of end 'lost'"),
        ({"ends": GOOD["ends"] | {"decided": ["police.forwarded"]}}, "police.forwarded is counted twice"),
        ({"onward": ["police.sent"]}, "names 'police.sent', which does not exist"),
        ({"milestones": {"recorded": ["court.decided"]}}, "names 'court.decided', which does not exist"),
    ],
)
def test_a_broken_table_is_refused_by_name(changes: dict[str, object], says: str):
    with pytest.raises(BrokenProcedure, match=says):
        counting.read(GOOD | changes, WORDS)
