"""The long way round: `python -m tests.api.fuzz FOLDER [ROLE ...]` sends schemathesis to every address as each role.

FOLDER: a data directory in which `tracker demo --no-serve` made its demonstration; what is sent changes it. Without
roles: all, and nobody. More words after `--` go to schemathesis, such as `--max-examples 100`.
"""

import subprocess
import sys
import threading
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from waitress.server import create_server

from blueprints import create_app, throttle
from tracker.actions import tokens
from tracker.config import from_environment
from tracker.db import db
from tracker.models import Membership
from tracker.permissions import scopes_for
from tracker.vocabulary import Role

_CONFIG = Path(__file__).with_name("schemathesis.toml")
_LIFTED = ("API", "EXPORT", "LOOK_UP", "TOKEN", "PUBLIC")
_THREADS = 4
NOBODY = "nobody"


def main(folder: str, *words: str) -> int:
    """Serves the demonstration and asks as each role; gives how many of them found something."""
    roles, more = _split(words)
    for name in _LIFTED:  # before the rooms take them
        setattr(throttle, name, getattr(throttle, name)._replace(most=10**9))
    settings = from_environment({"TRACKER_DATA_DIR": folder}, demonstration=True)
    app = create_app(settings)
    server = create_server(app, host="127.0.0.1", port=0, threads=_THREADS)
    url = f"http://127.0.0.1:{server.effective_port}"
    threading.Thread(target=server.run, daemon=True).start()
    schema = Path(folder) / "openapi.json"
    found = 0
    for role in roles:
        token = _token(app, role)
        if token:
            _fetch(app, token, schema)
        sys.stdout.write(f"\n=== {role} ===\n")
        sys.stdout.flush()
        found += _run(url, schema, token, more) != 0
    return found


def _split(words: tuple[str, ...]) -> tuple[list[str], list[str]]:
    at = words.index("--") if "--" in words else len(words)
    return list(words[:at]) or [*Role, NOBODY], list(words[at + 1 :])


def _token(app: Flask, role: str) -> str:
    """A new token of somebody's of that role, which opens all that there is for it; "" for nobody."""
    if role == NOBODY:
        return ""
    with app.app_context():
        living = sa.select(Membership).where(Membership.role == role, Membership.ended_at.is_(None))
        person = db.session.scalars(living.order_by(Membership.id)).first()
        assert person is not None
        token = tokens.issue(actor=person, name="fuzz", scopes=scopes_for(person.role), days=1)
        db.session.commit()
        return token


def _fetch(app: Flask, token: str, place: Path) -> None:
    answer = app.test_client().get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {token}"})
    place.write_bytes(answer.data)


def _run(url: str, schema: Path, token: str, more: list[str]) -> int:
    command = [str(Path(sys.executable).with_name("st")), "--config-file", str(_CONFIG), "run", str(schema)]
    command += ["--url", url, "--checks", "all", "--generation-deterministic", "--no-color"]
    command += ["-H", f"Authorization: Bearer {token}"] if token else []
    return subprocess.run([*command, *more], cwd=schema.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
