"""Tampering with a copy of the demonstration's log, one way after the other, and what `tracker log verify` says."""

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from blueprints.ops import witness_memory
from tests.command import LAUNCH, environment, here, tracker
from tests.log import maker
from tests.log.maker import Made
from tests.office import a_witness, copied_demonstration
from tracker.log import disclosures, leaf, tiles
from tracker.log.checkpoints import open_signed
from tracker.log.encoding import b64url
from tracker.log.keys import SigningKey, VerifierKey
from tracker.log.leaf import CaseLeaf
from tracker.log.notes import parse
from tracker.log.readers import Folder, read_items
from tracker.log.tree import leaf_hash
from tracker.log.witness import Request


@dataclass(frozen=True)
class Log:
    """The copy of an installation's log, what is in it, and the key that its owner has."""

    folder: Path
    key: SigningKey
    made: Made
    data: Path

    @property
    def vkey(self) -> str:
        return str(self.key.verifier())

    def of_case(self, case: str) -> list[int]:
        """Where the entries of a case are."""
        return [at for at, one in enumerate(self.made.entries) if case.encode() in one]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """The demonstration's log, copied with all that accredited verifiers get. Nobody writes into it."""
    home = tmp_path_factory.mktemp("exported")
    folder, key = copied_demonstration(home)
    return Log(folder, key, _read_back(folder, key.verifier()), home / "data")


def _read_back(folder: Path, vkey: VerifierKey) -> Made:
    made = Made()
    for bundle in tiles.bundles_of_size(
        open_signed((folder / "checkpoint").read_bytes(), [vkey]).checkpoint.size
    ):
        entries = read_items(Folder(folder), bundle, tiles.unpack_bundle)
        shown = read_items(Folder(folder), bundle._replace(level=tiles.DISCLOSURES), disclosures.unpack_lines)
        assert entries
        assert shown
        for entry, line in zip(entries, shown, strict=True):
            made.add(entry, line.split("~") if line else ())
    return made


@pytest.fixture
def copy(log: Log, tmp_path: Path) -> Path:
    return shutil.copytree(log.folder, tmp_path / "copy")


def _said(copy: Path | str, vkey: str, *words: str | Path, code: int = 1) -> str:
    done = here("log", "verify", str(copy), "--vkey", vkey, *map(str, words))
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def _victim(log: Log, least: int = 6) -> list[int]:
    """The entries of some case in the middle of the log, not all in one bundle's beginning."""
    for at in range(600, 2000):
        found = leaf.parse(log.made.entries[at])
        if isinstance(found, CaseLeaf) and found.n == 0:
            places = log.of_case(found.case)
            if len(places) >= least:
                return places
    raise AssertionError


def _leaf(log: Log, at: int) -> CaseLeaf:
    found = leaf.parse(log.made.entries[at])
    assert isinstance(found, CaseLeaf)
    return found


def _changed(log: Log) -> Made:
    return Made(list(log.made.entries), list(log.made.shown))


def _rewrite(copy: Path, made: Made, key: SigningKey, *, signed: bool = True) -> None:
    """Every file anew from these entries; the old checkpoint stays where nobody can sign."""
    note = (copy / "checkpoint").read_bytes()
    for folder in ("tile", "disclosures"):
        shutil.rmtree(copy / folder)
    maker.write(copy, made, key)
    if not signed:
        (copy / "checkpoint").write_bytes(note)


def _offset(log: Log, at: int) -> int:
    return sum(len(entry) + 2 for entry in log.made.entries[at // 256 * 256 : at]) + 2


# --- by a hex editor ----------------------------------------------------------------------------------------------


def test_the_copy_holds(log: Log, tmp_path: Path):
    """In a process of its own, as an outsider runs it."""
    done = tracker("log", "verify", str(log.folder), "--vkey", log.vkey, home=tmp_path)
    assert done.returncode == 0, done.stdout
    assert f"Entries checked: {len(log.made.entries)}" in done.stdout


def test_a_changed_field(log: Log, copy: Path, tmp_path: Path):
    """In a process of its own, too."""
    _, _, third, fourth, *_ = _victim(log)
    entry = log.made.entries[third]
    at = _offset(log, third) + entry.index(b'"kind":"') + len(b'"kind":"')
    maker.edit(copy / f"tile/entries/{third // 256:03d}", at, b"assign" if b"status" in entry else b"status")
    done = tracker("log", "verify", str(copy), "--vkey", log.vkey, home=tmp_path)
    assert done.returncode == 1
    assert f"entry {third}: entry: The entry does not have the hash that its tile says." in done.stdout
    assert f"entry {fourth}: link:" in done.stdout
    assert "entries were changed after signing" in done.stdout


def test_a_changed_date(log: Log, copy: Path):
    third = _victim(log)[2]
    step, day = log.made.shown[third]
    old = disclosures.open_disclosure(day)
    salt = disclosures.open_disclosure(day).salt
    assert salt == old.salt
    earlier = b64url(f'["{salt}","day",{{"happened":"2020-01-01","recorded":"2020-01-01"}}]'.encode())
    file = copy / f"disclosures/{third // 256:03d}"
    file.write_bytes(file.read_bytes().replace(f"{step}~{day}".encode(), f"{step}~{earlier}".encode()))
    said = _said(copy, log.vkey)
    assert f"entry {third}: disclosure: The disclosure of 'day' is not the one that was recorded." in said
    assert "Breaks: 1 disclosure." in said


def test_a_forged_signature(log: Log, copy: Path):
    note = parse((copy / "checkpoint").read_bytes())
    one = note.signatures[0]
    forged = replace(note, signatures=(replace(one, data=bytes([one.data[0] ^ 1]) + one.data[1:]),))
    (copy / "checkpoint").write_bytes(forged.encode())
    assert f"log: signature: The signature of {log.key.name} is false." in _said(copy, log.vkey)


def test_another_key(log: Log, copy: Path):
    _rewrite(copy, log.made, SigningKey.generate(log.key.name))
    assert "log: signature: No key that is known here signed this." in _said(copy, log.vkey)


# --- entries removed, moved, put in: every hash made anew, and the old checkpoint kept --------------------------------


def _removed(log: Log, made: Made, places: Sequence[int]) -> str:
    del made.entries[places[2]], made.shown[places[2]]
    return rf"entry {places[3] - 1}: number: .* entries 2 to 2 are missing"


def _reordered(log: Log, made: Made, places: Sequence[int]) -> str:
    one, two = places[2:4]
    made.entries[one], made.entries[two] = made.entries[two], made.entries[one]
    made.shown[one], made.shown[two] = made.shown[two], made.shown[one]
    return rf"entry {one}: number: (.*\n)*entry {two}: number: "


def _inserted(log: Log, made: Made, places: Sequence[int]) -> str:
    third = _leaf(log, places[2])
    extra = third._replace(n=3, prev=leaf.link(leaf_hash(log.made.entries[places[2]])))
    made.entries.insert(places[2] + 1, extra.encode())
    made.shown.insert(places[2] + 1, ())
    return rf"entry {places[3] + 1}: number: .* entry 3 stands where entry 4 should"


def _swapped(log: Log, made: Made, places: Sequence[int]) -> str:
    mine = _leaf(log, places[2])
    other = next(
        at
        for at in range(places[2] + 1, len(made.entries))
        if isinstance(one := leaf.parse(made.entries[at]), CaseLeaf) and one.n == 2 and one.case != mine.case
    )
    theirs = _leaf(log, other)
    made.entries[places[2]] = mine._replace(case=theirs.case).encode()
    made.entries[other] = theirs._replace(case=mine.case).encode()
    return rf"entry {places[2]}: (number|link): (.*\n)*entry {other}: (number|link): "


TAMPERED: dict[str, Callable[[Log, Made, Sequence[int]], str]] = {
    "removed from the middle": _removed,
    "reordered": _reordered,
    "inserted": _inserted,
    "swapped between cases": _swapped,
}


@pytest.mark.parametrize("name", TAMPERED)
def test_an_entry(log: Log, copy: Path, name: str):
    made = _changed(log)
    says = TAMPERED[name](log, made, _victim(log))
    _rewrite(copy, made, log.key, signed=False)
    said = _said(copy, log.vkey)
    assert re.search(says, said), said
    assert "It does NOT hold." in said


def test_entries_removed_from_the_end(log: Log, copy: Path, tmp_path: Path):
    """The owner signs what is left: only who remembers more sees it."""
    (tmp_path / "remembered").write_bytes((log.folder / "checkpoint").read_bytes())
    size = len(log.made.entries) - 10
    _rewrite(copy, Made(log.made.entries[:size], log.made.shown[:size]), log.key)
    said = _said(copy, log.vkey, "--remember", tmp_path / "remembered")
    assert f"entry {size}: remembered: The log had {size + 10} entries and has {size}" in said
    assert "would pass" in _said(copy, log.vkey, code=0)


# --- rewritten and signed anew with the real key ----------------------------------------------------------------------


def _back_dated(log: Log) -> Made:
    """The last entry of a case says that it happened a year before; hashes and signature are all in order."""
    at = _victim(log)[-1]
    made, old = _changed(log), _leaf(log, at)
    values: dict[str, Any] = {
        one.name: one.value for one in map(disclosures.open_disclosure, log.made.shown[at])
    }
    values["day"] = values["day"] | {"happened": "2025-01-01"}
    sealed = disclosures.seal(values, maker.RANDOM)
    made.entries[at] = old._replace(digests=sealed.digests).encode()
    made.shown[at] = [sealed.disclosures["step"], sealed.disclosures["day"]]
    return made


def test_a_log_rewritten_and_signed_with_the_real_key(log: Log, copy: Path, tmp_path: Path):
    """It passes who knows nothing of before, and is told so; a memory or one witness catches it."""
    remember, cso = tmp_path / "remembered", tmp_path / "cso"
    note = (log.folder / "checkpoint").read_bytes()
    remember.write_bytes(note)
    witness = a_witness(cso, log.vkey)
    line = witness_memory.open_witness(cso).answer(Request(0, (), note).encode()).body
    rules = tmp_path / "policy"
    rules.write_text(f"witness cso {witness}\nquorum cso\n")
    (copy / "checkpoint").write_bytes(note + line.encode())
    _said(copy, log.vkey, "--policy", rules, code=0)
    _rewrite(copy, _back_dated(log), log.key)
    assert "signed anew with the same key would pass" in _said(copy, log.vkey, code=0)
    said = _said(copy, log.vkey, "--remember", remember)
    assert "log: remembered: The first" in said
    assert remember.read_bytes() == note
    again = Request(len(log.made.entries), (), (copy / "checkpoint").read_bytes()).encode()
    assert witness_memory.open_witness(cso).answer(again).status == 422
    assert "log: witnesses: The quorum cso is not met. Not seen by: cso" in _said(
        copy, log.vkey, "--policy", rules
    )


# --- killed while it is made; read over the network, from a server that runs ----------------------------------


def test_a_copy_whose_making_was_killed_is_made_whole(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    words = ["log", "--demonstration", "export", str(tmp_path / "copy"), "--disclosures"]
    settings = environment(tmp_path, TRACKER_DATA_DIR=str(log.data))
    with subprocess.Popen([*LAUNCH, *words], env=settings, stderr=subprocess.DEVNULL) as made:
        while not (tmp_path / "copy/tile/0/002").exists() and made.poll() is None:
            pass
        made.kill()
    monkeypatch.setenv("TRACKER_DATA_DIR", str(log.data))
    assert here(*words).returncode == 0
    assert _files(tmp_path / "copy") == _files(log.folder)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(".half")
    }


def test_the_log_is_verified_from_the_server_that_keeps_it(log: Log, tmp_path: Path):
    with subprocess.Popen(
        [*LAUNCH, "demo", "--port", "0"],
        env=environment(tmp_path, TRACKER_DATA_DIR=str(log.data)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            address = next(
                found[0] for line in server.stdout if (found := re.search(r"http://\S+:\d+", line))
            )
            said = _said(f"{address}/log", log.vkey, code=0)
        finally:
            server.kill()
    assert "Not checked: what the entries say." in said
