"""One case's history as one file, and what is said of a file that is not what it should be."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.log import maker
from tests.log.maker import KEY, WITNESS
from tracker.log import histories, leaf, policy, proofs, receipts, tiles
from tracker.log.encoding import b64
from tracker.log.histories import History, Piece
from tracker.log.keys import COSIGNATURE, SigningKey
from tracker.log.leaf import CaseLeaf, Leaf
from tracker.log.refusals import Malformed
from tracker.log.report import Break, Report
from tracker.log.tree import leaf_hash
from tracker.log.verify import Trust

TRUST = Trust(keys=[KEY.verifier()])
MADE = maker.a_log(cases=5, each=6)
NOTE = maker.signed(MADE.entries, time=1_795_000_000)
_TILES = maker.hash_tiles([leaf_hash(entry) for entry in MADE.entries])
_NODE = tiles.nodes(lambda tile: _TILES[tile.path()], len(MADE.entries))


def _pieces() -> list[Piece]:
    """The history of the case of entry 1: step and week of each entry, as a monitor gets it."""
    case = leaf.parse(MADE.entries[1])
    return [
        Piece(
            at,
            entry,
            (MADE.shown[at][0], MADE.shown[at][2]),
            tuple(proofs.inclusion(at, len(MADE.entries), _NODE)),
        )
        for at, entry in enumerate(MADE.entries)
        if at and isinstance(one := leaf.parse(entry), CaseLeaf) and one.case == case.case
    ]


def _check(pieces: list[Piece], note: bytes = NOTE, **trust: Any) -> Report:
    return histories.check(histories.parse(History(pieces, note).encode()), Trust(keys=TRUST.keys, **trust))


def _found(report: Report) -> set[tuple[Break, int | None]]:
    return {(one.kind, one.position) for one in report.findings}


def test_a_history_holds_and_is_told_entry_by_entry():
    seen: list[tuple[int, Leaf, dict[str, Any]]] = []
    report = histories.check(
        History(_pieces(), NOTE),
        TRUST,
        lambda piece, found, values: seen.append((piece.position, found, values)),
    )
    assert report.whole, report.findings
    assert (report.entries, report.opened) == (6, 12)
    assert [found.n for _, found, _ in seen if isinstance(found, CaseLeaf)] == [0, 1, 2, 3, 4, 5]
    assert seen[0][2]["step"]["after"] == "waiting"


def test_the_file_is_read_as_it_was_written():
    history = History(tuple(_pieces()), NOTE)
    assert histories.parse(history.encode()) == history


def test_entries_of_which_nothing_is_shown_still_show_that_none_is_left_out():
    pieces = [piece._replace(disclosures=[]) if at % 2 else piece for at, piece in enumerate(_pieces())]
    assert _check(pieces).whole


def test_an_entry_left_out_is_named_where_the_case_goes_on():
    pieces = _pieces()
    del pieces[2]
    assert _found(_check(pieces)) == {(Break.NUMBER, pieces[2].position)}
    assert _found(_check(pieces[1:])) >= {(Break.NUMBER, pieces[1].position)}
    assert _found(_check([])) == {(Break.NUMBER, None)}


def test_entries_in_another_order_are_named():
    pieces = _pieces()
    pieces[2], pieces[3] = pieces[3], pieces[2]
    assert Break.NUMBER in _check(pieces).breaks


def test_a_changed_leaf_is_named_by_its_proof_and_by_the_next_entry():
    pieces = _pieces()
    pieces[2] = pieces[2]._replace(entry=pieces[2].entry.replace(b"status", b"assign"))
    assert _found(_check(pieces)) == {(Break.PROOF, pieces[2].position), (Break.LINK, pieces[3].position)}


def test_an_entry_at_another_place_than_its_own_is_named():
    pieces = _pieces()
    pieces[2] = pieces[2]._replace(position=pieces[1].position)
    assert _found(_check(pieces)) == {(Break.PROOF, pieces[1].position), (Break.NUMBER, pieces[1].position)}


def test_an_entry_of_another_case_is_named():
    pieces = _pieces()
    other = next(at for at in range(1, 31) if at not in {piece.position for piece in pieces})
    stranger = Piece(other, MADE.entries[other], [], proofs.inclusion(other, 31, _NODE))
    for wrong in (stranger, Piece(0, MADE.entries[0], [], proofs.inclusion(0, 31, _NODE))):
        assert _found(_check([*pieces, wrong])) == {(Break.LEAF, wrong.position)}
    assert _found(_check([*pieces, stranger._replace(entry=b"no leaf")])) == {
        (Break.LEAF, other),
        (Break.PROOF, other),
    }


def test_a_disclosure_of_another_entry_is_named():
    pieces = _pieces()
    pieces[2] = pieces[2]._replace(disclosures=pieces[3].disclosures)
    assert _found(_check(pieces)) == {(Break.DISCLOSURE, pieces[2].position)}


def _of_one_case(*weeks: Any) -> list[Piece]:
    """A log of one case whose entries say these weeks, signed in `NOTE`'s stead by `_weeks`."""
    entries, before, shown = [], b"", []
    for n, week in enumerate(weeks):
        entry, all_shown = maker.an_entry("a" * 32, n, before, date(2026, 1, 1), maker.RANDOM, week=week)
        entries.append(entry)
        shown.append([all_shown[2]])
        before = leaf_hash(entry)
    stored = maker.hash_tiles([leaf_hash(entry) for entry in entries])
    node = tiles.nodes(lambda tile: stored[tile.path()], len(entries))
    return [
        Piece(at, entry, shown[at], proofs.inclusion(at, len(entries), node))
        for at, entry in enumerate(entries)
    ]


@pytest.mark.parametrize("weeks", [("2026-W02", "2026-W01"), ("2026-W02", 3)])
def test_a_week_that_goes_back_or_is_none_is_named(weeks: tuple[Any, ...]):
    pieces = _of_one_case(*weeks)
    assert _found(_check(pieces, maker.signed([piece.entry for piece in pieces]))) == {(Break.DAY, 1)}


def test_another_key_and_a_missing_witness_are_named():
    stranger = SigningKey.generate(maker.ORIGIN)
    assert _found(_check(_pieces(), maker.signed(MADE.entries, stranger))) == {(Break.SIGNATURE, None)}
    cso = policy.parse(f"witness cso {WITNESS.verifier(COSIGNATURE)}\nquorum cso\n")
    assert _check(_pieces(), policy=cso).whole
    assert _found(_check(_pieces(), maker.signed(MADE.entries), policy=cso)) == {(Break.WITNESSES, None)}
    assert _found(_check(_pieces(), b"nonsense")) == {(Break.CHECKPOINT, None)}


def test_a_receipt_with_its_leaf_is_checked():
    piece = _pieces()[3]
    receipt = receipts.Receipt(
        piece.position, piece.proof, NOTE, receipts.pack_extra(piece.entry, piece.disclosures)
    )
    report = histories.check_receipt(receipt, TRUST)
    assert report.whole
    assert (report.entries, report.opened) == (1, 2)
    moved = receipts.Receipt(piece.position + 1, piece.proof, NOTE, receipt.extra)
    assert _found(histories.check_receipt(moved, TRUST)) == {(Break.PROOF, piece.position + 1)}
    with pytest.raises(Malformed):
        histories.check_receipt(receipts.Receipt(piece.position, piece.proof, NOTE), TRUST)


def _change(change: Callable[[Any], object]) -> bytes:
    whole = json.loads(History(_pieces(), NOTE).encode())
    change(whole)
    return json.dumps(whole).encode()


CHANGES: dict[str, Callable[[Any], object]] = {
    "another format": lambda whole: whole.update(format="other"),
    "no checkpoint": lambda whole: whole.pop("checkpoint"),
    "no list": lambda whole: whole.update(entries={}),
    "half a surrogate": lambda whole: whole.update(checkpoint="\ud800"),
    "no entry": lambda whole: whole["entries"].append(None),
    "index below zero": lambda whole: whole["entries"][0].update(index=-1),
    "index is true": lambda whole: whole["entries"][0].update(index=True),
    "index too large": lambda whole: whole["entries"][0].update(index=2**63),
    "leaf not ASCII": lambda whole: whole["entries"][0].update(leaf="é"),
    "disclosure is a number": lambda whole: whole["entries"][0].update(disclosures=[1]),
    "short hash": lambda whole: whole["entries"][0].update(proof=[b64(bytes(31))]),
    "long proof": lambda whole: whole["entries"][0].update(proof=[b64(bytes(32))] * 64),
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_other_file_is_refused(name: str):
    whole = json.loads(History(_pieces(), NOTE).encode())
    CHANGES[name](whole)
    with pytest.raises(Malformed):
        histories.parse(json.dumps(whole).encode())
