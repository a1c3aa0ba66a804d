"""The worker with a real mail server: nothing lost, nothing sent twice that was not torn from a worker's hands."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import command, post_office
from tests.databases import dispose
from tests.post_office import PostOffice
from tests.world import World
from tracker import clock
from tracker.actions import addresses, deliveries, outgoing
from tracker.config import MailServer
from tracker.db import db
from tracker.models import Mail, MailFailure, MailKind, Membership, SendingState

MAILS = {"postgresql": 300, "sqlite": 60}
"""SQLite lets one worker write at a time, so that more of them would show nothing more."""
WORKERS = 4


@pytest.fixture
def post() -> Iterator[tuple[PostOffice, MailServer]]:
    with post_office.open_office() as opened:
        yield opened


def give_address(person: Membership, address: str = "s.lado@example.org", locale: str = "en") -> None:
    addresses.put(person.user, address)
    person.user.email_confirmed_at, person.user.locale = clock.now(), locale
    db.session.commit()


def let_go(app: Flask) -> None:
    """The processes that are started next must not share this one's connections."""
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    dispose(app)


def states() -> set[SendingState]:
    return set(db.session.scalars(sa.select(Mail.state)))


def test_a_referral_becomes_a_mail_that_says_nothing(world: World, post: tuple[PostOffice, MailServer]):
    office, server = post
    give_address(world.police_officer)
    case = world.sent_to_police(narrative="Abuk was beaten").case
    post_office.run_worker(world.app, server)
    (mail,) = office.received
    assert mail["To"] == "s.lado@example.org"
    assert mail["From"] == post_office.SENDER
    assert mail["Subject"] == "New item"
    assert mail.get_content().strip() == "You have a new item. Sign in to read it."
    for telling in (case.reference, "Abuk", "Bend police", "police", "http", "Protection", "Samuel"):
        assert telling.lower() not in mail.as_string().lower()


@pytest.mark.only_on("sqlite")
def test_a_mail_speaks_the_person_s_language(world: World, post: tuple[PostOffice, MailServer]):
    office, server = post
    give_address(world.police_officer, locale="fr")
    world.sent_to_police()
    post_office.run_worker(world.app, server)
    with world.app.test_request_context(headers={"Accept-Language": "fr"}):
        from blueprints.i18n import gettext

        assert office.received[0].get_content().strip() == gettext("You have a new item. Sign in to read it.")


@pytest.mark.only_on("sqlite")
def test_without_a_mail_server_mails_wait(world: World):
    give_address(world.police_officer)
    world.sent_to_police()
    post_office.run_worker(world.app, None)  # type: ignore[arg-type]
    assert states() == {SendingState.WAITING}


@pytest.mark.only_on("sqlite")
def test_what_the_server_will_not_take_is_tried_again_and_what_it_never_will_is_shown(
    world: World, post: tuple[PostOffice, MailServer], caplog: pytest.LogCaptureFixture
):
    office, server = post
    give_address(world.police_officer)
    give_address(world.second_police_officer, "nobody@example.org")
    world.sent_to_police()
    office.answer = "451 4.3.0 s.lado@example.org is busy"
    post_office.run_worker(world.app, server)
    by_person = {mail.user_id: mail.failure for mail in db.session.scalars(sa.select(Mail))}
    assert by_person == {
        world.police_officer.user_id: MailFailure.REFUSED,
        world.second_police_officer.user_id: MailFailure.ADDRESS_REFUSED,
    }
    assert states() == {SendingState.SENDING, SendingState.GIVEN_UP}
    assert "example.org" not in caplog.text
    office.answer = "250 OK"
    with world.travel(hours=1):
        post_office.run_worker(world.app, server)
    assert [str(mail["To"]) for mail in office.received] == ["s.lado@example.org"]


@pytest.mark.only_on("sqlite")
def test_a_server_that_cannot_be_reached_or_speaks_in_clear_is_named_by_a_word(
    world: World, post: tuple[PostOffice, MailServer]
):
    _, server = post
    give_address(world.police_officer)
    world.sent_to_police()
    post_office.run_worker(world.app, server._replace(tls="starttls"))
    assert db.session.scalars(sa.select(Mail.failure)).all() == [MailFailure.UNSAFE]
    with world.travel(hours=1):
        post_office.run_worker(world.app, server._replace(port=1))
    assert db.session.scalars(sa.select(Mail.failure)).all() == [MailFailure.UNREACHABLE]


@pytest.mark.only_on("sqlite")
def test_a_worker_that_is_told_to_end_ends_with_what_it_has_in_hand(
    world: World, post: tuple[PostOffice, MailServer], tmp_path: Path
):
    office, server = post
    give_address(world.police_officer)
    db.session.add_all(deliveries.new_mail(world.police_officer.user_id, MailKind.ACCOUNT) for _ in range(5))
    db.session.commit()
    settings = {
        "TRACKER_DATABASE_URL": world.database_url,
        "TRACKER_DATA_DIR": str(tmp_path),
        "TRACKER_SECRET_KEY": command.SECRET,
        "TRACKER_MAIL_URL": f"smtp://127.0.0.1:{server.port}?tls=none",
        "TRACKER_MAIL_FROM": post_office.SENDER,
    }
    with subprocess.Popen(
        [*command.LAUNCH, "worker"],
        env=command.environment(tmp_path, **settings),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        office.before_answering = process.terminate
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    assert len(office.received) == 1
    assert "Mails delivered: 1 of 1." in said
    assert "example.org" not in said
    delivered = sa.select(sa.func.count()).where(Mail.state == SendingState.DELIVERED)
    assert db.session.scalar(delivered) == 1


def test_a_worker_killed_between_the_server_s_taking_and_its_saying_so_sends_it_again_under_the_same_id(
    world: World, post: tuple[PostOffice, MailServer], engine_kind: str
):
    """At least once, and the receiver can tell; then all others by four workers, of which none comes twice."""
    office, server = post
    give_address(world.police_officer)
    user_id, app = world.police_officer.user_id, world.app
    db.session.add_all(deliveries.new_mail(user_id, MailKind.ACCOUNT) for _ in range(MAILS[engine_kind]))
    let_go(app)

    workers: list[int] = []
    office.before_answering = lambda: post_office.kill(workers[0])
    workers.append(post_office.start_worker(app, server))
    assert os.WIFSIGNALED(os.waitpid(workers[0], 0)[1])
    (torn,) = office.copies
    assert states() == {SendingState.WAITING, SendingState.SENDING}

    office.before_answering = lambda: None
    let_go(app)
    with world.travel(outgoing.LEASE * 1.1):
        workers = [post_office.start_worker(app, server) for _ in range(WORKERS)]
        assert [os.waitpid(worker, 0)[1] for worker in workers] == [0] * WORKERS
    assert len(office.copies) == MAILS[engine_kind]
    assert {key: count for key, count in office.copies.items() if count > 1} == {torn: 2}
    assert states() == {SendingState.DELIVERED}
