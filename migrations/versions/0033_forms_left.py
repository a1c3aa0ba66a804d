"""Find what is left to do with forms from phones without reading all that a person ever sent."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

INDEX = "ix_field_form_user_id_looked_at"


def upgrade() -> None:
    """Adds the index."""
    op.create_index(op.f(INDEX), "field_form", ["user_id", "looked_at"])


def downgrade() -> None:
    """Takes it away."""
    op.drop_index(op.f(INDEX), table_name="field_form")
