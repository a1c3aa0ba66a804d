"""Let the record keep that a list of areas was taken in, by an administrator or by the operator's command."""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLE = "administration_entry"
WORDS = "ck_administration_entry_administrativeact"
BY_SOMEBODY = "ck_administration_entry_done_by_somebody"
NEW_WORD = "'areas_taken_in'"

Changed = Callable[[list[str]], list[str]]


def upgrade() -> None:
    """One word more, and nobody as its actor."""
    _change(lambda words: [*words, NEW_WORD])


def downgrade() -> None:
    """Takes the word away; refused by the database while an entry has it."""
    _change(lambda words: [word for word in words if word != NEW_WORD])


def _change(words: Changed) -> None:
    """`words`: what the two lists of words become."""
    if op.get_bind().dialect.name == "sqlite":
        _rewrite_sqlite(words)
        return
    for name, before in ((WORDS, ""), (BY_SOMEBODY, "actor_id IS NOT NULL OR ")):
        listed = ", ".join(words(_words_postgresql(name)))
        op.drop_constraint(op.f(name), TABLE, type_="check")
        op.create_check_constraint(op.f(name), TABLE, f"{before}action IN ({listed})")


def _words_postgresql(name: str) -> list[str]:
    defined = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    return re.findall(r"'\w+'", op.get_bind().scalar(sa.text(defined), {"name": name}))


def _rewrite_sqlite(words: Changed) -> None:
    """SQLite changes no check: the table is written anew, with its rows, its indexes and its triggers."""
    bind = op.get_bind()
    made = "SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type <> 'table'"
    (_, table), *rest = bind.execute(sa.text(made), {"name": TABLE}).all()
    listed = re.compile(r"(?<=action IN \()[^)]*")
    columns, changed = listed.subn(
        lambda found: ", ".join(words(re.findall(r"'\w+'", found[0]))), table[table.index("(") :]
    )
    if changed != 2:
        raise RuntimeError(f"The table {TABLE} has {changed} lists of words.")
    bind.exec_driver_sql(f'CREATE TABLE "{TABLE}_half" {columns}')
    bind.exec_driver_sql(f'INSERT INTO "{TABLE}_half" SELECT * FROM "{TABLE}"')
    bind.exec_driver_sql(f'DROP TABLE "{TABLE}"')
    bind.exec_driver_sql(f'ALTER TABLE "{TABLE}_half" RENAME TO "{TABLE}"')
    for _, one in rest:
        bind.exec_driver_sql(one)
