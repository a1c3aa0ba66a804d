"""Keep who may read the log's entries: organisations with a token that two people issued, and what they took.

Tokens are kept as their SHA-256. What was downloaded is never changed and never removed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ACTED_ON = "administration_entry"
LAST_WORD = "limit_confirmed"
NEW_WORDS = ("verifier_proposed", "verifier_confirmed", "verifier_revoked")
WORDS = (
    "first_administrator_added",
    "account_added",
    "account_deactivated",
    "account_reactivated",
    "password_reset",
    "membership_added",
    "membership_ended",
    "institution_added",
    "institution_renamed",
    "institution_deactivated",
    "institution_reactivated",
    "area_added",
    LAST_WORD,
)
CHECK = "ck_administration_entry_administrativeact"


def upgrade() -> None:
    """Adds the tables with their triggers, and the words of what is done with them."""
    _create_tables()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
        _reword_sqlite(_quoted((LAST_WORD,)), _quoted((LAST_WORD, *NEW_WORDS)))
    else:
        _guard_postgresql()
        _reword_postgresql((*WORDS, *NEW_WORDS))


def downgrade() -> None:
    """Takes them away; refused by the database while an entry has one of the words."""
    if op.get_bind().dialect.name == "sqlite":
        _reword_sqlite(_quoted((LAST_WORD, *NEW_WORDS)), _quoted((LAST_WORD,)))
    else:
        _reword_postgresql(WORDS)
    op.drop_table("verifier_download")
    op.drop_table("verifier")


def _create_tables() -> None:
    op.create_table(
        "verifier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=160), nullable=False),
        sa.Column("agreement", sa.String(length=160), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("confirmed_by_id <> proposed_by_id", name=op.f("ck_verifier_two_people")),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (token_hash IS NULL)", name=op.f("ck_verifier_token_when_confirmed")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["user_account.id"], name=op.f(f"fk_verifier_{column}_user_account")
            )
            for column in ("proposed_by_id", "confirmed_by_id", "revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifier")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_verifier_token_hash")),
    )
    op.create_table(
        "verifier_download",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verifier_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=80), nullable=False),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["verifier_id"], ["verifier.id"], name=op.f("fk_verifier_download_verifier_id_verifier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifier_download")),
    )
    op.create_index(op.f("ix_verifier_download_verifier_id_id"), "verifier_download", ["verifier_id", "id"])


def _guard_sqlite() -> None:
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER verifier_download_no_{event} BEFORE {event} ON verifier_download "
            "BEGIN SELECT RAISE(ABORT, 'verifier_download is append-only'); END"
        )
    for table in ("verifier", "verifier_download"):
        op.execute(
            f"CREATE TRIGGER {table}_only_new BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{table} keeps every row'); END"
        )
    op.execute(
        "CREATE TRIGGER verifier_no_delete BEFORE DELETE ON verifier "
        "BEGIN SELECT RAISE(ABORT, 'verifier keeps every row'); END"
    )


def _guard_postgresql() -> None:
    """With the function of migration 0004, and ALWAYS: a plain trigger can be switched off."""
    for table, events in (("verifier", "DELETE"), ("verifier_download", "UPDATE OR DELETE")):
        for name, when in (
            ("append_only", f"BEFORE {events} ON {table} FOR EACH ROW"),
            ("no_truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"),
        ):
            op.execute(f"CREATE TRIGGER {table}_{name} {when} EXECUTE FUNCTION log_stays()")
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _reword_postgresql(words: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(CHECK), ACTED_ON, type_="check")
    op.create_check_constraint(op.f(CHECK), ACTED_ON, f"action IN ({_quoted(words)})")


def _reword_sqlite(before: str, after: str) -> None:
    """SQLite changes no check: the table is written anew, with its rows, its indexes and its triggers."""
    bind = op.get_bind()
    made = "SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type <> 'table'"
    (_, table), *rest = bind.execute(sa.text(made), {"name": ACTED_ON}).all()
    half = f"{ACTED_ON}_half"
    op.execute(sa.text(f'CREATE TABLE "{half}" {_from_columns(table).replace(before, after)}'))
    op.execute(f'INSERT INTO "{half}" SELECT * FROM "{ACTED_ON}"')
    op.execute(f'DROP TABLE "{ACTED_ON}"')
    op.execute(f'ALTER TABLE "{half}" RENAME TO "{ACTED_ON}"')
    for _, one in rest:
        bind.exec_driver_sql(one)


def _from_columns(table: str) -> str:
    return table[table.index("(") :]
