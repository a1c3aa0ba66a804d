"""Keep what administrators do, as append-only as the history; tell temporary passwords from own ones."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLE = "administration_entry"
ACTS = (
    "first_administrator_added",
    "account_added",
    "account_deactivated",
    "account_reactivated",
    "password_reset",
    "membership_added",
    "membership_ended",
    "institution_added",
    "institution_renamed",
    "institution_deactivated",
    "institution_reactivated",
    "area_added",
    "limit_confirmed",
)


def upgrade() -> None:
    """Adds the table with its triggers, and the column."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_institution_id", sa.Integer(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(*ACTS, name="administrativeact", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "actor_id IS NOT NULL OR action = 'first_administrator_added'",
            name=op.f("ck_administration_entry_done_by_somebody"),
        ),
        sa.CheckConstraint(
            "(actor_id IS NULL) = (actor_institution_id IS NULL)",
            name=op.f("ck_administration_entry_actor_somewhere"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}"))
            for column, table in (
                ("actor_id", "user_account"),
                ("actor_institution_id", "institution"),
                ("person_id", "user_account"),
                ("institution_id", "institution"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration_entry")),
    )
    for column in ("person_id", "institution_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.add_column("user_account", sa.Column("password_given_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Takes both away; the triggers go with their table."""
    op.drop_column("user_account", "password_given_at")
    op.drop_table(TABLE)


def _guard_sqlite() -> None:
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{event} BEFORE {event} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        )
    op.execute(
        f"CREATE TRIGGER {TABLE}_only_next BEFORE INSERT ON {TABLE} "
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
    )


def _guard_postgresql() -> None:
    """With the function of migration 0002, and ALWAYS, for the same reason."""
    for name, event in (
        ("append_only", "UPDATE OR DELETE ON {} FOR EACH ROW"),
        ("no_truncate", "TRUNCATE ON {} FOR EACH STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {TABLE}_{name} BEFORE {event.format(TABLE)} EXECUTE FUNCTION history_is_append_only()"
        )
        op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_{name}")
