"""Keep what auditors found out about unusual reading."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "reading_review"
WHYS = ("volume", "hours", "emergency", "guessing")


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"why IN {WHYS}", name=op.f("ck_reading_review_why")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_reading_review_membership_id_membership")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"],
            ["user_account.id"],
            name=op.f("fk_reading_review_reviewed_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_review")),
        sa.UniqueConstraint(
            "day", "membership_id", "why", name=op.f("uq_reading_review_day_membership_id_why")
        ),
    )


def downgrade() -> None:
    """Takes it away, with everything in it."""
    op.drop_table(TABLE)
