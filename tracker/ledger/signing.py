"""Checkpoints: signed on demand, and never two of which one does not continue the other (history.md section 6).

A database that was restored from a backup is behind what was signed before. So each signed checkpoint is written to a
file outside the database first, the high-water mark, and nothing is signed that does not continue it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from tracker import clock, files
from tracker.errors import CannotSign, say
from tracker.ledger.append import append_notice, lock
from tracker.ledger.store import Store
from tracker.log import checkpoints, notes
from tracker.log.checkpoints import Checkpoint
from tracker.log.keys import SigningKey, VerifierKey, read_key_file, write_key_file
from tracker.log.leaf import Kind
from tracker.log.notes import is_name
from tracker.log.refusals import Malformed
from tracker.models import LogCheckpoint, LogNotice

HIGH_WATER = "high-water"
SEEN_BEYOND = "seen-beyond"
"""A witness said that it saw more entries than there are: the size, as a decimal number."""

KEYS = "*.key"
RETIRED = ".retired"

_AT_MOST_EVERY = timedelta(seconds=1)


@dataclass(frozen=True)
class Standing:
    """Where a log stands: its newest checkpoint (None: none yet), its size, and why it is not signed, if so."""

    checkpoint: Checkpoint | None
    note: bytes | None
    signed_at: datetime | None
    size: int
    refusal: CannotSign | None


class Signer:
    """Signs the log of one installation with the keys of one folder."""

    def __init__(self, folder: Path) -> None:
        """`folder`: `Settings.log_dir`."""
        self._folder = folder

    def keys(self) -> list[SigningKey]:
        """The private keys, by file name: one, or two while one follows the other."""
        return [read_key_file(path) for path in sorted(self._folder.glob(KEYS))]

    def verifiers(self) -> list[VerifierKey]:
        """The public halves."""
        return [key.verifier() for key in self.keys()]

    def standing(self, connection: sa.Connection) -> Standing:
        """What can be said of the log now; looks only."""
        size = Store(connection).size()
        newest = connection.execute(_NEWEST).first()
        refusal = None
        try:
            self._refuse(connection, size)
        except CannotSign as why:
            refusal = why
        if newest is None:
            return Standing(None, None, None, size, refusal)
        checkpoint = checkpoints.parse_text(notes.parse(newest.note).text)
        return Standing(checkpoint, newest.note, newest.signed_at, size, refusal)

    def sign(self, connection: sa.Connection, *, at_once: bool = False) -> Checkpoint:
        """The newest checkpoint, signed now unless it is signed already or the last is not a second old.

        `at_once`: also when the last one is younger. The caller commits. Refuses (`CannotSign`) without a key, and a
        log that does not continue what was signed or seen before.
        """
        newest = connection.execute(_NEWEST).first()
        size = Store(connection).size()
        now = clock.now()
        waits = newest is not None and not at_once and now - newest.signed_at < _AT_MOST_EVERY
        if newest is not None and (waits or newest.size == size):
            self._refuse(connection, size)
            return checkpoints.parse_text(notes.parse(newest.note).text)
        head = lock(connection)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with files.alone(self._folder / "lock"):
            keys = self._refuse(connection, head.frontier.size)
            checkpoint = Checkpoint(keys[0].name, head.frontier.size, head.frontier.root())
            note = checkpoints.sign(checkpoint, *keys)
            files.write_whole(self._folder / HIGH_WATER, note)
        connection.execute(
            sa.insert(LogCheckpoint),
            {"size": checkpoint.size, "root": checkpoint.root, "note": note, "signed_at": now},
        )
        return checkpoint

    def add_key(self, connection: sa.Connection, name: str) -> VerifierKey:
        """A new key of the log with this name (its origin), in a file that only its owner can read, and its leaf.

        The caller commits. Refuses (`CannotSign`) another name than that of the keys that are there.
        """
        there = self.keys()
        if any(key.name != name for key in there):
            raise CannotSign(
                say("This log is called %(name)s. Its keys have that name too.", name=there[0].name)
            )
        if not is_name(name):
            raise CannotSign(say("A log's name has no space and no plus, such as tracker.example.org/log"))
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = SigningKey.generate(name)
        verifier = key.verifier()
        number = len([*self._folder.glob("*.key"), *self._folder.glob(f"*{RETIRED}")]) + 1
        write_key_file(self._folder / f"{number:03}-{verifier.key_id.hex()}.key", key)
        append_notice(connection, Kind.KEY, str(verifier), str(verifier).encode())
        return verifier

    def retire(self, connection: sa.Connection, key: VerifierKey) -> None:
        """Puts into the log that a key signs no more; once. The caller commits, signs, and then calls `put_away`.

        Refuses (`CannotSign`) a key that is not one of this log's, and its last one.
        """
        self._file_of(key)
        said = f"retired {key}"
        known = sa.select(LogNotice.seq).where(LogNotice.kind == Kind.KEY, LogNotice.of == said)
        if connection.scalar(known) is None:
            append_notice(connection, Kind.KEY, said, said.encode())

    def put_away(self, key: VerifierKey) -> None:
        """Signs no more with a key; its file stays, under another name."""
        path = self._file_of(key)
        path.rename(path.with_suffix(RETIRED))

    def _file_of(self, key: VerifierKey) -> Path:
        paths = sorted(self._folder.glob(KEYS))
        for path in paths:
            if len(paths) > 1 and read_key_file(path).verifier() == key:
                return path
        raise CannotSign(
            say("%(key)s is not one of two keys of this log. The last key stays.", key=str(key)[:120])
        )

    def high_water(self) -> Checkpoint | None:
        """The largest checkpoint that was ever signed here, whatever the database says."""
        try:
            data = (self._folder / HIGH_WATER).read_bytes()
        except FileNotFoundError:
            return None
        return checkpoints.parse_text(notes.parse(data).text)

    def seen_beyond(self, size: int) -> None:
        """Notes that a witness has seen a log of `size` entries, which is more than there are."""
        files.write_whole(self._folder / SEEN_BEYOND, f"{size}\n".encode())

    def _refuse(self, connection: sa.Connection, size: int) -> list[SigningKey]:
        """The keys to sign with; refuses (`CannotSign`) where nothing may be signed."""
        try:
            keys = self.keys()
        except (Malformed, OSError) as wrong:
            why = str(wrong).replace(
                f"{self._folder}/", ""
            )  # anybody may read this, and nobody needs the path
            raise CannotSign(say("A key of this log cannot be used: %(why)s", why=why)) from wrong
        if not keys:
            raise CannotSign(say("This log has no key to sign with. Run: tracker log keygen NAME"))
        seen = max(self._witnessed_beyond(), mark.size if (mark := self.high_water()) else 0)
        if seen > size:
            raise CannotSign(
                say(
                    "This database has %(size)s entries in its log, and %(seen)s were signed or seen before: it was "
                    "restored from an older copy. Run: tracker log recover --from MIRROR",
                    size=size,
                    seen=seen,
                )
            )
        if mark is not None and mark.size and Store(connection).root(mark.size) != mark.root:
            raise CannotSign(
                say(
                    "The first %(size)s entries of this log are not those that were signed before: the database was "
                    "restored from an older copy and written to since, or the log was changed. Nothing is signed. "
                    "Run: tracker log recover --from MIRROR",
                    size=mark.size,
                )
            )
        return keys

    def _witnessed_beyond(self) -> int:
        try:
            return int((self._folder / SEEN_BEYOND).read_text())
        except FileNotFoundError:
            return 0


_NEWEST = (
    sa.select(LogCheckpoint.size, LogCheckpoint.note, LogCheckpoint.signed_at)
    .order_by(LogCheckpoint.size.desc())
    .limit(1)
)
