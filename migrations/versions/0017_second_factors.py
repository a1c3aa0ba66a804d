"""Keep second factors, how a session was opened, and how often somebody tried.

Seeds are sealed under a key outside the database; recovery codes and whoever tried are kept as hashes.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ACTED_ON = "administration_entry"
CHECK = "ck_administration_entry_administrativeact"
NEW_WORDS = ("factor_reset_asked", "factor_reset_granted", "sessions_ended")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds the tables, the columns, and the words of what is done with them."""
    op.add_column("user_account", sa.Column("factor_since", INSTANT, nullable=True))
    op.add_column("user_session", sa.Column("factor_at", INSTANT, nullable=True))
    op.add_column("user_session", sa.Column("confirmed_at", INSTANT, nullable=True))
    _create_factors()
    _create_reset()
    _create_throttle()
    words = _words()
    _reword(words, [*words, *NEW_WORDS])


def downgrade() -> None:
    """Takes them away; refused by the database while an entry has one of the words."""
    words = _words()
    _reword(words, [word for word in words if word not in NEW_WORDS])
    for table in ("throttle", "factor_reset", "recovery_code", "passkey", "totp_factor"):
        op.drop_table(table)
    for table, column in (
        ("user_session", "confirmed_at"),
        ("user_session", "factor_at"),
        ("user_account", "factor_since"),
    ):
        op.drop_column(table, column)


def _create_factors() -> None:
    op.create_table(
        "totp_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        _person("totp_factor", "user_id"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_factor")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        _person("passkey", "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        _person("recovery_code", "user_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    for table in ("passkey", "recovery_code"):
        op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])


def _create_reset() -> None:
    table = "factor_reset"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", INSTANT, nullable=True),
        sa.CheckConstraint("granted_by_id <> asked_by_id", name=op.f(f"ck_{table}_two_people")),
        sa.CheckConstraint(
            "person_id <> asked_by_id AND person_id <> granted_by_id",
            name=op.f(f"ck_{table}_not_for_oneself"),
        ),
        sa.CheckConstraint(
            "(granted_by_id IS NULL) = (granted_at IS NULL)", name=op.f(f"ck_{table}_granted_by_somebody")
        ),
        *(_person(table, column) for column in ("person_id", "asked_by_id", "granted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def _create_throttle() -> None:
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_index(op.f("ix_throttle_since"), "throttle", ["since"])


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["user_account.id"], name=op.f(f"fk_{table}_{column}_user_account")
    )


def _words() -> list[str]:
    """The acts that the table takes now, whichever migrations added to them."""
    if op.get_bind().dialect.name == "sqlite":
        made = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"
        table = op.get_bind().scalar(sa.text(made), {"name": ACTED_ON})
        check = re.search(rf"CONSTRAINT {CHECK} CHECK \(action IN \(([^)]*)\)\)", table)
        return re.findall(r"'(\w+)'", check[1]) if check else []
    defined = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    return re.findall(r"'(\w+)'", op.get_bind().scalar(sa.text(defined), {"name": CHECK}))


def _reword(before: list[str], after: list[str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _reword_sqlite(f"action IN ({_quoted(before)})", f"action IN ({_quoted(after)})")
        return
    op.drop_constraint(op.f(CHECK), ACTED_ON, type_="check")
    op.create_check_constraint(op.f(CHECK), ACTED_ON, f"action IN ({_quoted(after)})")


def _quoted(words: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _reword_sqlite(before: str, after: str) -> None:
    """SQLite changes no check: the table is written anew, with its rows, its indexes and its triggers."""
    bind = op.get_bind()
    made = "SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type <> 'table'"
    (_, table), *rest = bind.execute(sa.text(made), {"name": ACTED_ON}).all()
    columns = table[table.index("(") :]
    if before not in columns:
        raise RuntimeError(f"The table {ACTED_ON} does not say which acts it takes.")
    half = f"{ACTED_ON}_half"
    bind.exec_driver_sql(f'CREATE TABLE "{half}" {columns.replace(before, after)}')
    bind.exec_driver_sql(f'INSERT INTO "{half}" SELECT * FROM "{ACTED_ON}"')
    bind.exec_driver_sql(f'DROP TABLE "{ACTED_ON}"')
    bind.exec_driver_sql(f'ALTER TABLE "{half}" RENAME TO "{ACTED_ON}"')
    for _, one in rest:
        bind.exec_driver_sql(one)
