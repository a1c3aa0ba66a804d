"""A real receiver on loopback, by http or https, that takes calls, refuses them, or says nothing at all."""

import base64
import hmac
import json
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from tracker.config import Settings


@dataclass
class Heard:
    """One call, as it came."""

    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """The message."""
        return cast(dict[str, Any], json.loads(self.body))

    def is_signed_by(self, secret: str) -> bool:
        """As the specification's receivers check it: any signature of the list will do."""
        key, at = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        given = base64.b64decode(secret.removeprefix("whsec_"))
        right = hmac.digest(given, f"{key}.{at}.".encode() + self.body, "sha256")
        listed = [one.partition(",") for one in self.headers["webhook-signature"].split(" ")]
        return any(version == "v1" and base64.b64decode(one) == right for version, _, one in listed)


@dataclass
class Listener:
    """What came, and what is answered. `before_answering` is called for each call that was heard."""

    origin: str = ""
    answer: bytes = b"HTTP/1.1 204 No Content\r\n\r\n"
    heard: list[Heard] = field(default_factory=list)
    before_answering: Callable[[], None] = lambda: None

    @property
    def copies(self) -> Counter[str]:
        """How many came of each webhook-id."""
        return Counter(one.headers["webhook-id"] for one in self.heard)


@contextmanager
def listening(tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """A receiver for the time of the block. An empty `answer`: it holds the line and says nothing."""
    listener, held = Listener(), list[socket.socket]()
    door = socket.create_server(("127.0.0.1", 0))
    listener.origin = f"{'https' if tls else 'http'}://127.0.0.1:{door.getsockname()[1]}"

    def serve() -> None:
        while True:
            with suppress(ssl.SSLError):
                try:
                    caller, _from = door.accept()
                except OSError:
                    return  # the block is over
                held.append(tls.wrap_socket(caller, server_side=True) if tls else caller)
                _take(held[-1], listener)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join()
        for one in held:
            one.close()


def _take(caller: socket.socket, listener: Listener) -> None:
    with caller.makefile("rb") as lines:
        target = lines.readline().split(b" ")[1].decode()
        headers = {}
        while line := lines.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        body = lines.read(int(headers["content-length"]))
    listener.heard.append(Heard(target, headers, body))
    listener.before_answering()
    if listener.answer:
        caller.sendall(listener.answer)
        caller.close()


def certificate(folder: Path, host: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a receiver of that name shows, and what those trust who believe it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "receiver.pem").write_bytes(private + made.public_bytes(pem))
    shows = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shows.load_cert_chain(folder / "receiver.pem")
    trusts = ssl.create_default_context(cadata=made.public_bytes(pem).decode())
    return shows, trusts


def settings_of(app: Flask, listener: Listener) -> Settings:
    """The application's, with this receiver's origin allowed."""
    return replace(cast(Settings, app.extensions["tracker"]), webhook_origins=frozenset({listener.origin}))
