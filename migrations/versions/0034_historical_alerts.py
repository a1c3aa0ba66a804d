"""Keep alerts of the past: between which days it happened, and from which source they were taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

CHECKS = {
    "imported_with_reference": "(import_id IS NULL) = (source_ref IS NULL)",
    "days_known_together": "(first_day IS NULL) = (last_day IS NULL)",
    "days_in_order": "first_day <= last_day",
}


def upgrade() -> None:
    """Adds the columns."""
    with op.batch_alter_table("alert", schema=None) as batch:
        batch.add_column(sa.Column("first_day", sa.Date(), nullable=True))
        batch.add_column(sa.Column("last_day", sa.Date(), nullable=True))
        batch.add_column(sa.Column("import_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("source_ref", sa.String(length=120), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_alert_import_id_import_source"), "import_source", ["import_id"], ["id"]
        )
        batch.create_unique_constraint(batch.f("uq_alert_import_id_source_ref"), ["import_id", "source_ref"])
        for name, condition in CHECKS.items():
            batch.create_check_constraint(batch.f(f"ck_alert_{name}"), condition)


def downgrade() -> None:
    """Takes them away: the alerts stay, without their days."""
    with op.batch_alter_table("alert", schema=None) as batch:
        for name in CHECKS:
            batch.drop_constraint(batch.f(f"ck_alert_{name}"), type_="check")
        batch.drop_constraint(batch.f("uq_alert_import_id_source_ref"), type_="unique")
        batch.drop_constraint(batch.f("fk_alert_import_id_import_source"), type_="foreignkey")
        for column in ("source_ref", "import_id", "last_day", "first_day"):
            batch.drop_column(column)
