"""Tampering with a log's files, as with a hex editor, and what the verification says of it."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.log import maker
from tests.log.maker import KEY, WITNESS, Made
from tracker.log import checkpoints, disclosures, leaf, notes, policy
from tracker.log.encoding import b64url
from tracker.log.keys import COSIGNATURE, SigningKey
from tracker.log.leaf import CaseLeaf, Kind, Leaf, Notice
from tracker.log.readers import CHECKPOINT, WITNESSED, Folder
from tracker.log.report import Break, Report
from tracker.log.shown import iso_week
from tracker.log.sightings import sighting
from tracker.log.tree import leaf_hash
from tracker.log.verify import Trust, verify

TRUST = Trust(keys=[KEY.verifier()])
POLICY = policy.parse(f"witness cso {WITNESS.verifier(COSIGNATURE)}\nquorum cso\n")
MADE = maker.a_log(cases=60, each=11)
SIZE = len(MADE.entries)
OLD = 300
"""A size of which somebody remembers the checkpoint; 661 entries are two full bundles and one of 149."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good log, cosigned."""
    return maker.write(tmp_path, MADE, time=1_795_000_000)


def _copy() -> Made:
    return Made(list(MADE.entries), list(MADE.shown))


def _found(report: Report) -> set[tuple[Break, int | None]]:
    return {(one.kind, one.position) for one in report.findings}


def _verify(folder: Path, **trust: Any) -> Report:
    return verify(Folder(folder), Trust(keys=TRUST.keys, **trust))


def _remembered(made: Made = MADE, size: int = OLD) -> bytes:
    return maker.signed(made.entries[:size])


def _place(case_entry: int, after: int = 255) -> tuple[int, CaseLeaf]:
    """Where the log has an entry of that number which is not its case's last, in the second bundle."""
    for position in range(after + 1, 512):
        found = leaf.parse(MADE.entries[position])
        if isinstance(found, CaseLeaf) and found.n == case_entry:
            return position, found
    raise AssertionError


def _of_case(case: str, n: int) -> int:
    return next(
        at
        for at, entry in enumerate(MADE.entries)
        if isinstance(one := leaf.parse(entry), CaseLeaf) and (one.case, one.n) == (case, n)
    )


def _bundle(folder: Path, position: int) -> Path:
    return next(folder.glob(f"tile/entries/{position // 256:03d}*"), folder)


def _offset(position: int) -> int:
    """Where an entry's own bytes begin in its bundle."""
    return sum(len(entry) + 2 for entry in MADE.entries[position // 256 * 256 : position]) + 2


# --- a good log -------------------------------------------------------------------------------------------------


def test_a_good_log_holds(folder: Path):
    report = _verify(folder, policy=POLICY, remembered=_remembered())
    assert report.whole, report.findings
    assert (report.entries, report.opened, report.witnesses) == (SIZE, 3 * (SIZE - 1), 1)
    assert report.leaves == {"procedure": 1, "open": 60, "status": 600}
    assert report.checkpoint == checkpoints.open_signed(maker.signed(MADE.entries), TRUST.keys).checkpoint


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512, 513, 661])
def test_a_log_holds_at_every_kind_of_edge(tmp_path: Path, size: int):
    made = Made(MADE.entries[:size], MADE.shown[:size])
    maker.write(tmp_path, made)
    for remembered in {1, size // 2, size - 1, size} - {0}:
        assert _verify(tmp_path, remembered=_remembered(size=remembered)).whole


def test_an_empty_log_holds(tmp_path: Path):
    report = _verify(maker.write(tmp_path, Made()))
    assert report.whole
    assert report.entries == 0


def test_a_log_of_more_than_one_level_of_tiles_holds_without_disclosures(tmp_path: Path):
    made = maker.a_log(cases=7000, each=10, show=False)
    maker.write(tmp_path, made)
    assert (tmp_path / "tile/2/000.p/1").exists()
    report = _verify(tmp_path, remembered=maker.signed(made.entries[:65536]))
    assert report.whole
    assert report.opened == 0
    maker.edit(tmp_path / "tile/1/001.p/17", 3 * 32, b"\0\0")
    assert _found(_verify(tmp_path)) == {(Break.TILE, 65536 + 3 * 256)}


def test_full_files_serve_for_the_partial_ones_that_they_replaced(folder: Path):
    """A copy of a log that grew: the checkpoint is older than its tiles."""
    maker.write(folder, Made(MADE.entries[:OLD], MADE.shown[:OLD]))
    for path in ("tile/0/001.p/44", "tile/entries/001.p/44", "disclosures/001.p/44"):
        (folder / path).unlink()
    report = _verify(folder)
    assert report.whole
    assert (report.entries, report.opened) == (OLD, 3 * (OLD - 1))


def test_every_leaf_is_told_to_who_watches(folder: Path):
    seen: list[tuple[int, Leaf]] = []
    verify(Folder(folder), TRUST, watch=lambda at, one: seen.append((at, one)))
    assert [at for at, _ in seen] == list(range(SIZE))
    assert isinstance(seen[0][1], Notice)


# --- changed files ----------------------------------------------------------------------------------------------


def test_a_changed_field_is_named_at_its_entry_and_where_its_case_goes_on(folder: Path):
    position, changed = _place(4)
    at = _offset(position) + MADE.entries[position].index(b"status")
    maker.edit(_bundle(folder, position), at, b"assign")
    following = _of_case(changed.case, 5)
    assert _found(_verify(folder)) == {
        (Break.ENTRY, position),
        (Break.LINK, following),
        (Break.ROOT, None),
    }


def test_every_changed_byte_of_an_entry_is_named(tmp_path: Path):
    made = maker.a_log(cases=2, each=2)
    maker.write(tmp_path, made)
    bundle = tmp_path / "tile/entries/000.p/5"
    good, first = bundle.read_bytes(), 2 + len(made.entries[0]) + 2
    for at in range(first, first + len(made.entries[1])):
        maker.edit(bundle, at, bytes([good[at] ^ 1]))
        assert {(Break.ENTRY, 1), (Break.ROOT, None)} <= _found(_verify(tmp_path))
        bundle.write_bytes(good)


def test_a_changed_tile_is_named_and_the_entries_still_lead_to_the_root(folder: Path):
    maker.edit(folder / "tile/0/001", 40 * 32, b"\xff\xff")
    report = _verify(folder)
    assert _found(report) == {(Break.ENTRY, 296), (Break.TILE, 256)}


def test_a_changed_entry_with_its_tile_is_named_by_the_tile_above(folder: Path):
    position, changed = _place(4)
    entries = _copy().entries
    entries[position] = entries[position].replace(b"status", b"assign")
    maker.edit(_bundle(folder, position), _offset(position), entries[position])
    maker.edit(folder / "tile/0/001", (position - 256) * 32, leaf_hash(entries[position]))
    assert _found(_verify(folder)) == {
        (Break.TILE, 256),
        (Break.LINK, _of_case(changed.case, 5)),
        (Break.ROOT, None),
    }


def test_a_changed_tile_above_the_leaves_is_named(folder: Path):
    maker.edit(folder / "tile/1/000.p/2", 32, b"\0\0")
    assert _found(_verify(folder)) == {(Break.TILE, 256)}


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/0/001", "tile/1/000.p/2"])
@pytest.mark.parametrize("remedy", ["gone", "cut"])
def test_a_missing_or_cut_file_is_named(folder: Path, path: str, remedy: str):
    if remedy == "gone":
        (folder / path).unlink()
    else:
        (folder / path).write_bytes((folder / path).read_bytes()[:-1])
    kind = Break.MISSING if remedy == "gone" else Break.UNREADABLE
    report = _verify(folder)
    assert (kind, 0 if path.startswith("tile/1") else 256) in _found(report)
    assert report.breaks[Break.ROOT] == 0
    assert report.entries == SIZE


def test_without_entries_and_hashes_the_rest_is_said_to_be_unchecked(folder: Path):
    (folder / "tile/entries/001").unlink()
    (folder / "tile/0/001").unlink()
    report = _verify(folder)
    assert (Break.ROOT, 256) in _found(report)
    assert report.entries == 256


def test_a_checkpoint_that_claims_more_than_there_is_ends_at_once(folder: Path):
    huge = checkpoints.Checkpoint(maker.ORIGIN, 2**62, bytes(32))
    (folder / CHECKPOINT).write_bytes(checkpoints.sign(huge, KEY))
    assert Break.MISSING in _verify(folder).breaks


def test_a_missing_or_unreadable_checkpoint_is_named(folder: Path):
    (folder / CHECKPOINT).write_bytes(b"nonsense")
    assert _found(_verify(folder)) == {(Break.CHECKPOINT, None)}
    (folder / CHECKPOINT).unlink()
    assert _found(_verify(folder)) == {(Break.CHECKPOINT, None)}


# --- rewritten entries, the tiles made anew, and the old checkpoint kept -------------------------------------------


def _rewritten(tmp_path: Path, made: Made) -> Report:
    maker.write(tmp_path, made)
    (tmp_path / CHECKPOINT).write_bytes(maker.signed(MADE.entries))
    return _verify(tmp_path)


def test_a_removed_middle_entry_is_named_where_its_case_goes_on(tmp_path: Path):
    position, gone = _place(4)
    made = _copy()
    del made.entries[position], made.shown[position]
    added, shown = maker.an_entry("f" * 32, 0, b"", date(2026, 12, 1), maker.RANDOM)
    made.add(added, shown)
    assert _found(_rewritten(tmp_path, made)) == {
        (Break.NUMBER, _of_case(gone.case, 5) - 1),
        (Break.ROOT, None),
    }


def test_reordered_entries_are_named(tmp_path: Path):
    first, one = _place(4)
    second = _of_case(one.case, 5)
    made = _copy()
    made.entries[first], made.entries[second] = made.entries[second], made.entries[first]
    made.shown[first], made.shown[second] = made.shown[second], made.shown[first]
    found = _found(_rewritten(tmp_path, made))
    assert {(Break.NUMBER, first), (Break.NUMBER, second), (Break.ROOT, None)} <= found


def test_an_inserted_entry_is_named(tmp_path: Path):
    position, one = _place(4)
    made = _copy()
    before = leaf_hash(MADE.entries[position])
    entry, _ = maker.an_entry(one.case, 5, before, date(2026, 6, 1), maker.RANDOM)
    made.entries.insert(position + 1, entry)
    made.shown.insert(position + 1, [])
    made.entries.pop()
    made.shown.pop()
    assert _found(_rewritten(tmp_path, made)) == {
        (Break.NUMBER, _of_case(one.case, 5) + 1),
        (Break.ROOT, None),
    }


def test_entries_swapped_between_cases_are_named(tmp_path: Path):
    position, one = _place(4)
    other, two = _place(4, after=position)
    made = _copy()
    made.entries[position] = one._replace(case=two.case).encode()
    made.entries[other] = two._replace(case=one.case).encode()
    found = _found(_rewritten(tmp_path, made))
    assert {kind for kind, _ in found} >= {Break.LINK, Break.ROOT}
    assert {at for _, at in found} >= {position, other, None}


# --- signatures ---------------------------------------------------------------------------------------------------


def test_a_forged_signature_is_named_and_the_entries_are_still_checked(folder: Path):
    path = folder / CHECKPOINT
    at = path.read_bytes().index("— ".encode()) + len(f"— {maker.ORIGIN} ") + 30
    maker.edit(path, at, b"A" if path.read_bytes()[at : at + 1] != b"A" else b"B")
    report = _verify(folder)
    assert _found(report) == {(Break.SIGNATURE, None)}
    assert report.entries == SIZE


def test_another_key_is_named(tmp_path: Path):
    maker.write(tmp_path, MADE, SigningKey.generate(maker.ORIGIN))
    assert _found(_verify(tmp_path)) == {(Break.SIGNATURE, None)}


def _resigned(tmp_path: Path) -> Path:
    """A case's history rewritten from its first entry on, every hash made anew, signed with the real key."""
    _, victim = _place(4)
    made, before = _copy(), b""
    for at, entry in enumerate(made.entries):
        found = leaf.parse(entry)
        if isinstance(found, CaseLeaf) and found.case == victim.case:
            day = date(2026, 1, 1)
            made.entries[at], _ = maker.an_entry(found.case, found.n, before, day, maker.RANDOM)
            made.shown[at] = ()
            before = leaf_hash(made.entries[at])
    return maker.write(tmp_path, made)


def test_a_rewritten_log_signed_anew_passes_a_verifier_who_knows_nothing(tmp_path: Path):
    """Said openly: the log's key alone proves nothing against its owner."""
    assert _verify(_resigned(tmp_path)).whole


def test_a_rewritten_log_signed_anew_is_caught_by_a_remembered_checkpoint(tmp_path: Path):
    assert _found(_verify(_resigned(tmp_path), remembered=_remembered())) == {(Break.REMEMBERED, None)}


@pytest.mark.parametrize("size", [512, SIZE])
def test_the_remembered_checkpoint_may_be_of_any_size(tmp_path: Path, size: int):
    remembered = _remembered(size=size)
    assert _found(_verify(_resigned(tmp_path), remembered=remembered)) == {(Break.REMEMBERED, None)}


def test_a_rewritten_log_signed_anew_is_caught_by_one_witness(tmp_path: Path, folder: Path):
    cosigned = (folder / CHECKPOINT).read_bytes()
    _resigned(tmp_path)
    assert _found(_verify(tmp_path, policy=POLICY)) == {(Break.WITNESSES, None)}
    old_line = cosigned.decode().split("\n\n")[1].split("\n")[1] + "\n"
    with (tmp_path / CHECKPOINT).open("a") as file:
        file.write(old_line)
    assert _found(_verify(tmp_path, policy=POLICY)) == {(Break.SIGNATURE, None)}


def test_removed_last_entries_are_caught_by_a_remembered_checkpoint_and_by_a_witness(tmp_path: Path):
    maker.write(tmp_path, Made(MADE.entries[:OLD], MADE.shown[:OLD]))
    assert _verify(tmp_path).whole
    assert _found(_verify(tmp_path, remembered=_remembered(size=301))) == {(Break.REMEMBERED, OLD)}
    assert _found(_verify(tmp_path, policy=POLICY)) == {(Break.WITNESSES, None)}


def test_a_remembered_checkpoint_of_another_log_or_key_is_of_no_use_and_said_so(folder: Path):
    stranger = SigningKey.generate("other.example/log")
    for remembered in (maker.signed(MADE.entries, SigningKey.generate(maker.ORIGIN)), b"nonsense"):
        assert _found(_verify(folder, remembered=remembered)) == {(Break.REMEMBERED, None)}
    trust = Trust(keys=[*TRUST.keys, stranger.verifier()], remembered=maker.signed(MADE.entries, stranger))
    assert _found(verify(Folder(folder), trust)) == {(Break.REMEMBERED, None)}


# --- what witnesses saw, and when ---------------------------------------------------------------------------------


def _noon(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp())


def _sighting(size: int, day: str, made: Made = MADE) -> bytes:
    return b64encode(maker.signed(made.entries[:size], time=_noon(day)))


def _witnessed(folder: Path, *lines: bytes) -> Report:
    """The log, whose last entry is of 2026-10-27, with the checkpoints that the witness saw before."""
    (folder / WITNESSED).write_bytes(b"".join(line + b"\n" for line in lines))
    (folder / CHECKPOINT).write_bytes(maker.signed(MADE.entries, time=_noon("2026-10-28")))
    return _verify(folder, policy=POLICY)


def test_between_sightings_back_dating_is_bounded_in_days(folder: Path):
    report = _witnessed(folder, _sighting(221, "2026-04-12"), _sighting(441, "2026-07-25"))
    assert report.whole
    # Entry 221, recorded the next day at the earliest, was seen on 25 July.
    assert (report.lag_at, report.unseen) == (221, 0)
    assert report.lag == (date(2026, 7, 25) - _day(221)).days
    alone = _witnessed(folder)
    assert (alone.lag_at, alone.lag) == (1, (date(2026, 10, 28) - _day(1)).days)


def _day(position: int) -> date:
    shown = disclosures.open_disclosure(MADE.shown[position][1])
    return date.fromisoformat(shown.value["recorded"])


def test_entries_after_the_last_sighting_are_counted_as_not_bounded(folder: Path):
    (folder / WITNESSED).write_bytes(_sighting(441, "2026-07-25") + b"\n")
    (folder / CHECKPOINT).write_bytes(maker.signed(MADE.entries))
    report = _verify(folder, policy=POLICY)
    assert report.breaks == {Break.WITNESSES: 1}
    assert report.unseen == SIZE - 441


def test_an_entry_dated_after_it_was_seen_is_named(folder: Path):
    late = (_day(440) - timedelta(days=2)).isoformat()
    found = _found(_witnessed(folder, _sighting(441, late)))
    assert found == {
        (Break.DAY, at) for at in range(1, 441) if _day(at) > date.fromisoformat(late) + timedelta(1)
    }


def test_a_rewritten_log_is_caught_by_what_the_witness_saw_before(tmp_path: Path):
    """Also when the witness has lost its memory and cosigned the rewritten one."""
    report = _witnessed(_resigned(tmp_path), _sighting(441, "2026-07-25"))
    assert (Break.WITNESSED, None) in _found(report)


def test_a_log_that_witnesses_saw_larger_is_named(tmp_path: Path):
    maker.write(tmp_path, Made(MADE.entries[:OLD], MADE.shown[:OLD]), time=_noon("2026-10-28"))
    (tmp_path / WITNESSED).write_bytes(_sighting(441, "2026-07-25") + b"\n")
    assert _found(_verify(tmp_path, policy=POLICY)) == {(Break.WITNESSED, OLD)}


@pytest.mark.parametrize(
    "lines",
    [
        [b"!"],
        [b"\xff"],
        [b64encode(b"nonsense")],
        [b64encode(maker.signed(MADE.entries[:100]))],
        [b64encode(maker.signed(MADE.entries[:100], SigningKey.generate(maker.ORIGIN), time=1))],
        [_sighting(441, "2026-07-25"), _sighting(440, "2026-07-26")],
    ],
    ids=["no base64", "no ASCII", "no note", "not cosigned", "another key", "shrinking"],
)
def test_a_sighting_that_is_none_is_named_by_its_line(folder: Path, lines: list[bytes]):
    report = _witnessed(folder, *lines)
    assert _found(report) == {(Break.WITNESSED, None)}
    assert f"Line {len(lines)} of witnessed" in report.findings[0].says


def test_a_quorum_has_seen_a_checkpoint_when_its_last_needed_witness_has():
    second = SigningKey.generate("second.example")
    lines = f"witness a {WITNESS.verifier(COSIGNATURE)}\nwitness b {second.verifier(COSIGNATURE)}\n"
    note = checkpoints.add_cosignatures(
        maker.signed(MADE.entries, time=1000),
        second.cosign(notes.parse(maker.signed(MADE.entries)).text, 2000).line(),
        [second.verifier(COSIGNATURE)],
    )
    for rule, expected in (("any", 1000), ("all", 2000)):
        both = policy.parse(f"{lines}group g {rule} a b\nquorum g\n")
        found = sighting(both, checkpoints.open_signed(note, TRUST.keys, both.witnesses.values()))
        assert found is not None
        assert found.time == expected


# --- what entries say -----------------------------------------------------------------------------------------------


def _with_shown(tmp_path: Path, position: int, shown: list[str]) -> Report:
    made = _copy()
    made.shown[position] = shown
    return _verify(maker.write(tmp_path, made))


def test_a_changed_disclosure_is_named(tmp_path: Path):
    position, _ = _place(4)
    shown = disclosures.open_disclosure(MADE.shown[position][2])
    salt = bytes(16)
    later = disclosures.disclose(salt, shown.name, "2026-W53")
    report = _with_shown(tmp_path, position, [*MADE.shown[position][:2], later])
    assert _found(report) == {(Break.DISCLOSURE, position)}


def test_a_disclosure_of_another_entry_is_named(tmp_path: Path):
    position, _ = _place(4)
    assert _found(_with_shown(tmp_path, position, list(MADE.shown[position + 1]))) == {
        (Break.DISCLOSURE, position)
    }
    assert _with_shown(tmp_path, position, []).whole


def test_an_unreadable_file_of_disclosures_is_named(folder: Path):
    (folder / "disclosures/001").write_bytes(b"\n")
    assert _found(_verify(folder)) == {(Break.UNREADABLE, 256)}


def test_what_is_no_leaf_is_named(tmp_path: Path):
    made = _copy()
    made.entries[300] = b'{"anything":1}'
    assert (Break.LEAF, 300) in _found(_verify(maker.write(tmp_path, made)))


def _with_last(tmp_path: Path, **values: Any) -> Report:
    """The log with one more case, whose only entry says these things."""
    made = _copy()
    made.add(*maker.an_entry("e" * 32, 0, b"", date(2026, 12, 1), maker.RANDOM, **values))
    return _verify(maker.write(tmp_path, made), legality=_only_waiting_first)


def _only_waiting_first(procedure: str, found: CaseLeaf, step: Mapping[str, Any]) -> str | None:
    assert procedure == maker.DIGEST
    return None if found.n or step["after"] == "waiting" else "A case begins with waiting."


STEP = {"before": "", "after": "waiting", "procedure": maker.PROCEDURE}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({}, None),
        ({"day": {"recorded": "2026-10-27", "happened": "2026-10-27"}, "week": "2026-W44"}, None),
        ({"day": {"recorded": "2026-10-27", "happened": None}, "week": "2026-W44"}, None),
        ({"day": {"recorded": "2026-10-25", "happened": "2026-10-25"}, "week": "2026-W43"}, Break.DAY),
        ({"day": {"recorded": "2026-12-01", "happened": "2026-12-02"}}, Break.DAY),
        ({"week": "2026-W48"}, Break.DAY),
        ({"day": {"recorded": "tomorrow", "happened": None}}, Break.DAY),
        ({"day": {"recorded": "2026-12-01"}}, Break.DAY),
        ({"day": "2026-12-01"}, Break.DAY),
        ({"day": None}, Break.DAY),
        ({"step": STEP | {"after": "accepted"}}, Break.STEP),
        ({"step": STEP | {"procedure": "2019-01"}}, Break.STEP),
        ({"step": {}}, Break.STEP),
        ({"step": "accepted"}, Break.DISCLOSURE),
    ],
)
def test_what_an_entry_says_is_judged(tmp_path: Path, values: dict[str, Any], kind: Break | None):
    assert _found(_with_last(tmp_path, **values)) == ({(kind, SIZE)} if kind else set())


def test_a_procedure_is_in_force_from_its_leaf_on(tmp_path: Path):
    made = _copy()
    made.entries.append(made.entries.pop(0))
    made.shown.append(made.shown.pop(0))
    report = _verify(maker.write(tmp_path, made))
    assert report.breaks == {Break.STEP: SIZE - 1}


def test_a_week_alone_may_not_go_back_either(tmp_path: Path):
    made = maker.a_log(cases=1, each=3)
    made.shown = [shown[2:] for shown in made.shown]
    made.add(*maker.an_entry("e" * 32, 0, b"", date(2025, 12, 1), maker.RANDOM))
    made.shown[-1] = made.shown[-1][2:]
    assert _found(_verify(maker.write(tmp_path, made))) == {(Break.DAY, 4)}


def test_beyond_a_thousand_breaks_are_counted_and_not_kept(tmp_path: Path):
    made = Made([b"no leaf"] * 1500, [()] * 1500)
    report = _verify(maker.write(tmp_path, made))
    assert len(report.findings) == 1000
    assert report.breaks == {Break.LEAF: 1500}
    assert str(report.findings[0]) == "entry 0: leaf: This is not a leaf of a history."


def test_a_break_without_an_entry_is_the_logs(tmp_path: Path):
    assert str(_verify(tmp_path).findings[0]) == "log: checkpoint: There is no checkpoint."


def test_a_report_is_vouched_for_by_its_digest(tmp_path: Path):
    made = _copy()
    made.add(Notice(Kind.REPORT, "2026-Q3", b64url(bytes(32))).encode())
    report = _verify(maker.write(tmp_path, made))
    assert report.whole
    assert report.leaves[Kind.REPORT] == 1


def test_a_policy_may_ask_for_no_witness(folder: Path):
    report = _verify(folder, policy=policy.parse("quorum none\n"))
    assert report.whole
    assert (report.witnesses, report.unseen) == (0, SIZE - 1)


def test_an_iso_week_is_of_its_iso_year():
    assert iso_week(date(2027, 1, 1)) == "2026-W53"
