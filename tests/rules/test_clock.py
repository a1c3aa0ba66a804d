"""The clock can be made to stand still for the demonstration, and for nothing else that is installed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker import clock

_ROOT = Path(__file__).parents[2]
_LONG_AGO = datetime(2025, 2, 3, 4, 5, 6, 789, tzinfo=UTC)


def test_nothing_but_the_demonstration_sets_the_clock():
    """Whoever could set it could write a history that did not happen then."""
    using = {
        str(file.relative_to(_ROOT))
        for room in ("tracker", "blueprints")
        for file in (_ROOT / room).rglob("*.py")
        if "standing_at" in file.read_text(encoding="utf-8")
    }
    assert using == {"tracker/clock.py", "tracker/demonstration/seed.py"}


def test_the_clock_stands_only_inside():
    with clock.standing_at(_LONG_AGO):
        assert clock.now() == _LONG_AGO.replace(microsecond=0)
    assert clock.now() - _LONG_AGO > timedelta(days=30)
