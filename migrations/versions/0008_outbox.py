"""Keep whom to tell that there is something to read: addresses, notices, the mails of the outbox, the worker's jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NOTICE_KINDS = ("referral", "answer", "overdue", "custody", "verifier", "access", "account")
MAIL_KINDS = ("news", "account", "confirm_address", "invitation", "reset")
STATES = ("waiting", "sending", "delivered", "dropped", "given_up")
FAILURES = ("unreachable", "unsafe", "not_signed_in", "address_refused", "refused", "no_address")
ONE_AT_A_TIME = "kind = 'news' AND state IN ('waiting', 'sending')"


def upgrade() -> None:
    """Adds the address of an account, and the three tables."""
    op.add_column("user_account", sa.Column("email", sa.LargeBinary(), nullable=True))
    op.add_column("user_account", sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True))
    _create_mail()
    _create_notice()
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )


def downgrade() -> None:
    """Takes them away again."""
    for table in ("job", "notice", "mail"):
        op.drop_table(table)
    op.drop_column("user_account", "email_confirmed_at")
    op.drop_column("user_account", "email")


def _create_mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", _word(MAIL_KINDS, "mailkind"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", _word(STATES, "mailstate"), nullable=False),
        sa.Column("failure", _word(FAILURES, "mailfailure"), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mail_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
    )
    op.create_index("ix_mail_due", "mail", ["state", "due_at", "id"])
    op.create_index("ix_mail_user_id_kind_created_at", "mail", ["user_id", "kind", "created_at"])
    op.create_index(
        "ix_mail_one_at_a_time",
        "mail",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text(ONE_AT_A_TIME),
        postgresql_where=sa.text(ONE_AT_A_TIME),
    )


def _create_notice() -> None:
    pointed_at = (
        ("user_id", "user_account"),
        ("institution_id", "institution"),
        ("case_id", "protection_case"),
        ("mail_id", "mail"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _word(NOTICE_KINDS, "noticekind"), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_notice_{column}_{table}"))
            for column, table in pointed_at
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_mail_id_user_id", "notice", ["mail_id", "user_id"])


def _word(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40, create_constraint=True)
