"""Keep which forms were sent, so that one which is sent twice is taken once."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "submission",
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("endpoint", sa.String(length=80), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_submission_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_submission")),
    )
    op.create_index(op.f("ix_submission_made_at"), "submission", ["made_at"])


def downgrade() -> None:
    """Takes it away."""
    op.drop_table("submission")
