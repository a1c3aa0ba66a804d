"""What a witness must not forget: which checkpoint of each log it cosigned last.

One folder: `key` (mode 0400), `logs` (a verifier key a line) and `memory` (a line a log: origin, size, root).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tracker import clock, files
from tracker.errors import BadSetting
from tracker.log import checkpoints
from tracker.log.checkpoints import Checkpoint
from tracker.log.encoding import b64
from tracker.log.keys import COSIGNATURE, ED25519, SigningKey, VerifierKey, read_key_file, write_key_file
from tracker.log.notes import is_name
from tracker.log.refusals import Malformed
from tracker.log.witness import Answer, decide

_KEY, _LOGS, _MEMORY = "key", "logs", "memory"
_HEADING = "# The logs that this witness follows: one verifier key a line.\n"


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its key, the logs that it follows, and the folder with its memory."""

    folder: Path
    key: SigningKey
    logs: Mapping[str, tuple[VerifierKey, ...]]

    def answer(self, body: bytes) -> Answer:
        """The answer to `add-checkpoint`. What it cosigns is on the disk before it is answered (tlog-witness).

        Compare and store are one: no other thread or process of this witness is between them.
        """
        with files.alone(self.folder / f"{_MEMORY}.lock"):
            memory = _read_memory(self.folder)
            now = int(clock.now().timestamp())
            answer = decide(body, logs=self.logs, latest=memory.get, key=self.key, time=now)
            if answer.store:
                _write_memory(self.folder, {**memory, answer.store.origin: answer.store})
        return answer

    def verifier(self) -> VerifierKey:
        """The key by which others know its cosignatures."""
        return self.key.verifier(COSIGNATURE)


def create(folder: Path, name: str) -> VerifierKey:
    """A new witness of that name, which follows no log yet; never over another one."""
    if not is_name(name):
        raise BadSetting(f"{name!r} cannot be a key's name: it has no space and no plus.")
    key = SigningKey.generate(name)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_key_file(folder / _KEY, key)
    except FileExistsError as there:
        raise BadSetting(f"There is a witness in {folder} already. Name another folder.") from there
    except OSError as fault:
        raise BadSetting(f"Nothing can be written to {folder}: {fault.strerror}.") from fault
    _write_memory(folder, {})
    files.write_whole(folder / _LOGS, _HEADING.encode())
    return key.verifier(COSIGNATURE)


def open_witness(folder: Path) -> Witness:
    """The witness of a folder. Refuses (`BadSetting`, `Malformed`) one that lacks its key, its logs or its memory."""
    try:
        witness = Witness(folder, read_key_file(folder / _KEY), _logs((folder / _LOGS).read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadSetting(f"There is no witness in {folder}. Make one: tracker witness keygen NAME") from wrong
    _read_memory(folder)
    return witness


def follow(folder: Path, log: str) -> VerifierKey:
    """Adds a log, or another key of one, to those that the witness follows; refuses a witness's key."""
    known = [key for keys in open_witness(folder).logs.values() for key in keys]
    key = _log_key(log)
    if key not in known:
        lines = (folder / _LOGS).read_text("utf-8")
        files.write_whole(folder / _LOGS, f"{lines.rstrip()}\n{key}\n".encode())
    return key


def size_of(folder: Path, origin: str) -> int:
    """How many entries of a log the witness saw last."""
    found = _read_memory(folder).get(origin)
    return found.size if found else 0


def _logs(text: str) -> dict[str, tuple[VerifierKey, ...]]:
    found: dict[str, tuple[VerifierKey, ...]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            key = _log_key(line.strip())
            found[key.name] = (*found.get(key.name, ()), key)
    return found


def _log_key(text: str) -> VerifierKey:
    key = VerifierKey.parse(text)
    if key.kind != ED25519:
        raise Malformed(f"{text[:80]!r} is not a log's verifier key.")
    return key


def _read_memory(folder: Path) -> dict[str, Checkpoint]:
    """A witness that has lost its memory would cosign a rewritten log: it refuses to go on."""
    try:
        lines = (folder / _MEMORY).read_text("utf-8").splitlines()
        found = [checkpoints.parse_text("\n".join([*line.split(" "), ""])) for line in lines]
    except (OSError, UnicodeDecodeError, Malformed) as lost:
        raise BadSetting(
            f"The memory of the witness in {folder} cannot be read, so it cannot know what it cosigned. "
            "Bring the file back, or begin anew with another key and tell those who trust this one."
        ) from lost
    return {one.origin: one for one in found}


def _write_memory(folder: Path, memory: Mapping[str, Checkpoint]) -> None:
    lines = [f"{one.origin} {one.size} {b64(one.root)}\n" for one in memory.values()]
    files.write_whole(folder / _MEMORY, "".join(lines).encode("utf-8"))
