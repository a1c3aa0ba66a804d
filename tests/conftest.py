"""What every test may ask for: a fresh database of each kind, the world of the tests, and the browser.

The whole suite runs in less than ten minutes on two cores. What a test costs, and how to keep it cheap:

- A fresh database costs some milliseconds, whoever asks; an application (`create_app`) a tenth of a second, a process
  of `tracker` one second, a page in the browser a third of one, axe on it as much again, a demonstration thirteen.
  So `world.app` and `app` are made once a process, one browser window serves all, and one demonstration is copied.
- Many rows of a table (every role, every status) are walked inside one test, with the row in the message of each
  `assert`; a parameter is for what needs a world of its own.
- A commit makes all objects old, and each is then read by itself: go through `world.people` and `world.institutions`,
  which are read at once, not through a list of one's own.
- Long lists are inserted in bulk (`tests/crowd.py`), and only where their length is the question.
- Both databases where SQL, locks, times or constraints matter; `@pytest.mark.only_on("sqlite")` for pages and words.

A run that was killed leaves nothing that stops the next one: whatever lasts lies in the run's own folder
(`tests/databases.py`), which the next run clears away.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask

from blueprints import create_app
from tests import databases, postgres, suites
from tests.databases import Database
from tests.interop import golang
from tests.interop.golang import Verifier
from tests.world import World
from tracker import keyring, mission
from tracker.config import Settings
from tracker.db import db
from tracker.ledger.signing import Signer
from tracker.log.keys import SigningKey, write_key_file

_IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

# The same examples in every run, so that a red build is red for whoever looks into it; a world lasts for a test.
hypothesis.settings.register_profile(
    "tests",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("tests")

LOG_KEY = SigningKey("tracker.example/tests", bytes(range(32)))
"""Signs the log of the tests' web application, where a test asks for `signer`."""

CHROMIUM_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    """One shared folder a run, made before xdist starts its workers; its keys are those of every process."""
    if not _IS_WORKER:
        databases.open_room()
    keyring.start(databases.this_room().keys)


def pytest_unconfigure() -> None:
    """The shared folder goes with the run."""
    if not _IS_WORKER:
        databases.close_room(databases.this_room())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a database runs on every kind, save where `@pytest.mark.only_on("sqlite")` names one."""
    if "engine_kind" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("only_on")
        kinds = mark.args if mark else databases.KINDS
        metafunc.parametrize("engine_kind", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine_kind(request: pytest.FixtureRequest) -> str:
    """ "sqlite" or "postgresql"; skips (fails on the build machine) where PostgreSQL cannot be had."""
    kind = str(request.param)
    if kind == "postgresql":
        suites.require(postgres.why_not())
    return kind


@pytest.fixture(scope="session")
def database(engine_kind: str) -> Iterator[Database]:
    """This process's database of one kind: its `url` stays the same, `fresh()` and `empty()` make it anew.

    For fixtures that make an application once; a test asks for `database_url`.
    """
    owner = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made = databases.MAKERS[engine_kind](databases.this_room(), owner)
    yield made
    made.close()


@pytest.fixture
def database_url(database: Database) -> str:
    """The address of a migrated database without records. Dispose of engines on it when the test ends."""
    database.fresh()
    return database.url


@pytest.fixture
def empty_database_url(database: Database) -> str:
    """The address of a database with nothing in it, for tests of the migrations themselves."""
    database.empty()
    return database.url


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How pytest-playwright starts the machine's own browser; skips (or fails) where there is none."""
    suites.require(suites.why_no_browser())
    return {"executable_path": str(suites.chromium()), "args": CHROMIUM_OPTIONS}


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """Where the browser's relative addresses begin; a test with a server of its own says it itself.

    It stands here because pytest-playwright declares its own in a way that pytest warns of.
    """
    return None


@pytest.fixture(scope="session")
def web(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Flask]:
    """Gives the web application on this process's database of one kind, made when somebody first asks for it."""
    settings = Settings(
        database_url=database.url,
        data_dir=tmp_path_factory.mktemp("data"),
        secret_key="for tests only, and long enough for that",
        secure_cookies=False,
        second_factor_for_all=False,
        keys_folder=databases.this_room().keys,
    )

    @cache
    def make() -> Flask:
        app = create_app(settings)
        app.testing = True
        app.extensions["tracker_alarm"].rest()
        database.keep(partial(databases.dispose, app))
        return app

    return make


@pytest.fixture(scope="session")
def bare_app(database: Database) -> Flask:
    """What the domain needs of an application: its database."""
    app = Flask("tracker")
    app.config["SQLALCHEMY_DATABASE_URI"] = database.url
    db.init_app(app)
    database.keep(partial(databases.dispose, app))
    return app


@pytest.fixture
def world(bare_app: Flask, web: Callable[[], Flask], database_url: str) -> Iterator[World]:
    """A small country on a fresh database, on each engine; see `tests/world.py`."""
    mission.start(None, ZoneInfo("Africa/Juba"))
    keyring.start(databases.this_room().keys)
    with bare_app.app_context():
        yield World(web, database_url)
        db.session.remove()


@pytest.fixture
def signer(world: World) -> Iterator[Signer]:
    """The log of the web application has a key, and signs."""
    folder = world.app.extensions["tracker"].log_dir
    folder.mkdir(mode=0o700)
    write_key_file(folder / "001.key", LOG_KEY)
    yield Signer(folder)
    shutil.rmtree(folder)


@pytest.fixture
def statements(world: World) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as asked:` gathers the SQL that is sent to the database inside (BEGIN and PRAGMA aside)."""

    @contextmanager
    def gather() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                asked.append(statement)

        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)

    return gather


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    """Go's verifier of logs; skips (fails on the build machine) where it cannot be built."""
    suites.require(golang.why_not())
    return golang.build(tmp_path_factory.mktemp("go"))
