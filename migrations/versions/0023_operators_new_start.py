"""Let the record keep what an operator's command did: a new start for whoever lost every second factor."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ACTED_ON = "administration_entry"
WORDS = "ck_administration_entry_administrativeact"
BY_SOMEBODY = "ck_administration_entry_done_by_somebody"
LAST_WORD = "'sessions_ended'"
NEW_WORD = "'factor_reset_by_operator'"
BEFORE = "actor_id IS NOT NULL OR action = 'first_administrator_added'"
AFTER = f"actor_id IS NOT NULL OR action IN ('first_administrator_added', {NEW_WORD})"


def upgrade() -> None:
    """One word more, and nobody as its actor."""
    if op.get_bind().dialect.name == "sqlite":
        _rewrite_sqlite((LAST_WORD, f"{LAST_WORD}, {NEW_WORD}"), (BEFORE, AFTER))
    else:
        words = _words_postgresql()
        _replace_postgresql(WORDS, f"action IN ({', '.join([*words, NEW_WORD])})")
        _replace_postgresql(BY_SOMEBODY, AFTER)


def downgrade() -> None:
    """Takes the word away; refused by the database while an entry has it."""
    if op.get_bind().dialect.name == "sqlite":
        _rewrite_sqlite((AFTER, BEFORE), (f"{LAST_WORD}, {NEW_WORD}", LAST_WORD))
    else:
        _replace_postgresql(BY_SOMEBODY, BEFORE)
        words = [word for word in _words_postgresql() if word != NEW_WORD]
        _replace_postgresql(WORDS, f"action IN ({', '.join(words)})")


def _words_postgresql() -> list[str]:
    defined = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    return re.findall(r"'\w+'", op.get_bind().scalar(sa.text(defined), {"name": WORDS}))


def _replace_postgresql(name: str, condition: str) -> None:
    op.drop_constraint(op.f(name), ACTED_ON, type_="check")
    op.create_check_constraint(op.f(name), ACTED_ON, condition)


def _rewrite_sqlite(*changes: tuple[str, str]) -> None:
    """SQLite changes no check: the table is written anew, with its rows, its indexes and its triggers."""
    bind = op.get_bind()
    made = "SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type <> 'table'"
    (_, table), *rest = bind.execute(sa.text(made), {"name": ACTED_ON}).all()
    columns = table[table.index("(") :]
    for before, after in changes:
        if before not in columns:
            raise RuntimeError(f"The table {ACTED_ON} does not say: {before}")
        columns = columns.replace(before, after)
    half = f"{ACTED_ON}_half"
    bind.exec_driver_sql(f'CREATE TABLE "{half}" {columns}')
    bind.exec_driver_sql(f'INSERT INTO "{half}" SELECT * FROM "{ACTED_ON}"')
    bind.exec_driver_sql(f'DROP TABLE "{ACTED_ON}"')
    bind.exec_driver_sql(f'ALTER TABLE "{half}" RENAME TO "{ACTED_ON}"')
    for _, one in rest:
        bind.exec_driver_sql(one)
