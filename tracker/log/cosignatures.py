"""What a witness signs, and when it says it did (c2sp.org/tlog-cosignature, Ed25519)."""

from tracker.log.encoding import LARGEST
from tracker.log.refusals import Malformed

_LENGTH = 8 + 64


def signed_message(text: str, time: int) -> bytes:
    """The bytes under the signature (tlog-cosignature, Ed25519 signed message)."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def pack(time: int, signature: bytes) -> bytes:
    """A `timestamped_signature` (tlog-cosignature, Format); refuses a time before 1970 or above 2**63 - 1."""
    if not 0 <= time <= LARGEST:
        raise Malformed("A cosignature's time is out of range.")
    return time.to_bytes(8) + signature


def unpack(data: bytes) -> tuple[int, bytes]:
    """Time (POSIX seconds) and Ed25519 signature of a `timestamped_signature` (tlog-cosignature, Format)."""
    time = int.from_bytes(data[:8])
    if len(data) != _LENGTH or time > LARGEST:
        raise Malformed("A cosignature is eight bytes of time and 64 of signature.")
    return time, data[8:]
