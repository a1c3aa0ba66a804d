"""The worker and real receivers: what is taken, refused, too slow or elsewhere, and a worker killed in between."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from blueprints.ops import calling, worker
from tests import listener as ear
from tests.databases import dispose
from tests.listener import Listener
from tests.post_office import kill
from tests.world import World
from tracker.actions import outgoing, receivers
from tracker.db import db
from tracker.models import Announcement, CallFailure, Receiver, SendingState
from tracker.vocabulary import CHOSEN_TOPICS


@pytest.fixture
def listener() -> Iterator[Listener]:
    with ear.listening() as opened:
        yield opened


def a_receiver(world: World, listener: Listener) -> tuple[Receiver, str]:
    made = receivers.register(
        actor=world.administrator,
        institution_id=world.station.id,
        address=f"{listener.origin}/in?a=b",
        topics=CHOSEN_TOPICS,
        allowed={listener.origin},
    )
    db.session.commit()
    return made


def work(app: Flask, listener: Listener) -> None:
    """A worker does what is due."""
    db.session.commit()
    with app.app_context():
        worker.work(ear.settings_of(app, listener), threading.Event(), once=True)
    db.session.expire_all()


def failures() -> list[CallFailure | None]:
    return list(db.session.scalars(sa.select(Announcement.failure).order_by(Announcement.id)))


def refused(origin: str, address: str = "", **more: object) -> CallFailure:
    with pytest.raises(calling.NotTaken) as why:
        calling.post(address or origin, {}, b"{}", allowed={origin}, **more)
    return why.value.why


def test_a_referral_is_told_by_the_worker_and_the_receiver_knows_that_it_was_us(
    world: World, listener: Listener
):
    _receiver, secret = a_receiver(world, listener)
    world.sent_to_police()
    work(world.app, listener)
    (heard,) = listener.heard
    assert heard.target == "/in?a=b"
    assert heard.said.keys() == {"type", "timestamp", "data"}
    assert heard.said["type"] == "track.changed"
    assert heard.is_signed_by(secret)
    assert not heard.is_signed_by("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert failures() == [None]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 500 Broken\r\n\r\n", CallFailure.REFUSED),
        (b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n", CallFailure.REFUSED),
        (b"HTTP/1.1 410 Gone\r\n\r\n", CallFailure.GONE),
        (b"SSH-2.0-OpenSSH_9.2\r\n", CallFailure.REFUSED),
        (b"x" * 5_000, CallFailure.REFUSED),
    ],
)
def test_whatever_is_no_yes_is_a_failure_in_one_word(listener: Listener, answer: bytes, why: CallFailure):
    listener.answer = answer
    assert refused(listener.origin) is why
    assert len(listener.heard) == 1


@pytest.mark.only_on("sqlite")
def test_a_receiver_that_says_nothing_is_left_after_the_time(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(calling, "PATIENCE", 0.05)
    listener.answer = b""
    assert refused(listener.origin) is CallFailure.TOO_SLOW


@pytest.mark.only_on("sqlite")
def test_a_receiver_that_is_not_there_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}") is CallFailure.UNREACHABLE


@pytest.mark.only_on("sqlite")
def test_by_https_the_name_must_be_the_receiver_s_and_somebody_must_vouch_for_it(tmp_path: Path):
    shows, trusts = ear.certificate(tmp_path)
    with ear.listening(shows) as listener:
        right = listener.origin.replace("127.0.0.1", "localhost")
        calling.post(f"{right}/in", {}, b"{}", allowed={right}, trust=trusts)
        assert refused(right) is CallFailure.UNSAFE
        assert refused(listener.origin, trust=trusts) is CallFailure.UNSAFE
        assert len(listener.heard) == 1


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["fe80::1%eth0"],
        ["93.184.215.14", "192.168.0.7"],
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_connected_to(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
):
    def resolved(_host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    def connected(*_: object, **__: object) -> None:
        raise AssertionError("somebody was connected to")

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connected)
    assert refused("https://hooks.example.org:443") is CallFailure.NOT_ALLOWED


@pytest.mark.only_on("sqlite")
def test_the_address_that_was_looked_at_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch):
    """The name means something else a moment later; nobody asks it again."""
    meant = iter([["93.184.215.14"], ["127.0.0.1"]])
    connected = []

    def resolved(_host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(meant)]

    def connect(place: tuple[str, int], **_: object) -> socket.socket:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert refused("https://hooks.example.org:443") is CallFailure.UNREACHABLE
    assert connected == [("93.184.215.14", 443)]


@pytest.mark.only_on("sqlite")
def test_a_host_that_the_settings_no_longer_name_is_not_called(world: World, listener: Listener):
    a_receiver(world, listener)
    world.sent_to_police()
    listener.origin = "http://127.0.0.1:1"
    work(world.app, listener)
    assert failures() == [CallFailure.NOT_ALLOWED]
    assert listener.heard == []


def test_a_worker_killed_between_the_receiver_s_yes_and_its_own_note_calls_again_under_the_same_id(
    world: World, listener: Listener
):
    """At least once, and the receiver can tell."""
    a_receiver(world, listener)
    world.sent_to_police()
    app = world.app
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    dispose(app)
    workers: list[int] = []
    listener.before_answering = lambda: kill(workers[0])
    workers.append(_start(app, listener))
    assert os.WIFSIGNALED(os.waitpid(workers[0], 0)[1])
    listener.before_answering = lambda: None
    with world.travel(outgoing.LEASE * 1.1):
        work(world.app, listener)
    first, second = listener.heard
    assert first.body == second.body
    assert list(listener.copies.values()) == [2]
    assert db.session.scalars(sa.select(Announcement.state)).all() == [SendingState.DELIVERED]


def _start(app: Flask, listener: Listener) -> int:
    child = os.fork()
    if child == 0:
        try:
            with app.app_context():
                worker.work(ear.settings_of(app, listener), threading.Event(), once=True)
        finally:
            os._exit(1)
    return child
