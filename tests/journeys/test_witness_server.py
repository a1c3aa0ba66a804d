"""A witness as civil society runs it: a process of its own, over HTTP or with a stick, killed and started again."""

import io
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Barrier
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from blueprints.ops import witness_memory
from blueprints.ops.witness_server import LARGEST_REQUEST, Application
from tests.command import LAUNCH, environment, here, tracker
from tests.log import maker, reference
from tracker import files
from tracker.errors import BadSetting
from tracker.log import checkpoints, proofs
from tracker.log.checkpoints import Checkpoint
from tracker.log.keys import SigningKey, VerifierKey
from tracker.log.witness import Request

NAME = "witness.example/cso"


class Answer(NamedTuple):
    status: int
    content_type: str | None
    body: str


def _request(old: int, new: int, *, forged: bool = False, key: SigningKey = maker.KEY) -> bytes:
    """What a log asks that had `old` entries at the last time and has `new` now, or says it has."""
    root = reference.mth(1, new + 1) if forged else reference.mth(0, new)
    proof = proofs.consistency(old, new, reference.node) if 0 < old <= new else []
    return Request(old, tuple(proof), checkpoints.sign(Checkpoint(key.name, new, root), key)).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A witness that follows the log of the tests."""
    witness_memory.create(tmp_path / "witness", NAME)
    witness_memory.follow(tmp_path / "witness", str(maker.KEY.verifier()))
    return tmp_path / "witness"


@contextmanager
def _serving(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The witness's server, and its address."""
    words = ["witness", "serve", "--port", "0", "--dir", str(folder), "--prefix", "cso"]
    with subprocess.Popen(
        [*LAUNCH, *words],
        env=environment(folder.parent),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
            assert found, server.stderr.read()
            yield server, found[0]
        finally:
            server.kill()


def _ask(address: str, body: bytes, path: str = "/cso/add-checkpoint", method: str = "POST") -> Answer:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheader("Content-Type"), answer.read().decode())
    finally:
        connection.close()


def _cosigned(answer: Answer, size: int, witness: VerifierKey) -> bool:
    note = checkpoints.sign(Checkpoint(maker.ORIGIN, size, reference.mth(0, size)), maker.KEY)
    whole = checkpoints.add_cosignatures(note, answer.body, [witness])
    return witness in checkpoints.open_signed(whole, [maker.KEY.verifier()], [witness]).seen


def test_a_log_is_witnessed_over_http_as_the_specification_says(folder: Path):
    """Every status of tlog-witness, then a kill, and the witness remembers."""
    witness = witness_memory.open_witness(folder).verifier()
    with _serving(folder) as (server, address):
        assert _cosigned(_ask(address, _request(0, 20)), 20, witness)
        assert _cosigned(_ask(address, _request(20, 30)), 30, witness)
        conflict = _ask(address, _request(20, 40))
        assert conflict == (409, "text/x.tlog.size", "30\n")
        assert _ask(address, _request(30, 40, forged=True)).status == 422
        assert _ask(address, _request(30, 30, forged=True)).status == 422
        assert _ask(address, _request(50, 40)).status == 400
        assert _ask(address, b"nonsense").status == 400
        assert _ask(address, _request(30, 40, key=SigningKey.generate(maker.ORIGIN))).status == 403
        assert _ask(address, _request(0, 40, key=SigningKey.generate("other.example"))).status == 404
        assert _ask(address, _request(30, 40), path="/add-checkpoint").status == 404
        assert _ask(address, b"", method="GET").status == 405
        assert str(witness) in _ask(address, b"", path="/cso/", method="GET").body
        assert _ask(address, b"x" * (LARGEST_REQUEST + 1)).status == 413
        assert _cosigned(_ask(address, _request(30, 40)), 40, witness)
        server.kill()
        assert "Traceback" not in server.stderr.read()
    with _serving(folder) as (server, address):
        assert _ask(address, _request(30, 50)) == (409, "text/x.tlog.size", "40\n")
        assert _cosigned(_ask(address, _request(40, 50)), 50, witness)
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0


def test_of_two_histories_at_once_a_witness_signs_one(folder: Path):
    with _serving(folder) as (_server, address), ThreadPoolExecutor(4) as pool:
        last = 0
        for size in range(10, 60, 10):
            gate = Barrier(4)

            def ask(forged: bool, gate: Barrier = gate, last: int = last, size: int = size) -> Answer:
                gate.wait()
                return _ask(address, _request(last, size + forged, forged=forged and not last))

            answers = list(pool.map(ask, [False, True, False, True]))
            won = [answer for answer in answers if answer.status == 200]
            assert len(won) == 1
            kept = witness_memory._read_memory(folder)[maker.ORIGIN]
            assert {(one.status, one.body) for one in answers if one not in won} == {(409, f"{kept.size}\n")}
            if kept.root != reference.mth(0, kept.size):
                return
            last = kept.size


def test_a_witness_killed_at_any_moment_remembers_what_it_signed(folder: Path):
    """Whatever it answered is in its memory; whatever is in its memory continues what it answered."""
    last = 0
    for turn in range(2):
        with _serving(folder) as (server, address), ThreadPoolExecutor(1) as pool:
            last = witness_memory.size_of(folder, maker.ORIGIN)
            asked = pool.submit(_ask_on_and_on, address, last)
            while witness_memory.size_of(folder, maker.ORIGIN) < last + 5 + 7 * turn:
                pass
            server.kill()
            answered = asked.result()
        kept = witness_memory.size_of(folder, maker.ORIGIN)
        assert kept in (answered, answered + 1)
    assert witness_memory.open_witness(folder).answer(_request(last, 290)).status == 409


def _ask_on_and_on(address: str, size: int) -> int:
    """Lets the log grow by one entry after the other, until nobody answers; the last size that was cosigned."""
    while size < 299:
        try:
            assert _ask(address, _request(size, size + 1)).status == 200
        except (OSError, HTTPException):
            return size
        size += 1
    return size


def test_a_witness_that_cannot_write_its_memory_signs_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    opened = witness_memory.open_witness(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(files, "write_whole", full)
        assert _in_process(Application(opened), _request(0, 20)) == "503 Service Unavailable"
    assert witness_memory.size_of(folder, maker.ORIGIN) == 0
    assert _in_process(Application(opened), _request(0, 20)) == "200 OK"


def _in_process(app: Application, body: bytes) -> str:
    said: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/add-checkpoint",
        "wsgi.input": io.BytesIO(body),
    }
    list(app(environ, lambda status, _headers: said.append(status)))
    return said[0]


def test_a_file_is_on_the_disk_before_it_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    order: list[str] = []

    def noted(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*given: Any) -> Any:
            order.append(name)
            return act(*given)

        return noting

    monkeypatch.setattr(os, "fsync", noted("fsync", os.fsync))
    monkeypatch.setattr(Path, "replace", noted("replace", Path.replace))
    files.write_whole(tmp_path / "memory", b"whole")
    assert order == ["fsync", "replace", "fsync"]
    assert (tmp_path / "memory").read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["memory"]


def test_a_witness_without_its_memory_signs_nothing(folder: Path):
    for spoil in (b"nonsense", None):
        (folder / "memory").unlink() if spoil is None else (folder / "memory").write_bytes(spoil)
        with pytest.raises(BadSetting, match="begin anew with another key"):
            witness_memory.open_witness(folder)


def test_a_witness_is_made_follows_and_signs_from_a_stick(tmp_path: Path):
    """By the command alone, without any setting of an installation: the first word in a process of its own."""
    made = tracker("witness", "keygen", NAME, home=tmp_path)
    witness = VerifierKey.parse(made.stdout.removeprefix("Verifier key: ").strip())
    folder = tmp_path / "witness"
    assert (folder / "key").stat().st_mode & 0o777 == 0o400

    def said(*words: str) -> tuple[int, str]:
        done = here("witness", *words, "--dir", str(folder))
        return done.returncode, done.stdout + done.stderr

    assert "already" in said("keygen", NAME)[1]
    assert "follows no log yet" in said("serve")[1]
    assert said("follow", str(maker.KEY.verifier())) == (0, f"Following {maker.ORIGIN}.\n")
    (tmp_path / "request").write_bytes(_request(0, 20))
    code, line = said("sign", str(tmp_path / "request"))
    assert code == 0
    assert _cosigned(Answer(200, None, line), 20, witness)
    (tmp_path / "request").write_bytes(_request(0, 30))
    code, line = said("sign", str(tmp_path / "request"))
    assert code == 1
    assert "--from 20" in line


def test_what_is_no_log_is_not_followed(folder: Path):
    for wrong in ("nonsense", str(maker.WITNESS.verifier(4))):
        done = here("witness", "follow", wrong, "--dir", str(folder))
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
    assert here("witness", "keygen", "two words", "--dir", str(folder)).returncode == 2
    second = SigningKey.generate(maker.ORIGIN).verifier()
    witness_memory.follow(folder, str(second))
    witness_memory.follow(folder, str(second))
    assert witness_memory.open_witness(folder).logs == {maker.ORIGIN: (maker.KEY.verifier(), second)}
