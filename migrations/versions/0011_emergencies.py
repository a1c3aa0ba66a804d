"""Keep who broke the glass: one row an opening, which is acknowledged once and never goes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE = "emergency"
TELLS_OF = {
    "case_id": "protection_case",
    "user_id": "user_account",
    "membership_id": "membership",
    "institution_id": "institution",
    "entry_id": "history_entry",
    "acknowledged_by_id": "user_account",
}


def upgrade() -> None:
    """Adds the table and its triggers."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=column == "acknowledged_by_id") for column in TELLS_OF),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > opened_at", name=op.f("ck_emergency_ends_after_it_began")),
        sa.CheckConstraint(
            "(acknowledged_by_id IS NULL) = (acknowledged_at IS NULL)",
            name=op.f("ck_emergency_acknowledged_by_one"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_emergency_{column}_{of}"))
            for column, of in TELLS_OF.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_emergency_entry_id")),
    )
    op.create_index(op.f("ix_emergency_case_id_id"), TABLE, ["case_id", "id"])
    op.create_index(op.f("ix_emergency_membership_id_ends_at"), TABLE, ["membership_id", "ends_at"])
    op.create_index(op.f("ix_emergency_user_id_opened_at"), TABLE, ["user_id", "opened_at"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Takes it away, with everything in it."""
    op.drop_table(TABLE)


def _guard_sqlite() -> None:
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{TABLE} keeps every row'); END"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_only_new BEFORE INSERT ON {TABLE} "
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{TABLE} keeps every row'); END"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_longer BEFORE UPDATE OF ends_at, opened_at, case_id, membership_id ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{TABLE} is never longer'); END"
    )


def _guard_postgresql() -> None:
    """With the function of migration 0004, and ALWAYS: a plain trigger can be switched off."""
    fixed = "ends_at, opened_at, case_id, membership_id"
    for name, when in (
        ("append_only", f"BEFORE DELETE ON {TABLE} FOR EACH ROW"),
        ("no_longer", f"BEFORE UPDATE OF {fixed} ON {TABLE} FOR EACH ROW"),
        ("no_truncate", f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT"),
    ):
        op.execute(f"CREATE TRIGGER {TABLE}_{name} {when} EXECUTE FUNCTION log_stays()")
        op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_{name}")
