"""Keep of each export what was taken and how many rows."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns."""
    op.add_column("access", sa.Column("about", sa.String(length=200), nullable=True))
    op.add_column("access", sa.Column("number", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Takes them away."""
    op.drop_column("access", "number")
    op.drop_column("access", "about")
