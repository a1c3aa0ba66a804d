"""Keep who asked for de-identified histories, what for, and who agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

PEOPLE = ("asked_by_id", "agreed_by_id", "ended_by_id")


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "history_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("recipient", sa.String(length=160), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("agreed_by_id <> asked_by_id", name=op.f("ck_history_export_two_people")),
        sa.CheckConstraint(
            "(agreed_by_id IS NULL) = (agreed_at IS NULL)", name=op.f("ck_history_export_agreed_some_time")
        ),
        sa.CheckConstraint(
            "(ended_by_id IS NULL) = (ended_at IS NULL)", name=op.f("ck_history_export_ended_some_time")
        ),
        *(
            sa.ForeignKeyConstraint(
                [one], ["user_account.id"], name=op.f(f"fk_history_export_{one}_user_account")
            )
            for one in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_export")),
    )


def downgrade() -> None:
    """Takes it away."""
    op.drop_table("history_export")
