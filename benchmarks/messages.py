"""How many messages a second a process takes from a gateway, each one post and one transaction; beside them the same
ones again, a flood that joins one alert, and the rows that a message becomes, inserted raw, a transaction each.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

import sqlalchemy as sa
from flask import Flask

from benchmarks import raw
from benchmarks.databases import engine_of
from blueprints import create_app
from tests.databases import KEYS, dispose
from tests.gateways import Telephone
from tests.world import World
from tracker.actions import messages
from tracker.config import Settings

MOST = 200
"""Of each; more than six hundred a minute are told to come again later."""

TABLES = ("alert", "case_key", "alert_contact", "history_entry", "gateway_message")
"""What the rows of a message stand in; its leaf of the log comes on top, and is measured with the log."""


class Speed(NamedTuple):
    """How long so many messages took, of CPU and of the clock."""

    name: str
    messages: int
    cpu_seconds: float
    seconds: float


def measure(
    make: Callable[[str], str], folder: Path, number: int, tell: Callable[[int], None]
) -> list[Speed]:
    """Messages of as many senders, the same again, a flood of one sender, and the rows of the first ones raw."""
    written, empty = make("messages"), make("messages-raw")
    app = _app(written, folder)
    before = messages.OF_ALL
    messages.OF_ALL = number
    try:
        with app.app_context():
            phone = Telephone(World(lambda: app, written))
            work = [
                ("messages", [(f"m{n}", f"+2119{n:08}") for n in range(number)]),
                ("again", [(f"m{n}", f"+2119{n:08}") for n in range(number)]),
                ("a flood", [(f"f{n}", "+211900000001") for n in range(number)]),
            ]
            speeds = [_sent(name, phone, posts, tell) for name, posts in work]
    finally:
        messages.OF_ALL = before
        dispose(app)
    again = _app(empty, folder)
    with again.app_context():
        Telephone(World(lambda: again, empty))  # the same country and gateway, under the same numbers
    dispose(again)
    return [*speeds, _inserted(written, empty, number)]


def _app(url: str, folder: Path) -> Flask:
    return create_app(
        Settings(
            database_url=url,
            data_dir=folder,
            secret_key="for a measurement alone" * 2,
            keys_folder=Path(os.environ[KEYS]),
        )
    )


def _sent(
    name: str, phone: Telephone, posts: Sequence[tuple[str, str]], tell: Callable[[int], None]
) -> Speed:
    said = "Cattle raid at Old Ferry Payam, 4 men wounded, call me"
    cpu, clock = process_time(), perf_counter()
    for number, sender in posts:
        answer = phone.says(said, sender=sender, id=number)
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status_code} {answer.text}")
        tell(1)
    return Speed(name, len(posts), process_time() - cpu, perf_counter() - clock)


def _inserted(written: str, empty: str, number: int) -> Speed:
    with engine_of(written).connect() as source:
        source.execute(sa.select(1))
        rows = [raw.read(source, name)[:number] for name in TABLES]
    engine = engine_of(empty)
    with engine.connect() as connection:
        statements = [raw.insert_into(connection, name) for name in TABLES]
    cpu, clock = process_time(), perf_counter()
    for of_one in zip(*rows, strict=True):
        with engine.begin() as connection:
            driver = connection.connection.cursor()
            for statement, row in zip(statements, of_one, strict=True):
                driver.execute(statement, row)
    return Speed("raw rows", number, process_time() - cpu, perf_counter() - clock)
