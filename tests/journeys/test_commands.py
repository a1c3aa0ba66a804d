"""The command line, as an operator meets it."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
import sqlalchemy as sa

from blueprints.ops import main, serving
from tests import databases
from tests.command import LAUNCH, SECRET, environment, tracker
from tracker import migrate
from tracker.errors import BadSetting
from tracker.models import UserAccount
from tracker.passwords import matches

_NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def _install(home: Path) -> None:
    """A migrated database where `tracker` looks for it when nothing else is set."""
    databases.migrated(f"sqlite:///{home / '.local/share/protection-tracker/tracker.db'}")


def _refused(done: "subprocess.CompletedProcess[str]") -> str:
    """What a refused command said: one sentence, no traceback."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_help_names_every_command_and_imports_none(tmp_path: Path):
    done = tracker("--help", home=tmp_path)
    assert done.returncode == 0
    for name in main.tracker.list_commands(click.Context(main.tracker)):
        assert re.search(rf"^  {name}  ", done.stdout, re.MULTILINE), name


@pytest.mark.parametrize("name", main.tracker.list_commands(click.Context(main.tracker)))
def test_each_command_is_where_the_table_says(name: str):
    command = main.tracker.get_command(click.Context(main.tracker), name)
    assert command is not None
    assert command.help


def test_version(tmp_path: Path):
    assert re.fullmatch(
        r"Protection Tracker, version \d+\.\d+\.\d+\S*\n", tracker("--version", home=tmp_path).stdout
    )


def test_a_word_that_is_no_command(tmp_path: Path):
    done = tracker("serve", home=tmp_path)
    assert done.returncode == 2
    assert "No such command 'serve'" in done.stderr


def test_nothing_is_served_without_a_secret(tmp_path: Path):
    said = _refused(tracker("run", home=tmp_path))
    assert "TRACKER_SECRET_KEY" in said
    assert "token_urlsafe" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("secret", ["", "short", "a" * 64, "abc" * 20])
@pytest.mark.parametrize("command", [["run"], ["db", "upgrade"], ["expire"], ["rebuild-tracks"]])
def test_a_weak_secret_is_refused(
    command: list[str],
    secret: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("TRACKER_SECRET_KEY", secret)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["tracker", *command])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 2
    assert "weak" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_lacks_migrations_is_not_served(tmp_path: Path):
    assert "tracker db upgrade" in _refused(tracker("run", home=tmp_path, TRACKER_SECRET_KEY=SECRET))


def test_a_database_that_cannot_be_reached(tmp_path: Path):
    done = tracker("expire", home=tmp_path, TRACKER_SECRET_KEY=SECRET, TRACKER_DATABASE_URL=_NOWHERE)
    assert _refused(done).startswith("The database refused")


def test_the_database_is_brought_up_to_date_and_back(empty_database_url: str, tmp_path: Path):
    settings = {"TRACKER_SECRET_KEY": SECRET, "TRACKER_DATABASE_URL": empty_database_url}

    def db(*words: str) -> "subprocess.CompletedProcess[str]":
        return tracker("db", *words, home=tmp_path, **settings)

    assert migrate.is_behind(empty_database_url)
    upgraded = db("upgrade")
    assert upgraded.returncode == 0
    assert "Running upgrade  -> 0001" in upgraded.stderr
    assert not migrate.is_behind(empty_database_url)
    assert "(head)" in db("current").stdout
    assert db("check").returncode == 0
    assert db("downgrade", "base").returncode == 0
    assert db("current").stdout.strip() == ""


def test_the_first_administrator(database_url: str, tmp_path: Path):
    settings = {"TRACKER_SECRET_KEY": SECRET, "TRACKER_DATABASE_URL": database_url}
    words = ["create-administrator", "Amina", "--institution", "Mission headquarters"]
    done = tracker(*words, home=tmp_path, **settings)
    assert done.returncode == 0, done.stderr
    password = re.search(r"^Password: (\S+)$", done.stdout, re.MULTILINE)
    assert password
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        stored, given_at = connection.execute(
            sa.select(UserAccount.password_hash, UserAccount.password_given_at).where(
                UserAccount.username == "amina"
            )
        ).one()
    assert matches(password[1], stored)
    assert given_at is not None
    again = tracker(*words, home=tmp_path, **settings)
    assert "There is an administrator already" in _refused(again)
    assert "no second factor" in _refused(tracker("give-recovery-code", "amina", home=tmp_path, **settings))


def test_an_installation_is_served_until_it_is_told_to_stop(tmp_path: Path):
    _install(tmp_path)
    with _served(tmp_path, "run") as (server, address):
        assert _get(address, "/healthz") == (200, b"ok\n")
        assert _get(address, "/readyz") == (200, b"ready\n")
        assert _get(address, "/police/queue")[0] == 302
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0


def test_ctrl_c_is_quiet(tmp_path: Path):
    _install(tmp_path)
    with _hearing_ctrl_c(), _served(tmp_path, "run") as (server, _address):
        server.send_signal(signal.SIGINT)
        assert server.wait(20) in (0, 130)
        assert server.stderr is not None
        assert server.stderr.read().strip() == ""


def test_a_port_that_is_taken(tmp_path: Path):
    _install(tmp_path)
    with _served(tmp_path, "run") as (_server, address):
        port = str(urlsplit(address).port)
        said = _refused(tracker("run", "--port", port, home=tmp_path, TRACKER_SECRET_KEY=SECRET))
        assert f"Cannot listen on 127.0.0.1, port {port}" in said


def test_a_wsgi_server_is_told_what_is_missing(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=Path(main.__file__).parents[2],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("TRACKER_SECRET_KEY is missing")


def test_a_database_of_a_newer_release(database_url: str):
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'later'"))
    assert migrate.is_behind(database_url)
    with pytest.raises(BadSetting, match="do not fit the database"):
        migrate.upgrade(database_url)


def test_a_door_that_others_can_knock_at():
    for host, private in (("127.0.0.1", True), ("0.0.0.0", False)):  # noqa: S104 - to be told from the other
        with serving.listen(host, 0) as door:
            assert serving.is_private(door) is private


def test_the_procedure_is_drawn(tmp_path: Path):
    done = tracker("procedure", "--pack", "ssd", home=tmp_path)
    assert done.returncode == 0
    assert "flowchart" in done.stdout
    assert "Police" in done.stdout


@contextmanager
def _hearing_ctrl_c() -> Iterator[None]:
    """What is started inside hears Ctrl-C, also where a shell runs the tests in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _served(home: Path, *words: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The server and its address; it is stopped if the test has not done so."""
    with subprocess.Popen(
        [*LAUNCH, *words, "--port", "0"],
        cwd=home,
        env=environment(home, TRACKER_SECRET_KEY=SECRET),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stderr is not None
            said = server.stdout.readline()
            address = re.search(r"http://\S+:\d+", said)
            assert address, said or server.stderr.read()
            yield server, address[0]
        finally:
            server.kill()


def _get(address: str, path: str) -> tuple[int, bytes]:
    where = urlsplit(address)
    connection = HTTPConnection(where.hostname or "", where.port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
