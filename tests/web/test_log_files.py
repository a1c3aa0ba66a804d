"""The log's files for machines: hashes for anybody, entries for who bears a token, and every download written down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.conftest import LOG_KEY
from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker import clock
from tracker.actions.verifiers import hash_of
from tracker.db import db
from tracker.ledger.signing import Signer
from tracker.log.legality import Judge
from tracker.log.tiles import Tile
from tracker.log.verify import Trust, verify
from tracker.models import LogCheckpoint, Verifier, VerifierDownload

TOKEN = "trv_" + "t" * 43


class Asked:
    """The files as a verifier reads them over the web; a `tracker.log.readers.Reader`."""

    def __init__(self, client: CarefulClient, token: str = "") -> None:
        self.client, self.token = client, token

    def ask(self, path: str, **more: Any) -> TestResponse:
        """The whole answer."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.get(f"/log/{path}", headers=headers, **more)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or None."""
        answer = self.ask(path)
        return answer.data if answer.status_code == 200 else None


def an_accredited_verifier(world: World, token: str = TOKEN, **facts: Any) -> Verifier:
    """An organisation whose token opens the entries."""
    usual = {
        "organisation": "Imara Legal Watch",
        "agreement": "DA-2026-04",
        "expires_on": (clock.now() + timedelta(days=90)).date(),
        "proposed_by_id": world.auditor.user_id,
        "proposed_at": clock.now(),
        "confirmed_by_id": world.administrator.user_id,
        "confirmed_at": clock.now(),
        "token_hash": hash_of(token),
    }
    one = Verifier(**usual | facts)
    db.session.add(one)
    db.session.commit()
    return one


@pytest.fixture
def log(world: World, signer: Signer) -> Asked:
    """The public files of a log with a case in it."""
    world.a_case("police:accepted")
    return Asked(world.visitor())


def test_anybody_rebuilds_the_tree_from_the_hashes_and_a_token_opens_what_the_entries_say(
    world: World, log: Asked
):
    report = verify(log, Trust(keys=[LOG_KEY.verifier()]), entries=False)
    assert report.findings == []
    assert report.entries > 3
    an_accredited_verifier(world)
    full = Asked(world.visitor(), TOKEN)
    report = verify(full, Trust(keys=[LOG_KEY.verifier()], legality=Judge(full)))
    assert report.findings == []
    assert report.opened == 2 * (report.entries - 1), "step and day of all but the procedure"
    taken = db.session.scalars(sa.select(VerifierDownload.path)).all()
    bundle = Tile("entries", 0, report.entries)
    assert sorted(taken) == [Tile("disclosures", 0, report.entries).path(), bundle.path()]


def test_files_say_how_long_they_may_be_kept_and_leave_no_cookie(world: World, log: Asked):
    checkpoint = log.ask("checkpoint")
    assert (checkpoint.content_type, checkpoint.headers["Cache-Control"]) == (
        "text/plain; charset=utf-8",
        "public, max-age=2",
    )
    size = int(checkpoint.text.split("\n")[1])
    for width in range(1, size + 1):
        tile = log.ask(Tile(0, 0, width).path())
        assert (tile.status_code, len(tile.data)) == (200, 32 * width)
        assert tile.content_type == "application/octet-stream"
        assert tile.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in tile.headers
        assert "Vary" not in tile.headers or "Cookie" not in tile.headers["Vary"]
    assert log.client.head("/log/checkpoint").status_code == 200
    for method in ("POST", "PUT", "DELETE"):
        assert log.client.open("/log/checkpoint", method=method).status_code == 405


@pytest.mark.only_on("sqlite")
def test_what_is_no_file_of_the_log_is_not_found(world: World, log: Asked):
    size = int(log.ask("checkpoint").text.split("\n")[1])
    for path in (
        Tile(0, 0, size + 1).path(), "tile/0/000", "tile/1/000.p/1", "tile/0/000.p/256", "tile/0/0", "tile/64/000",
        "tile/0/../checkpoint", f"tile/63/{'x999/' * 12}999", f"tile/0/{'x999/' * 12}999", "notices/" + "x" * 43,
        "tile/disclosures/000.p/1",
    ):  # fmt: skip
        answer = log.ask(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "private, no-store"), path


def test_what_no_checkpoint_covers_yet_is_not_given(world: World, log: Asked):
    size = int(log.ask("checkpoint").text.split("\n")[1])
    world.register()
    assert log.ask(Tile(0, 0, size + 1).path()).status_code == 404
    with world.travel(hours=1):
        assert int(log.ask("checkpoint").text.split("\n")[1]) > size
    assert log.ask(Tile(0, 0, size + 1).path()).status_code == 200


def test_a_log_without_a_key_has_no_checkpoint_and_a_log_that_lost_it_goes_on_serving_the_last(
    world: World, log: Asked, signer: Signer
):
    first = log.ask("checkpoint").data
    world.register()
    for key in signer._folder.glob("*.key"):
        key.unlink()
    with world.travel(hours=1):
        assert log.ask("checkpoint").data == first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LogCheckpoint)) == 1


def test_a_token_opens_nothing_once_it_is_revoked_or_expired_and_nothing_before_it_is_confirmed(
    world: World, log: Asked
):
    path = Tile("entries", 0, 1).path()
    log.read("checkpoint")
    verifier = an_accredited_verifier(world)
    bearer = Asked(world.visitor(), TOKEN)
    assert bearer.ask(path).headers["Cache-Control"] == "private, no-store"
    with world.travel(days=91):
        assert bearer.ask(path).status_code == 401
    verifier.revoked_at, verifier.revoked_by_id = clock.now(), world.auditor.user_id
    assert bearer.ask(path).status_code == 401
    for token in ("", "trv_nobody", "x" * 5000):
        answer = Asked(world.sign_in(world.auditor), token).ask(path)
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
        assert answer.get_json()["status"] == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="log"')


def test_nothing_is_given_that_could_not_be_written_down(
    world: World, log: Asked, monkeypatch: pytest.MonkeyPatch
):
    log.read("checkpoint")
    an_accredited_verifier(world)
    db.session.execute(sa.text("ALTER TABLE verifier_download RENAME TO gone"))
    db.session.commit()
    world.app.testing = False
    try:
        answer = Asked(world.visitor(), TOKEN).ask(Tile("entries", 0, 1).path())
    finally:
        world.app.testing = True
        db.session.execute(sa.text("ALTER TABLE gone RENAME TO verifier_download"))
        db.session.commit()
    assert answer.status_code in {500, 503}
    assert b'"kind"' not in answer.data


def test_a_checkpoint_is_asked_for_in_few_statements_and_signed_once(
    world: World, log: Asked, statements: Callable[[], Any]
):
    log.read("checkpoint")
    with statements() as asked:
        for _ in range(3):
            log.read("checkpoint")
    assert not [one for one in asked if one.startswith(("INSERT", "UPDATE"))]
    assert len(asked) <= 3 * 6
