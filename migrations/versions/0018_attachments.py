"""Keep which files a case has; their contents lie sealed outside the database."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = "attachment"
KINDS = ("pdf", "jpeg", "png", "docx", "m4a", "ogg")
CLASSES = ("identity", "contact", "narrative", "medical", "location")
STATES = ("kept", "scanned", "quarantined", "infected", "erased")
TELLS_OF = {
    "case_id": "protection_case",
    "entry_id": "history_entry",
    "added_by_id": "user_account",
    "institution_id": "institution",
}


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=False) for column in TELLS_OF),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("data_class", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(sealed IS NULL) = (state = 'erased')", name=op.f("ck_attachment_key_until_erased")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_some_bytes")),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_attachment_attachmentkind")),
        sa.CheckConstraint(f"data_class IN {CLASSES}", name=op.f("ck_attachment_dataclass")),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_attachment_attachmentstate")),
        *(
            sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_attachment_{column}_{of}"))
            for column, of in TELLS_OF.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("name", name=op.f("uq_attachment_name")),
    )
    op.create_index(op.f("ix_attachment_case_id_id"), TABLE, ["case_id", "id"])


def downgrade() -> None:
    """Takes it away, with everything in it."""
    op.drop_table(TABLE)
