"""Keep who read what is personal: one row a read, never changed and never removed.

Guard rails, not evidence, as for histories: BEFORE UPDATE and BEFORE DELETE, and no insert in another row's place.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "access"
KINDS = ("case_file", "alert", "search", "attachment", "paper", "export", "unknown_reference")
RELATIONS = ("owner", "registrar", "holder", "sender", "break_glass", "no_relation")
TELLS_OF = {
    "user_id": "user_account",
    "membership_id": "membership",
    "institution_id": "institution",
    "case_id": "protection_case",
    "alert_id": "alert",
}


def upgrade() -> None:
    """Adds the table and its triggers."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("page", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.CheckConstraint("case_id IS NULL OR alert_id IS NULL", name=op.f("ck_access_of_one_thing")),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_access_accesskind")),
        sa.CheckConstraint(f"relation IN {RELATIONS}", name=op.f("ck_access_relation")),
        *(
            sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_access_{column}_{of}"))
            for column, of in TELLS_OF.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access")),
    )
    for column in ("case_id", "user_id", "institution_id"):
        op.create_index(op.f(f"ix_access_{column}_id"), TABLE, [column, "id"])
    op.create_index(op.f("ix_access_read_at"), TABLE, ["read_at"])
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
