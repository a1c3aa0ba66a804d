"""Our logs, read by Go's own packages; Go's notes and proofs, read by ours."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.interop.golang import Verifier
from tests.log import maker, reference
from tests.log.maker import KEY, ORIGIN, WITNESS, Made
from tests.office import copied_demonstration
from tracker.log import checkpoints, notes, proofs, receipts, tiles
from tracker.log.keys import COSIGNATURE, SigningKey, VerifierKey
from tracker.log.readers import CHECKPOINT, Folder
from tracker.log.receipts import Receipt
from tracker.log.verify import Trust, verify

VKEY = KEY.verifier()
COSIGNER = WITNESS.verifier(COSIGNATURE)
NOW = 1_795_000_000


@pytest.fixture(scope="module")
def made() -> Made:
    return maker.a_log(cases=90, each=10)


@pytest.fixture
def folder(tmp_path: Path, made: Made) -> Path:
    return maker.write(tmp_path / "log", made, time=NOW)


def test_go_accepts_our_log_and_our_cosignature(go: Verifier, folder: Path):
    answer = go("log", folder, VKEY, COSIGNER)
    assert answer.ok, answer.err
    assert answer.out == "901 entries hold\n"
    assert go("rebuild", folder, VKEY).ok


def test_go_accepts_the_log_of_the_demonstration(go: Verifier, tmp_path: Path):
    """Made by the application's own acts, copied by its own command."""
    folder, key = copied_demonstration(tmp_path)
    answer = go("log", folder, key.verifier())
    assert answer.ok, answer.err
    assert int(answer.out.split()[0]) > 4000
    maker.edit(folder / "tile/entries/007", 1000, b"X")
    assert not go("log", folder, key.verifier()).ok


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 768])
def test_go_accepts_our_log_at_every_kind_of_edge(go: Verifier, tmp_path: Path, made: Made, size: int):
    maker.write(tmp_path, Made(made.entries[:size], made.shown[:size]))
    answer = go("log", tmp_path, VKEY)
    assert answer.ok, answer.err


def test_go_accepts_a_log_of_three_levels_of_tiles(go: Verifier, tmp_path: Path):
    """Enough entries that a hash of the third level stands in the tree (2**16 and some)."""
    maker.write(tmp_path, maker.a_log(cases=6600, each=10, show=False))
    assert (tmp_path / "tile/2/000.p/1").exists()
    answer = go("log", tmp_path, VKEY)
    assert answer.ok, answer.err


TAMPERED = {
    "a changed entry": ("tile/entries/001", 100, b"X"),
    "a changed hash": ("tile/0/001", 100, b"X"),
    "a changed hash above": ("tile/1/000.p/3", 40, b"X"),
    "a changed size": (CHECKPOINT, len(ORIGIN) + 1, b"8"),
    "a changed root": (CHECKPOINT, len(ORIGIN) + 8, b"AA"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_go_and_we_refuse_what_was_tampered_with(go: Verifier, folder: Path, name: str):
    path, at, data = TAMPERED[name]
    maker.edit(folder / path, at, data)
    assert not go("log", folder, VKEY).ok
    assert not verify(Folder(folder), Trust(keys=[VKEY])).whole


def test_go_and_we_refuse_a_case_that_was_rewritten_and_signed_anew(go: Verifier, tmp_path: Path, made: Made):
    """The hashes are right: only the case's own chain is broken."""
    changed = Made(list(made.entries), list(made.shown))
    changed.entries[300] = changed.entries[300].replace(b'"status"', b'"assign"')
    assert changed.entries != made.entries
    maker.write(tmp_path, changed)
    answer = go("log", tmp_path, VKEY)
    assert "does not follow" in answer.err
    assert go("rebuild", tmp_path, VKEY).ok
    assert not verify(Folder(tmp_path), Trust(keys=[VKEY])).whole


def test_go_refuses_another_key_and_a_missing_cosignature(go: Verifier, folder: Path, made: Made):
    assert not go("log", folder, SigningKey.generate(ORIGIN).verifier()).ok
    assert not go("log", folder, VKEY, SigningKey.generate(WITNESS.name).verifier(COSIGNATURE)).ok
    (folder / CHECKPOINT).write_bytes(maker.signed(made.entries))
    assert not go("log", folder, VKEY, COSIGNER).ok


def test_go_proves_from_our_tiles_that_our_log_grew(go: Verifier, folder: Path, tmp_path: Path, made: Made):
    for size in (1, 255, 256, 700, 901):
        (tmp_path / "old").write_bytes(maker.signed(made.entries[:size]))
        assert go("grown", folder, tmp_path / "old", VKEY).ok
    (tmp_path / "old").write_bytes(maker.signed(made.entries[1:701]))
    assert not go("grown", folder, tmp_path / "old", VKEY).ok


@pytest.mark.parametrize("index", [0, 255, 256, 900])
def test_go_accepts_our_receipts(go: Verifier, folder: Path, tmp_path: Path, made: Made, index: int):
    node = tiles.nodes(lambda tile: (folder / tile.path()).read_bytes(), 901)
    entry = made.entries[index]
    extra = receipts.pack_extra(entry, made.shown[index])
    receipt = Receipt(index, proofs.inclusion(index, 901, node), (folder / CHECKPOINT).read_bytes(), extra)
    (tmp_path / "receipt").write_bytes(receipt.encode())
    (tmp_path / "entry").write_bytes(entry)
    assert go("receipt", tmp_path / "receipt", tmp_path / "entry", VKEY, COSIGNER).ok
    (tmp_path / "entry").write_bytes(entry + b" ")
    assert not go("receipt", tmp_path / "receipt", tmp_path / "entry", VKEY, COSIGNER).ok


def test_what_go_signs_opens_here_and_is_what_we_sign(go: Verifier):
    checkpoint = checkpoints.Checkpoint(ORIGIN, 7, reference.mth(0, 7))
    answer = go("sign", KEY.encode(), checkpoint.text())
    assert answer.out.encode() == checkpoints.sign(checkpoint, KEY)
    assert checkpoints.open_signed(answer.out.encode(), [VKEY]).checkpoint == checkpoint
    peter = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    text = "one\n\ntwo: ñ\n"
    assert notes.verified(notes.parse(go("sign", secret, text).out.encode()), [peter])


def test_go_has_the_same_roots_and_proofs_at_every_size_to_300(go: Verifier):
    lines = go("vectors", 300, 7).out.splitlines()
    assert len(lines) == 300
    for line in lines:
        _compare(json.loads(line))


def _compare(theirs: dict[str, Any]) -> None:
    size = theirs["size"]
    assert base64.b64decode(theirs["root"]) == reference.mth(0, size)
    for index, proof in theirs["inclusion"].items():
        assert _hashes(proof) == proofs.inclusion(int(index), size, reference.node)
    for old, proof in theirs["consistency"].items():
        assert _hashes(proof) == proofs.consistency(int(old), size, reference.node)


def _hashes(proof: list[str]) -> list[bytes]:
    return [base64.b64decode(one) for one in proof]
