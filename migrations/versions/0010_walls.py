"""Keep from whom a case is hidden; let every list of tracks leave such cases out from its index alone."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "wall"
INDEXES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "ix_track_mine": (
        ("assigned_to_id", "institution_id", "stage", "due_at", "id", "open"),
        {"sqlite_where": sa.text("open = 1"), "postgresql_where": sa.text("open")},
    ),
    "ix_track_asked": (
        ("sender_id", "due_at", "id"),
        {
            "sqlite_where": sa.text("awaiting = 'sender'"),
            "postgresql_where": sa.text("awaiting = 'sender'"),
        },
    ),
}


def upgrade() -> None:
    """Adds the table, and the case to the indexes of tracks that did not have it."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}"))
            for column, table in (
                ("case_id", "protection_case"),
                ("institution_id", "institution"),
                ("entry_id", "history_entry"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall")),
        sa.UniqueConstraint("case_id", "institution_id", name=op.f("uq_wall_case_id_institution_id")),
    )
    op.create_index("ix_wall_institution_id_case_id_since", TABLE, ["institution_id", "case_id", "since"])
    for name, (columns, where) in INDEXES.items():
        op.drop_index(name, table_name="track")
        op.create_index(name, "track", [*columns, "case_id"], **where)


def downgrade() -> None:
    """Takes them away again."""
    for name, (columns, where) in INDEXES.items():
        op.drop_index(name, table_name="track")
        op.create_index(name, "track", list(columns), **where)
    op.drop_table(TABLE)
