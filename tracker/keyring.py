"""The installation's keys: files outside the database, without which nobody reads what is sealed in it.

AES-256-GCM (NIST SP 800-38D) with a random nonce. What is sealed names the key that opens it, so that a new key can
follow an old one while both are read. Where a thing belongs, its `context`, is bound to it: moved elsewhere, it does
not open. Blind indexes, by which names are looked up without being readable, have a key of their own.
"""

import base64
import hashlib
import hmac
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker import files
from tracker.errors import CannotUnseal, say

SEALED: Final = "sealed"
"""In the `info` of a column that holds what `seal` gave: its context, with the row's own columns in braces.

`tracker keys rotate` finds such columns by it, in every table.
"""

KEY_SIZE: Final = 32
BLIND: Final = "blind"

_VERSION: Final = b"\x01"
_ID_SIZE: Final = 4
_NONCE_SIZE: Final = 12
_HEAD_SIZE: Final = len(_VERSION) + _ID_SIZE
_BLIND_SIZE: Final = 16
_ENDING: Final = ".key"
_RETIRED: Final = ".retired"


class _Keys(NamedTuple):
    """What the folder held when it was read: key-encryption keys by id, the one that seals, the blind index's."""

    openers: Mapping[bytes, AESGCM]
    sealing: bytes | None
    blind: bytes | None
    retired: frozenset[str]
    changed_at: int


class Ring:
    """The keys in one folder, read again whenever a file of it comes or goes: a rotation needs no restart."""

    def __init__(self, folder: Path) -> None:
        """`folder`: `Settings.keys_dir`."""
        self.folder = folder
        self._keys: _Keys | None = None

    def begin(self) -> None:
        """Makes the first keys, for an installation that has sealed nothing; does nothing where there are keys."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with files.alone(self.folder / ".lock"):
            if self._numbered(_ENDING, _RETIRED):
                return
            if not self._blind_files():
                self._write(BLIND)
            self.add()

    def add(self) -> str:
        """A new key, which seals from now on; gives its id. The others go on opening what they sealed."""
        return self._write(f"{len(self._numbered(_ENDING, _RETIRED)) + 1:03}")

    def retire(self, key_id: str) -> None:
        """Seals no more with a key. Its file stays, under another name, for what older backups hold."""
        for path in self._numbered(_ENDING):
            if path.stem.endswith(f"-{key_id}"):
                path.rename(path.with_suffix(_RETIRED))
        self._keys = None

    def ids(self) -> list[str]:
        """The ids of the keys in use: the blind index's, then key-encryption keys, oldest first."""
        keys = self._read()
        return ([_id(keys.blind).hex()] if keys.blind else []) + self.sealers()

    def sealers(self) -> list[str]:
        """The ids of the key-encryption keys in use, oldest first; the last one seals."""
        keys = self._read()
        return [one.hex() for one in keys.openers if one.hex() not in keys.retired]

    def retired(self) -> list[str]:
        """The ids of keys that only open."""
        return sorted(self._read().retired)

    def sealing(self) -> str:
        """The id of the key that seals."""
        return self._sealing().hex()

    def seal(self, plain: bytes, *, context: str) -> bytes:
        """`plain`, sealed with the newest key; `unseal` wants the same `context`."""
        key_id = self._sealing()
        head = _VERSION + key_id
        nonce = secrets.token_bytes(_NONCE_SIZE)
        return head + nonce + self._read().openers[key_id].encrypt(nonce, plain, head + context.encode())

    def unseal(self, sealed: bytes, *, context: str) -> bytes:
        """What `seal` was given. Refuses (`CannotUnseal`) without the key, and what was changed or moved."""
        head, nonce = sealed[:_HEAD_SIZE], sealed[_HEAD_SIZE : _HEAD_SIZE + _NONCE_SIZE]
        key_id = head[len(_VERSION) :]
        opener = self._read().openers.get(key_id) or self._read(anew=True).openers.get(key_id)
        if opener is None or not head.startswith(_VERSION):
            raise CannotUnseal(say("The key that opens this is not there. See `tracker keys check`."))
        try:
            return opener.decrypt(nonce, sealed[_HEAD_SIZE + _NONCE_SIZE :], head + context.encode())
        except (InvalidTag, ValueError) as wrong:
            raise CannotUnseal(say("What is sealed here was changed, or belongs elsewhere.")) from wrong

    def blind(self, text: str, *, purpose: str) -> bytes:
        """A fingerprint by which equal texts of one purpose find each other; nobody without the key can make it."""
        key = self._read().blind
        if key is None:
            raise _no_key()
        return hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256")[:_BLIND_SIZE]

    def _sealing(self) -> bytes:
        key_id = self._read().sealing
        if key_id is None:
            raise _no_key()
        return key_id

    def _read(self, *, anew: bool = False) -> _Keys:
        changed_at = self.folder.stat().st_mtime_ns if self.folder.is_dir() else 0
        if anew or self._keys is None or self._keys.changed_at != changed_at:
            in_use = [_read_file(path) for path in self._numbered(_ENDING)]
            retired = [_read_file(path) for path in self._numbered(_RETIRED)]
            blind = [_read_file(path) for path in self._blind_files()]
            self._keys = _Keys(
                openers={_id(key): AESGCM(key) for key in in_use + retired},
                sealing=_id(in_use[-1]) if in_use else None,
                blind=blind[0] if blind else None,
                retired=frozenset(_id(key).hex() for key in retired),
                changed_at=changed_at,
            )
        return self._keys

    def _blind_files(self) -> list[Path]:
        return sorted(self.folder.glob(f"{BLIND}-*{_ENDING}"))

    def _numbered(self, *endings: str) -> list[Path]:
        return sorted(path for ending in endings for path in self.folder.glob(f"[0-9]*{ending}"))

    def _write(self, name: str) -> str:
        key = secrets.token_bytes(KEY_SIZE)
        key_id = _id(key).hex()
        files.write_secret(self.folder / f"{name}-{key_id}{_ENDING}", base64.b64encode(key) + b"\n")
        self._keys = None
        return key_id


def key_of(sealed: bytes) -> str:
    """The id of the key that sealed it."""
    return sealed[len(_VERSION) : _HEAD_SIZE].hex()


ID_IN_SEALED: Final = (len(_VERSION) + 1, _ID_SIZE)
"""Where the id stands in what is sealed, as SQL counts: the first byte's place, and how many."""


def _id(key: bytes) -> bytes:
    return hashlib.sha256(b"tracker key\0" + key).digest()[:_ID_SIZE]


def _read_file(path: Path) -> bytes:
    """The key of a file. Refuses (`CannotUnseal`) one that others may read, and one that is damaged."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotUnseal(say("The key file %(path)s cannot be read.", path=str(path))) from fault
    if mode & 0o077:
        raise CannotUnseal(say("Others may read the key file. Run: chmod 0600 %(path)s", path=str(path)))
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if not path.stem.endswith(f"-{_id(key).hex()}"):
        raise CannotUnseal(
            say("The key file %(path)s is damaged. Put its copy there from the safe.", path=str(path))
        )
    return key


def _no_key() -> CannotUnseal:
    return CannotUnseal(say("This installation has no key yet. Run: tracker db upgrade"))


_current: list[Ring] = []


def start(folder: Path) -> Ring:
    """Makes the keys in `folder` those of this process; done once, as the application starts. Reads nothing yet."""
    _current[:] = [Ring(folder)]
    return _current[0]


def current() -> Ring:
    """The keys of this process; refuses (`CannotUnseal`) where none were named."""
    if not _current:
        raise _no_key()
    return _current[0]


def seal(plain: bytes, *, context: str) -> bytes:
    """`plain` as only this installation's keys open it, at the place that `context` names."""
    return current().seal(plain, context=context)


def unseal(sealed: bytes, *, context: str) -> bytes:
    """What `seal` was given for the same `context`. Refuses (`CannotUnseal`) what was changed, or belongs elsewhere."""
    return current().unseal(sealed, context=context)


def blind(text: str, *, purpose: str) -> bytes:
    """Sixteen bytes that equal texts of one `purpose` share, and that tell nobody without the key anything else."""
    return current().blind(text, purpose=purpose)
