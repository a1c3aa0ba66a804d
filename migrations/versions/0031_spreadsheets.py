"""Keep the spreadsheets that people take in: each file, its sealed rows while they wait, what was taken in once."""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KINDS = ("cases", "custody", "people", "institutions", "areas")
STATES = ("read", "checking", "checked", "running", "done", "cancelled", "stopped")
ROW_STATES = ("heading", "waiting", "new", "there", "wrong", "taken")

ACTED_ON = "administration_entry"
WORDS = "ck_administration_entry_administrativeact"
NEW_WORD = "'sheet_taken_in'"


def _word(column: str, words: tuple[str, ...], name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.String(length=40), nullable=False),
        sa.CheckConstraint(f"{column} IN {words}", name=op.f(name)),
    ]


def upgrade() -> None:
    """Adds the tables, and the word for what is written down of each file."""
    op.create_table(
        "sheet_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=22), nullable=False),
        *_word("kind", KINDS, "ck_sheet_import_sheetkind"),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        *_word("state", STATES, "ck_sheet_import_sheetstate"),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("heading", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("total", "new", "there", "wrong", "taken")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_sheet_import_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_import")),
        sa.UniqueConstraint("code", name=op.f("uq_sheet_import_code")),
    )
    op.create_index(op.f("ix_sheet_import_state"), "sheet_import", ["state"])
    op.create_index("ix_sheet_import_membership_id_id", "sheet_import", ["membership_id", "id"])
    op.create_table(
        "sheet_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        *_word("state", ROW_STATES, "ck_sheet_row_rowstate"),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.Column("identity", sa.LargeBinary(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["sheet_import.id"], name=op.f("fk_sheet_row_import_id_sheet_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_row")),
        sa.UniqueConstraint("import_id", "line", name=op.f("uq_sheet_row_import_id_line")),
    )
    op.create_index("ix_sheet_row_import_id_state_line", "sheet_row", ["import_id", "state", "line"])
    op.create_index("ix_sheet_row_import_id_identity", "sheet_row", ["import_id", "identity"])
    op.create_table(
        "sheet_taken",
        sa.Column("institution_id", sa.Integer(), nullable=False),
        *_word("kind", KINDS, "ck_sheet_taken_takenkind"),
        sa.Column("identity", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_sheet_taken_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("institution_id", "kind", "identity", name=op.f("pk_sheet_taken")),
    )
    op.create_table(
        "sheet_mapping",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        *_word("kind", KINDS, "ck_sheet_mapping_mappedkind"),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_sheet_mapping_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("membership_id", "kind", name=op.f("pk_sheet_mapping")),
    )
    _rewrite_words(lambda words: [*words, NEW_WORD])


def downgrade() -> None:
    """Takes them away; refused by the database while an entry has the word."""
    _rewrite_words(lambda words: [word for word in words if word != NEW_WORD])
    for table in ("sheet_mapping", "sheet_taken", "sheet_row", "sheet_import"):
        op.drop_table(table)


def _rewrite_words(change: Callable[[list[str]], list[str]]) -> None:
    """Whatever the list of words is by now: other changes may have added some."""
    if op.get_bind().dialect.name == "sqlite":
        _rewrite_sqlite(change)
        return
    defined = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    words = re.findall(r"'\w+'", op.get_bind().scalar(sa.text(defined), {"name": WORDS}))
    op.drop_constraint(op.f(WORDS), ACTED_ON, type_="check")
    op.create_check_constraint(op.f(WORDS), ACTED_ON, f"action IN ({', '.join(change(words))})")


def _rewrite_sqlite(change: Callable[[list[str]], list[str]]) -> None:
    """SQLite changes no check: the table is written anew, with its rows, its indexes and its triggers."""
    bind = op.get_bind()
    made = "SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type <> 'table'"
    (_, table), *rest = bind.execute(sa.text(made), {"name": ACTED_ON}).all()
    before = re.search(rf"({WORDS} CHECK \(action IN \()([^)]*)\)", table)
    if before is None:
        raise RuntimeError(f"The table {ACTED_ON} has no list of words.")
    words = change(re.findall(r"'[^']*'", before[2]))
    after = f"{before[1]}{', '.join(words)})"
    columns = table[table.index("(") :].replace(before[0], after)
    half = f"{ACTED_ON}_half"
    bind.exec_driver_sql(f'CREATE TABLE "{half}" {columns}')
    bind.exec_driver_sql(f'INSERT INTO "{half}" SELECT * FROM "{ACTED_ON}"')
    bind.exec_driver_sql(f'DROP TABLE "{ACTED_ON}"')
    bind.exec_driver_sql(f'ALTER TABLE "{half}" RENAME TO "{ACTED_ON}"')
    for _, one in rest:
        bind.exec_driver_sql(one)
