"""Keep what happened at the doors: one row an act, never changed and never removed.

Guard rails, not evidence, as for who read what: BEFORE UPDATE and BEFORE DELETE, and no insert in another row's place.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = "door_record"
ACTS = (
    "signed_in",
    "wrong_password",
    "wrong_code",
    "wrong_passkey",
    "held_back",
    "confirmed",
    "signed_out",
    "not_allowed",
)


def upgrade() -> None:
    """Adds the table and its triggers."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("page", sa.String(length=80), nullable=False),
        sa.CheckConstraint(f"act IN {ACTS}", name=op.f("ck_door_record_dooract")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_door_record_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_record")),
    )
    op.create_index(op.f("ix_door_record_user_id_id"), TABLE, ["user_id", "id"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Takes it away, with everything in it."""
    op.drop_table(TABLE)


def _guard_sqlite() -> None:
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{event} BEFORE {event} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        )
    op.execute(
        f"CREATE TRIGGER {TABLE}_only_new BEFORE INSERT ON {TABLE} "
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
    )


def _guard_postgresql() -> None:
    """With the function of migration 0004, and ALWAYS: a plain trigger can be switched off."""
    for name, when in (
        ("append_only", f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW"),
        ("no_truncate", f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT"),
    ):
        op.execute(f"CREATE TRIGGER {TABLE}_{name} {when} EXECUTE FUNCTION log_stays()")
        op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_{name}")
