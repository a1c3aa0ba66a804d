"""A log that is read over the network, a file at a time, by one connection."""

import ipaddress
import ssl
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from tracker.errors import BadSetting
from tracker.log.tiles import DISCLOSURES, ENTRIES

MOST_BYTES: Final = 8 * 1024 * 1024
"""No file of a log is larger: 256 entries of 4 KiB, or their disclosures."""

_SECONDS = 30
_GUARDED = (f"tile/{ENTRIES}/", f"{DISCLOSURES}/")


class Address:
    """The files under an address; a `tracker.log.readers.Reader`."""

    def __init__(self, url: str, token: str | None = None) -> None:
        """`token`: what opens entries and disclosures. Refuses (`BadSetting`) to send it where others could read it."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise BadSetting(
                f"{url[:200]!r} is not the address of a log. Give one such as https://example.org/log"
            )
        if token and parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise BadSetting("A token is sent by https alone. Give an address that begins with https://")
        self.guarded = bool(token)
        """Whether entries and disclosures may be asked for."""
        self._url, self._path = url.rstrip("/"), parts.path.rstrip("/")
        self._headers = {"Accept-Encoding": "identity"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
        self._connection: HTTPConnection = (
            HTTPSConnection(
                parts.netloc.rpartition("@")[2], timeout=_SECONDS, context=ssl.create_default_context()
            )
            if parts.scheme == "https"
            else HTTPConnection(parts.netloc.rpartition("@")[2], timeout=_SECONDS)
        )

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none; refuses (`BadSetting`) what is not an answer at all."""
        if path.startswith(_GUARDED) and not self.guarded:
            return None
        try:
            status, data = self._ask(path)
        except (HTTPException, OSError) as fault:
            raise BadSetting(
                f"{self._url}/{path} cannot be read: {_why(fault)}. Nothing was decided."
            ) from fault
        if status == 200 and len(data) <= MOST_BYTES:
            return data
        if status in (404, 410):
            return None
        raise BadSetting(f"{self._url}/{path} cannot be read: {_SAYS.get(status, f'it answers {status}')}.")

    def close(self) -> None:
        """Hangs up."""
        self._connection.close()

    def _ask(self, path: str) -> tuple[int, bytes]:
        """Asks once more by a new connection where the old one was closed in the meantime."""
        try:
            return self._asked_once(path)
        except (ConnectionError, HTTPException):
            self._connection.close()
            return self._asked_once(path)

    def _asked_once(self, path: str) -> tuple[int, bytes]:
        self._connection.request("GET", f"{self._path}/{path}", headers=self._headers)
        answer: HTTPResponse = self._connection.getresponse()
        data = answer.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            self._connection.close()
        return answer.status, data


_SAYS = {
    200: "it is larger than any file of a log",
    301: "it has moved; give the address to which it leads",
    302: "it has moved; give the address to which it leads",
    307: "it has moved; give the address to which it leads",
    308: "it has moved; give the address to which it leads",
    401: "the token is not accepted",
    403: "the token is not accepted",
    429: "too much was asked; try again later",
}


def _why(fault: Exception) -> str:
    said = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return (said or type(fault).__name__).rstrip(".")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
