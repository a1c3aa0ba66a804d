"""Keep which forms came from phones, so that each is taken once and what is left to do is not forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KINDS = ("alert", "referral")
HELD_BACK = ("no_consent", "conflict_of_interest", "not_safe", "institution", "not_open")
REFUSALS = ("not_taken", "no_room")


def upgrade() -> None:
    """Adds both tables."""
    op.create_table(
        "field_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance", sa.LargeBinary(length=16), nullable=False),
        sa.Column("replaces", sa.LargeBinary(length=16), nullable=True),
        sa.Column("content", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("clock_wrong", sa.Boolean(), nullable=False),
        sa.Column("may_be_known", sa.Boolean(), nullable=False),
        sa.Column("held_back", sa.String(length=40), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("case_id IS NULL OR alert_id IS NULL", name=op.f("ck_field_form_one_thing")),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_field_form_formkind")),
        sa.CheckConstraint(f"held_back IN {HELD_BACK}", name=op.f("ck_field_form_heldback")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_field_form_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_field_form_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_field_form_alert_id_alert")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["protection_case.id"], name=op.f("fk_field_form_case_id_protection_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_form")),
        sa.UniqueConstraint("instance", name=op.f("uq_field_form_instance")),
    )
    op.create_index(op.f("ix_field_form_replaces"), "field_form", ["replaces"])
    op.create_index(op.f("ix_field_form_user_id_id"), "field_form", ["user_id", "id"])
    op.create_table(
        "field_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(length=16), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(attachment_id IS NULL) <> (refusal IS NULL)", name=op.f("ck_field_file_kept_or_refused")
        ),
        sa.CheckConstraint(f"refusal IN {REFUSALS}", name=op.f("ck_field_file_filerefusal")),
        sa.ForeignKeyConstraint(
            ["form_id"], ["field_form.id"], name=op.f("fk_field_file_form_id_field_form")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_field_file_attachment_id_attachment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_file")),
        sa.UniqueConstraint("form_id", "name", name=op.f("uq_field_file_form_id_name")),
    )


def downgrade() -> None:
    """Takes them away: a form that is sent again is then taken for a new one."""
    op.drop_table("field_file")
    op.drop_table("field_form")
