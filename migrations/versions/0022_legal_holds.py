"""Keep which cases may not be erased, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = "legal_hold"
REASONS = ("court_proceedings", "investigation", "complaint", "audit", "other")
TELLS_OF = {"case_id": "protection_case", "set_by_id": "user_account", "lifted_by_id": "user_account"}


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=column == "lifted_by_id") for column in TELLS_OF),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(lifted_by_id IS NULL) = (lifted_at IS NULL)", name=op.f("ck_legal_hold_lifted_by_one")
        ),
        sa.CheckConstraint(f"reason IN {REASONS}", name=op.f("ck_legal_hold_holdreason")),
        *(
            sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_legal_hold_{column}_{of}"))
            for column, of in TELLS_OF.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    stands = sa.text("lifted_at IS NULL")
    op.create_index(
        "ix_legal_hold_stands",
        TABLE,
        ["case_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def downgrade() -> None:
    """Takes it away, with everything in it."""
    op.drop_table(TABLE)
