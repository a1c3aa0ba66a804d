"""Keep published reports, as append-only as the history."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "report"


def upgrade() -> None:
    """Adds the table with its triggers."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=43), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publisher_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(institution_id IS NULL) <> (area_id IS NULL)", name=op.f("ck_report_about_one_thing")
        ),
        sa.CheckConstraint("edition > 0", name=op.f("ck_report_numbered_from_one")),
        sa.CheckConstraint("edition = 1 OR why <> ''", name=op.f("ck_report_corrected_for_a_reason")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}"))
            for column, table in (
                ("institution_id", "institution"),
                ("area_id", "area"),
                ("publisher_id", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "institution_id", "period", "edition", name=op.f("uq_report_institution_id_period_edition")
        ),
        sa.UniqueConstraint("area_id", "period", "edition", name=op.f("uq_report_area_id_period_edition")),
    )
    op.create_index("ix_report_period_id", TABLE, ["period", "id"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Takes it away; the triggers go with their table."""
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
