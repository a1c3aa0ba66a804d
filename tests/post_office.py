"""A real mail server on loopback, and real workers that hand mails to it and can be killed."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from typing import Any, cast

from aiosmtpd.controller import Controller
from flask import Flask

from blueprints.ops import worker
from tracker.config import MailServer, Settings
from tracker.db import db

SENDER = "Office <office@example.org>"


class PostOffice:
    """What the server took. `before_answering` is called for each mail that it has, before it says so."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.answer = "250 OK"
        self.before_answering: Callable[[], None] = lambda: None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keeps the mail, and answers."""
        if self.answer.startswith("250"):
            self.taken.append(envelope.content)
        self.before_answering()
        return self.answer

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _more: Any
    ) -> str:
        """Takes every address but those that begin with "nobody"."""
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}> is not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    @property
    def received(self) -> list[EmailMessage]:
        """The mails, read."""
        return [message_from_bytes(one, policy=policy.default) for one in self.taken]

    @property
    def copies(self) -> Counter[str]:
        """How many came of each Message-ID."""
        return Counter(BytesHeaderParser().parsebytes(one)["Message-ID"] for one in self.taken)


class _AnyPort(Controller):
    """Listens where the system finds room."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def open_office() -> Iterator[tuple[PostOffice, MailServer]]:
    """A server for the time of the block, and its address."""
    office = PostOffice()
    controller = _AnyPort(office, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield office, MailServer("127.0.0.1", controller.port, "", "", "none")
    finally:
        controller.stop()


def settings_of(app: Flask, server: MailServer | None, **other: Any) -> Settings:
    """The application's, with a mail server, and what else it may have."""
    return replace(
        cast(Settings, app.extensions["tracker"]),
        mail=server,
        mail_from=SENDER,
        public_url="https://tracker.example.org",
        **other,
    )


def run_worker(app: Flask, server: MailServer | None, **other: Any) -> None:
    """One worker does in this process what is due; `other`: settings of the installation."""
    db.session.commit()
    with app.app_context():
        worker.work(settings_of(app, server, **other), threading.Event(), once=True)
    db.session.expire_all()


def start_worker(app: Flask, server: MailServer | None) -> int:
    """A worker in a process of its own, which ends when nothing is due; gives its number."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with app.app_context():
                worker.work(settings_of(app, server), threading.Event(), once=True)
            code = 0
        finally:
            os._exit(code)
    return child


def kill(process: int) -> None:
    """As `kill -9`."""
    os.kill(process, signal.SIGKILL)
