"""Where the contents of attachments lie: sealed, each in a file of a random name, outside the web's root.

Each file has a key of its own, which stands in the database with what the sender called the file, sealed with the key
of the case. So a file alone says nothing, and who destroys the key of the case has erased it in every copy.
"""

import base64
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker import files
from tracker.errors import CannotUnseal, NotFound, say
from tracker.personal import Content

_NONCE = 12
_KEY = 32


def put(folder: Path, data: bytes, title: str, content: Content) -> tuple[str, bytes]:
    """Writes `data` sealed into a new file; gives its random name, and what opens it, sealed with the `title`."""
    name, key, nonce = secrets.token_hex(16), secrets.token_bytes(_KEY), secrets.token_bytes(_NONCE)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.write_secret(folder / name, nonce + AESGCM(key).encrypt(nonce, data, name.encode()))
    return name, content.seal(_what(name), key=base64.b64encode(key).decode(), title=title)


def title(name: str, sealed: bytes | None, content: Content) -> str:
    """What the sender called the file; "" once it is erased."""
    return content.unseal(_what(name), sealed).get("title", "")


def get(folder: Path, name: str, sealed: bytes, content: Content) -> bytes:
    """The content. Refuses (`NotFound`) a file that is gone, and (`CannotUnseal`) one that was changed."""
    key = base64.b64decode(content.unseal(_what(name), sealed)["key"])
    try:
        raw = (folder / name).read_bytes()
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], name.encode())
    except FileNotFoundError as gone:
        raise NotFound(say("This file is gone.")) from gone
    except (InvalidTag, ValueError) as changed:
        raise CannotUnseal(say("What is sealed here was changed, or belongs elsewhere.")) from changed


def _what(name: str) -> str:
    return f"attachment/{name}"
