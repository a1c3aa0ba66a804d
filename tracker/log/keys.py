"""Keys as signed-note spells them, and the file that holds a private one (c2sp.org/signed-note, Signature types)."""

import os
import re
import stat
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tracker.log import cosignatures
from tracker.log.encoding import b64, unb64
from tracker.log.notes import Signature, is_name
from tracker.log.refusals import Malformed

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04

_PRIVATE = "PRIVATE+KEY+"
_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name: of a log (`ED25519`) or of a witness (`COSIGNATURE`)."""

    name: str
    kind: int
    public: bytes
    key_id: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reckons the key id: SHA-256(name || 0x0A || kind || public key)[:4] (signed-note, Signatures)."""
        if not is_name(self.name) or self.kind not in (ED25519, COSIGNATURE) or len(self.public) != 32:
            raise Malformed(f"{self.name!r} is not a key of a kind that is known here.")
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        object.__setattr__(self, "key_id", sha256(named).digest()[:4])

    def __str__(self) -> str:
        """The verifier key: name, key id in hexadecimal and base64 of kind and key (signed-note, Verifier keys)."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """The key of a verifier key's text (signed-note, Verifier keys); refuses another key's id."""
        name, key_id, material = _parts(text)
        key = cls(name, material[0], material[1:])
        if key.key_id != key_id:
            raise Malformed(f"This is not the key id of {name}.")
        return key

    def holds(self, text: str, data: bytes) -> bool:
        """Whether `data` is this key's signature under the text (signed-note, Ed25519; tlog-cosignature)."""
        try:
            message, signature = text.encode(), data
            if self.kind == COSIGNATURE:
                time, signature = cosignatures.unpack(data)
                message = cosignatures.signed_message(text, time)
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, Malformed):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private Ed25519 key with its name; it signs as a log, or cosigns as a witness."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        """A new key from the system's randomness."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    def verifier(self, kind: int = ED25519) -> VerifierKey:
        """The public half, as a log's or (`COSIGNATURE`) as a witness's."""
        return VerifierKey(self.name, kind, self._private().public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """A log's signature under a note's text (signed-note, Ed25519 signatures)."""
        return Signature(self.name, self.verifier().key_id, self._private().sign(text.encode()))

    def cosign(self, text: str, time: int) -> Signature:
        """A witness's signature at `time` (POSIX seconds) under a checkpoint's text (tlog-cosignature, Format)."""
        data = cosignatures.pack(time, self._private().sign(cosignatures.signed_message(text, time)))
        return Signature(self.name, self.verifier(COSIGNATURE).key_id, data)

    def encode(self) -> str:
        """The private key's text as Go's note package has it, for a log and a witness alike."""
        return f"{_PRIVATE}{self.name}+{self.verifier().key_id.hex()}+{b64(bytes([ED25519]) + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """The key that `encode` wrote; refuses another kind and another key's id."""
        name, key_id, material = _parts(text.removeprefix(_PRIVATE))
        if not text.startswith(_PRIVATE) or material[0] != ED25519 or len(material) != 33:
            raise Malformed("This is not an Ed25519 private key.")
        key = cls(name, material[1:])
        if key.verifier().key_id != key_id:
            raise Malformed(f"This is not the key id of {name}.")
        return key

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def _parts(text: str) -> tuple[str, bytes, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, material = rest.partition("+")
    if not is_name(name) or not _ID.fullmatch(key_id) or not (found := unb64(material)):
        raise Malformed("This is not a key as signed-note writes one.")
    return name, bytes.fromhex(key_id), found


def write_key_file(path: Path, key: SigningKey) -> None:
    """Writes a private key into a new file that its owner alone can read (0400); never over another file."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(key.encode() + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_key_file(path: Path) -> SigningKey:
    """The private key of a file; refuses a file that anybody may write, or that others may read."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode != 0o400:
        raise Malformed(f"{path} has mode {mode:04o}: a private key has 0400. Run: chmod 0400 {path}")
    return SigningKey.parse(path.read_text(encoding="utf-8").removesuffix("\n"))
