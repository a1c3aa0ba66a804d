"""What the tests of the domain share."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.databases import this_room
from tests.outside import Ground
from tracker import keyring, mission
from tracker.actions import rebuild
from tracker.db import db, reading_only


@pytest.fixture
def ground(
    bare_app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ground]:
    """A fresh database on each engine, and an empty folder."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", database_url)
    monkeypatch.setenv("TRACKER_SECRET_KEY", "only for this test: 0123456789 abcdefghij")
    keyring.start(this_room().keys)
    made = Ground(database_url, tmp_path)
    yield made
    with bare_app.app_context(), reading_only():
        differing = [str(one) for one in rebuild.differences()]
        db.session.remove()
        db.engine.dispose()
    made.engine.dispose()
    assert not differing, "tracks equal what the entries say, whatever a test took in"
    mission.start(None, ZoneInfo("Africa/Juba"))
