"""The witness on the network: `POST <prefix>/add-checkpoint`, and nothing else (c2sp.org/tlog-witness)."""

import logging
import signal
import socket
import sys
from collections.abc import Iterable
from typing import Any

from blueprints.ops.witness_memory import Witness
from tracker.errors import Refusal
from tracker.log.witness import TEXT, Answer

LARGEST_REQUEST = 64 * 1024
"""A request has at most 63 hashes and a note of at most 100 signatures."""

_REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}

log = logging.getLogger("tracker.witness")


class Application:
    """The WSGI application: one path for logs, one sentence for people."""

    def __init__(self, witness: Witness, prefix: str = "") -> None:
        """`prefix`: what stands before `/add-checkpoint`, without a slash at its end."""
        self._witness, self._prefix = witness, prefix

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers one request."""
        answer = self._route(environ)
        body = answer.body.encode("utf-8")
        headers = [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if answer.status == 405:
            headers.append(("Allow", "POST"))
        start_response(f"{answer.status} {_REASONS[answer.status]}", headers)
        return [body]

    def _route(self, environ: dict[str, Any]) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if path == f"{self._prefix}/" and method in ("GET", "HEAD"):
            return Answer(200, f"This is the witness {self._witness.verifier()}\n")
        if path != f"{self._prefix}/add-checkpoint":
            return Answer(404, "A witness answers POST add-checkpoint alone.\n")
        if method != "POST":
            return Answer(405, "Use POST.\n")
        body = environ["wsgi.input"].read(LARGEST_REQUEST + 1)
        if len(body) > LARGEST_REQUEST:
            return Answer(413, "The request is too large.\n")
        return self._witnessed(body)

    def _witnessed(self, body: bytes) -> Answer:
        try:
            return self._witness.answer(body)
        except (OSError, Refusal) as fault:
            log.critical("Nothing was cosigned: %s", fault)
            return Answer(503, "The witness cannot keep its memory, so it cosigns nothing.\n", TEXT)


def serve(app: Application, door: socket.socket, *, threads: int) -> None:
    """Answers until Ctrl-C or SIGTERM."""
    from waitress.server import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = create_server(
        app, sockets=[door], threads=threads, ident=None, max_request_body_size=LARGEST_REQUEST + 1
    )
    server.run()
