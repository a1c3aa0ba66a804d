"""A PostgreSQL server of the tests' own: it lives in a folder, listens on a socket there and on nothing else.

It keeps nothing safe from a power cut (fsync off), which is what makes it fast enough for a database a test.
TRACKER_TEST_POSTGRES_URL names a server to use instead; its user must be allowed to create databases.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import sqlalchemy as sa

OVERRIDE = "TRACKER_TEST_POSTGRES_URL"

_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
jit = off
shared_buffers = 32MB
dynamic_shared_memory_type = mmap
min_wal_size = 32MB
max_wal_size = 128MB
max_connections = 60
"""


def why_not() -> str | None:
    """A sentence when no server can be had here, else None."""
    if os.environ.get(OVERRIDE):
        return None
    if _programs() is None:
        return "PostgreSQL's initdb and pg_ctl were not found."
    if os.geteuid() == 0 and _server_user() is None:
        return "PostgreSQL refuses to run as root, and there is no user postgres to run it."
    return None


def start(folder: Path) -> sa.URL:
    """Starts a server whose files are in `folder`, and gives the address of its first database.

    The server runs until `stop(folder)`, or for a minute after the folder has gone.
    """
    data = folder / "data"
    folder.mkdir(mode=0o700)
    if user := _server_user():
        shutil.chown(folder, user)
    _run(
        "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(_SETTINGS.format(folder=folder))
    _run("pg_ctl", "-D", data, "-l", folder / "server.log", "--wait", "start")
    return sa.URL.create(
        "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)}
    )


def stop(folder: Path) -> None:
    """Stops the server of `folder`, if one runs there: one that was killed leaves its number behind all the same."""
    if _runs(folder / "data"):
        _run("pg_ctl", "-D", folder / "data", "--wait", "--mode=immediate", "stop")


def _runs(data: Path) -> bool:
    """Whether the process that the folder names is its server: by now the number may be somebody else's."""
    try:
        number = (data / "postmaster.pid").read_text().splitlines()[0]
        return Path("/proc", number, "cwd").resolve(strict=True) == data.resolve()
    except (FileNotFoundError, IndexError):
        return False


def _programs() -> Path | None:
    """The folder with initdb and pg_ctl: on PATH, or where Debian keeps them, the newest first."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda path: int(path.parent.name), default=None)


def _server_user() -> str | None:
    """Who runs the server when we are root; None when we run it ourselves, or nobody can."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


def _run(program: str, *arguments: str | Path) -> None:
    programs = _programs()
    if programs is None:
        raise FileNotFoundError(why_not())
    # Not through setpriv: `user` does the same without another program that has to be there.
    user = _server_user()
    done = subprocess.run(
        [programs / program, *arguments],
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr.strip()}")
