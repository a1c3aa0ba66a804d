"""`tracker log verify`, as somebody outside runs it: on a folder, over the network, on one paper."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from blueprints.ops.log import address
from blueprints.ops.log.address import Address
from tests.command import here, tracker
from tests.log import maker
from tests.log.maker import KEY, WITNESS, Made
from tracker.errors import BadSetting
from tracker.log import histories, leaf, proofs, receipts, tiles
from tracker.log.encoding import b64url
from tracker.log.histories import History, Piece
from tracker.log.keys import COSIGNATURE, SigningKey
from tracker.log.leaf import CaseLeaf, Kind, Notice
from tracker.log.tree import leaf_hash

VKEY = str(KEY.verifier())
MADE = maker.a_log(cases=30, each=11)
SIZE = len(MADE.entries)
TOKEN = "a token of two people"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good log that a witness has seen. Nobody writes into it."""
    return maker.write(tmp_path_factory.mktemp("log"), MADE, time=1_795_000_000)


def _verify(log: Path | str, *words: str) -> tuple[int, str]:
    done = here("log", "verify", str(log), *words)
    return done.returncode, done.stdout + done.stderr


def _good(log: Path | str, *words: str) -> str:
    code, said = _verify(log, "--vkey", VKEY, *words)
    assert code == 0, said
    return said


def test_a_good_log_holds_and_it_is_said_what_a_forger_could_still_do(folder: Path, tmp_path: Path):
    done = tracker("log", "verify", str(folder), "--vkey", VKEY, home=tmp_path)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[0] == f"Log: {maker.ORIGIN}"
    assert f"Entries checked: {SIZE}" in said
    assert any("signed anew with the same key would pass" in line for line in said)
    assert said[-1] == "All that was checked holds."


def test_a_break_is_named_with_its_place(tmp_path: Path):
    maker.write(tmp_path, MADE)
    maker.edit(tmp_path / "tile/0/001.p/75", 3 * 32, b"\0\0")
    code, said = _verify(tmp_path, "--vkey", VKEY)
    assert code == 1
    assert "entry 259: entry: The entry does not have the hash that its tile says." in said
    assert "It does NOT hold. Breaks: 1 entry." in said


def test_a_checkpoint_is_remembered_only_when_all_holds(folder: Path, tmp_path: Path):
    remember = tmp_path / "remembered"
    small, large, shrunk = (_of_size(tmp_path / str(size), size) for size in (200, 300, 250))
    assert "would pass" in _good(small, "--remember", str(remember))
    assert "would pass" not in _good(large, "--remember", str(remember))
    kept = remember.read_bytes()
    assert kept == (large / "checkpoint").read_bytes()
    code, said = _verify(shrunk, "--vkey", VKEY, "--remember", str(remember))
    assert (code, remember.read_bytes()) == (1, kept)
    assert "The log had 300 entries and has 250: entries were removed from its end." in said
    _good(folder, "--remember", str(remember))
    assert remember.read_bytes() == (folder / "checkpoint").read_bytes()


def _of_size(place: Path, size: int) -> Path:
    return maker.write(place, Made(MADE.entries[:size], MADE.shown[:size]))


def test_a_policy_asks_for_its_witnesses_and_may_name_the_log(folder: Path, tmp_path: Path):
    rules = tmp_path / "policy"
    rules.write_text(f"log {VKEY}\nwitness cso {WITNESS.verifier(COSIGNATURE)}\nquorum cso\n")
    code, said = _verify(folder, "--policy", str(rules))
    assert (code, "1 of 1" in said, "would pass" in said) == (0, True, False)
    rules.write_text(f"log {VKEY}\nwitness b {SigningKey.generate('b').verifier(COSIGNATURE)}\nquorum b\n")
    code, said = _verify(folder, "--policy", str(rules))
    assert (code, "Not seen by: b" in said) == (1, True)


def test_what_people_should_read_is_counted_and_named_when_asked(tmp_path: Path):
    made = maker.a_log(cases=1, each=2)
    made.add(Notice(Kind.KEY, "a new key", b64url(bytes(32))).encode())
    last = leaf.parse(made.entries[2])
    assert isinstance(last, CaseLeaf)
    erased = CaseLeaf(Kind.ERASE, last.case, 2, leaf.link(leaf_hash(made.entries[2])), last.digests)
    made.add(erased.encode())
    maker.write(tmp_path, made)
    assert "Erasures: 1\nCorrections: 0\n" in _good(tmp_path)
    listed = _good(tmp_path, "--list")
    assert f"Erasures: 1\n  entry 4: case {last.case}, entry 2\n" in listed
    assert "Keys: 1\n  entry 3: a new key\n" in listed


def test_a_step_that_was_not_open_is_named(tmp_path: Path):
    made = maker.a_log(cases=1, each=2)
    before = leaf_hash(made.entries[2])
    case = leaf.parse(made.entries[2])
    assert isinstance(case, CaseLeaf)
    step = {"stage": "police", "institution": "PS-0012", "before": "accepted", "after": "waiting"}
    step["procedure"] = maker.PROCEDURE
    made.add(*maker.an_entry(case.case, 2, before, date(2026, 12, 1), maker.RANDOM, step=step))
    code, said = _verify(maker.write(tmp_path, made), "--vkey", VKEY)
    assert code == 1
    assert "entry 3: step: police: no step leads from 'accepted' to 'waiting'." in said


def test_what_a_log_says_of_itself_does_not_steer_the_terminal(tmp_path: Path):
    made = maker.a_log(cases=1, each=1)
    step = {
        "stage": "\x1b[2Jgood",
        "institution": "x",
        "before": None,
        "after": "",
        "procedure": maker.PROCEDURE,
    }
    made.add(*maker.an_entry("b" * 32, 0, b"", date(2026, 12, 1), maker.RANDOM, step=step))
    made.shown[-1] = list(made.shown[-1])
    code, said = _verify(maker.write(tmp_path, made), "--vkey", VKEY)
    assert (code, "\x1b" in said) == (1, False)


# --- one paper ----------------------------------------------------------------------------------------------------

_TILES = maker.hash_tiles([leaf_hash(entry) for entry in MADE.entries])
_NODE = tiles.nodes(lambda tile: _TILES[tile.path()], SIZE)


def _piece(at: int) -> Piece:
    return Piece(
        at, MADE.entries[at], [MADE.shown[at][0], MADE.shown[at][2]], proofs.inclusion(at, SIZE, _NODE)
    )


def test_a_receipt_is_checked_alone(folder: Path, tmp_path: Path):
    piece, note = _piece(7), (folder / "checkpoint").read_bytes()
    paper = tmp_path / "receipt"
    extra = receipts.pack_extra(piece.entry, piece.disclosures)
    paper.write_bytes(receipts.Receipt(7, piece.proof, note, extra).encode())
    said = _good(paper)
    assert "entry 7: " in said
    assert "seen in the whole log alone" in said
    assert "would pass" in said
    remember = tmp_path / "remembered"
    remember.write_bytes(note)
    assert "would pass" not in _good(paper, "--remember", str(remember))
    remember.write_bytes(maker.signed(MADE.entries[:100]))
    assert "without" in _refused(paper, "--vkey", VKEY, "--remember", str(remember))
    remember.write_bytes(maker.signed(MADE.entries[1:] + MADE.entries[:1]))
    code, said = _verify(paper, "--vkey", VKEY, "--remember", str(remember))
    assert (code, "log: remembered:" in said) == (1, True)
    paper.write_bytes(paper.read_bytes().replace(b"index 7", b"index 8"))
    assert _verify(paper, "--vkey", VKEY)[0] == 1


def test_one_history_is_checked_alone(folder: Path, tmp_path: Path):
    first = leaf.parse(MADE.entries[1])
    mine = [
        _piece(at)
        for at, entry in enumerate(MADE.entries)
        if isinstance(one := leaf.parse(entry), CaseLeaf) and one.case == first.case
    ]
    file = tmp_path / "history.json"
    note = (folder / "checkpoint").read_bytes()
    file.write_bytes(History(mine, note).encode())
    assert "police: waiting -> accepted" in _good(file)
    file.write_bytes(History([*mine[:3], *mine[4:]], note).encode())
    code, said = _verify(file, "--vkey", VKEY)
    assert (code, "entries 3 to 3 are missing" in said) == (1, True)
    assert histories.FORMAT in _refused(_written(tmp_path / "other", b"hello"), "--vkey", VKEY)


def _written(place: Path, data: bytes) -> Path:
    place.write_bytes(data)
    return place


# --- bad use: a sentence, and exit code 2 -----------------------------------------------------------------------


def _refused(log: Path | str, *words: str) -> str:
    code, said = _verify(log, *words)
    assert code == 2, said
    assert len(said.strip().splitlines()) == 1
    return said


def test_bad_use_is_told_in_a_sentence(folder: Path, tmp_path: Path):
    assert "--vkey" in _refused(folder)
    assert "not a key" in _refused(folder, "--vkey", "nonsense")
    assert "neither a folder nor a file" in _refused(tmp_path / "nowhere", "--vkey", VKEY)
    assert "Line 1" in _refused(folder, "--policy", str(_written(tmp_path / "policy", b"nonsense\n")))
    assert "not UTF-8" in _refused(folder, "--policy", str(_written(tmp_path / "policy", b"\xff")))
    assert "cannot be read" in _refused(folder, "--policy", str(tmp_path / "none"))
    assert "is not there" in _refused(folder, "--vkey", VKEY, "--remember", str(tmp_path / "no/folder"))
    assert "address of a log" in _refused("ftp://example.org/log", "--vkey", VKEY)
    assert "Connection refused" in _refused("http://127.0.0.1:1/log", "--vkey", VKEY)


# --- over the network -------------------------------------------------------------------------------------------


class _Served(SimpleHTTPRequestHandler):
    """A folder under /log, of which entries and disclosures need the token, as an installation serves them."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        guarded = self.path.startswith(("/log/tile/entries", "/log/disclosures"))
        if guarded and self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.send_error(401)
        else:
            self.path = self.path.removeprefix("/log")
            super().do_GET()

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Served, directory=str(folder))) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/log"
        server.shutdown()


def test_a_log_is_read_over_the_network(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """With a token all of it; without one the hashes, and it is said what was not checked."""
    with _serving(folder) as url:
        said = _good(url)
        assert "Not checked: what the entries say." in said
        assert "Leaves:" not in said
        monkeypatch.setenv("VERIFIER_TOKEN", TOKEN)
        assert "Disclosures opened: 990" in _good(url)
        monkeypatch.setenv("VERIFIER_TOKEN", "another")
        assert "the token is not accepted" in _refused(url, "--vkey", VKEY)
        monkeypatch.setattr(address, "MOST_BYTES", 100)
        assert "larger than any file" in _refused(url, "--vkey", VKEY)


def test_hashes_alone_show_that_a_log_was_rewritten(folder: Path, tmp_path: Path):
    made = Made([*MADE.entries[:20], *MADE.entries[21:], MADE.entries[20]], list(MADE.shown))
    remember = _written(tmp_path / "remembered", maker.signed(MADE.entries[:100]))
    maker.write(tmp_path / "log", made)
    with _serving(tmp_path / "log") as url:
        code, said = _verify(url, "--vkey", VKEY, "--remember", str(remember))
    assert code == 1
    assert "The first 100 entries are not those that the remembered checkpoint signed." in said


def test_a_token_is_not_sent_where_others_could_read_it():
    with pytest.raises(BadSetting, match="https alone"):
        Address("http://example.org/log", TOKEN)
    Address("https://example.org/log", TOKEN)
