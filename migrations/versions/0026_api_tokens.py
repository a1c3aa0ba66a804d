"""Keep tokens of the API, and the answers that are given again to whoever sends the same thing twice."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ACTED_ON = "administration_entry"
WORDS = "ck_administration_entry_administrativeact"
LAST_WORD = "'factor_reset_by_operator')"
NEW_WORDS = ("'token_issued'", "'token_revoked'")
LIST = "action IN ('first_administrator_added', 'account_added'"


def upgrade() -> None:
    """Adds the table, two columns and two words."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.String(length=400), nullable=False),
        sa.Column("password_mark", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_api_token_membership_id_membership")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["user_account.id"], name=op.f("fk_api_token_revoked_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_membership_id"), "api_token", ["membership_id"])
    op.add_column("submission", sa.Column("told", sa.LargeBinary(length=32), nullable=True))
    op.add_column("submission", sa.Column("answer", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _rewrite_sqlite(LAST_WORD, f"{LAST_WORD[:-1]}, {', '.join(NEW_WORDS)})")
    else:
        _words_postgresql([*_words(), *NEW_WORDS])


def downgrade() -> None:
    """Takes them away; refused by the database while an entry has one of the words."""
    if op.get_bind().dialect.name == "sqlite":
        _rewrite_sqlite(f"{LAST_WORD[:-1]}, {', '.join(NEW_WORDS)})", LAST_WORD)
    else:
        _words_postgresql([word for word in _words() if word not in NEW_WORDS])
    op.drop_column("submission", "answer")
    op.drop_column("submission", "told")
    op.drop_table("api_token")


def _words() -> list[str]:
    defined = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    return re.findall(r"'\w+'", op.get_bind().scalar(sa.text(defined), {"name": WORDS}))


def _words_postgresql(words: list[str]) -> None:
    op.drop_constraint(op.f(WORDS), ACTED_ON, type_="check")
    op.create_check_constraint(op.f(WORDS), ACTED_ON, f"action IN ({', '.join(words)})")


def _rewrite_sqlite(before: str, after: str) -> None:
    """SQLite changes no check: the table is written anew, with its rows, its indexes and its triggers.

    The word stands in two checks of the table; the list of all words begins with the first two.
    """
    bind = op.get_bind()
    made = "SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type <> 'table'"
    (_, table), *rest = bind.execute(sa.text(made), {"name": ACTED_ON}).all()
    columns = table[table.index("(") :]
    start = columns.index(LIST)
    where = columns.index(before, start)
    columns = columns[:where] + after + columns[where + len(before) :]
    half = f"{ACTED_ON}_half"
    bind.exec_driver_sql(f'CREATE TABLE "{half}" {columns}')
    bind.exec_driver_sql(f'INSERT INTO "{half}" SELECT * FROM "{ACTED_ON}"')
    bind.exec_driver_sql(f'DROP TABLE "{ACTED_ON}"')
    bind.exec_driver_sql(f'ALTER TABLE "{half}" RENAME TO "{ACTED_ON}"')
    for _, one in rest:
        bind.exec_driver_sql(one)
