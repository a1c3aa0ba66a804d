"""How many forms a second a process takes from phones: each one post, with everything that a phone's post goes through.

Beside them the same forms sent again, which change nothing: what the door alone costs.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

from blueprints import create_app
from tests import phone
from tests.databases import KEYS, dispose
from tests.phone import Phone, Sheet
from tests.world import World
from tracker.config import Settings
from tracker.models import Membership

MOST = 100
"""Of each; the door lets through three hundred of one person in a minute."""


class Speed(NamedTuple):
    """How long so many forms took, of CPU and of the clock."""

    name: str
    forms: int
    cpu_seconds: float
    seconds: float


def measure(url: str, folder: Path, forms: int, tell: Callable[[int], None]) -> list[Speed]:
    """Sends alerts, cases that are referred at once, and the alerts again, one after the other."""
    settings = Settings(
        database_url=url,
        data_dir=folder,
        secret_key="for a measurement alone" * 2,
        keys_folder=Path(os.environ[KEYS]),
    )
    app = create_app(settings)
    with app.app_context():
        world = World(lambda: app, url)
        alerts = [phone.an_alert(message=f"Alert {number}.") for number in range(forms)]
        cases = [
            phone.a_referral(world, survivor_name=f"Survivor {number}", survivor_phone=f"+2119{number:08}")
            for number in range(forms)
        ]
        work: list[tuple[str, Membership, Sequence[Sheet]]] = [
            ("alerts", world.focal_point, alerts),
            ("cases, referred", world.judicial_officer, cases),
            ("alerts, again", world.other_focal_point, alerts),
        ]
        speeds = [_sent(name, Phone(world, owner), sheets, tell) for name, owner, sheets in work]
    dispose(app)
    return speeds


def _sent(name: str, by: Phone, sheets: Sequence[Sheet], tell: Callable[[int], None]) -> Speed:
    cpu, clock = process_time(), perf_counter()
    for sheet in sheets:
        answer = by.post(sheet)
        if answer.status_code != 201:
            raise RuntimeError(f"{name}: {answer.status_code} {phone.message(answer)}")
        tell(1)
    return Speed(name, len(sheets), process_time() - cpu, perf_counter() - clock)
