"""Keep what else an area is called, and that it is no longer one."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KINDS = ("former", "alternative")


def upgrade() -> None:
    """Adds the column and the table."""
    op.add_column("area", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "area_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_area_name_namekind")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_name_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_name")),
        sa.UniqueConstraint("area_id", "name", name=op.f("uq_area_name_area_id_name")),
    )


def downgrade() -> None:
    """Takes them away: other names are lost, and every area is in use again."""
    op.drop_table("area_name")
    op.drop_column("area", "active")
