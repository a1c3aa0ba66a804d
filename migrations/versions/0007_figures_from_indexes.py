"""Let the figures of institutions be counted from indexes alone.

Open tracks by when they came, ended ones by when they ended, and those that ended before they began; the limits and
the recording of entries by the institution that they are about; and the few entries that correct or suspend.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WAITING = ("institution_id", "stage", "due_at", "id", "open", "entered_at", "case_id")
ENDED = (
    "institution_id",
    "left_at",
    "entered_at",
    "stage",
    "status",
    "reason",
    "reopened",
    "parent_id",
    "case_id",
    "id",
    "open",
)
CAME = ("institution_id", "entered_at", "stage", "reopened", "parent_id", "case_id", "id", "open")
TRACKS = {
    "ix_track_came": (CAME, "open = 1", "open"),
    "ix_track_ended": (ENDED, "open = 0", "NOT open"),
    "ix_track_backwards": (ENDED, "open = 0 AND left_at < entered_at", "NOT open AND left_at < entered_at"),
}
ENTRIES = {
    "ix_history_entry_limits": (
        ("holder_id", "due_at", "stage", "track_id", "id", "status_after", "effect", "recorded_at"),
        "due_at IS NOT NULL",
    ),
    "ix_history_entry_recorded": (
        ("holder_id", "recorded_at", "happened_at", "import_id", "flag", "corrects_id", "track_id"),
        None,
    ),
    "ix_history_entry_corrections": (
        ("holder_id", "track_id", "recorded_at", "corrects_id"),
        "corrects_id IS NOT NULL",
    ),
    "ix_history_entry_corrects_id": (("corrects_id",), "corrects_id IS NOT NULL"),
    "ix_history_entry_suspensions": (
        ("holder_id", "stage", "track_id", "recorded_at", "status_after"),
        "status_after = 'adjourned_sine_die'",
    ),
}


def upgrade() -> None:
    """Adds the indexes, and what the figures ask to the one of the tracks that wait."""
    op.drop_index("ix_track_waiting", table_name="track")
    _create("ix_track_waiting", "track", (*WAITING, "status_since"), "open = 1", "open")
    for name, (columns, on_sqlite, on_postgresql) in TRACKS.items():
        _create(name, "track", columns, on_sqlite, on_postgresql)
    for name, (columns, condition) in ENTRIES.items():
        _create(name, "history_entry", columns, condition, condition)


def downgrade() -> None:
    """Takes them away again."""
    for name in ENTRIES:
        op.drop_index(name, table_name="history_entry")
    for name in (*TRACKS, "ix_track_waiting"):
        op.drop_index(name, table_name="track")
    _create("ix_track_waiting", "track", WAITING, "open = 1", "open")


def _create(
    name: str, table: str, columns: tuple[str, ...], on_sqlite: str | None, on_postgresql: str | None
) -> None:
    where: dict[str, Any] = {}
    if on_sqlite is not None and on_postgresql is not None:
        where = {"sqlite_where": sa.text(on_sqlite), "postgresql_where": sa.text(on_postgresql)}
    op.create_index(name, table, list(columns), **where)
