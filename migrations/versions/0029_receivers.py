"""Keep which systems are told that something changed, and what they are still to be told."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TOPICS = ("alert_changed", "case_changed", "track_changed", "report_published", "receiver_tried")
STATES = ("waiting", "sending", "delivered", "dropped", "given_up")
FAILURES = ("not_allowed", "unreachable", "unsafe", "too_slow", "refused", "gone", "no_secret")
ACTS = (
    "receiver_added",
    "receiver_changed",
    "receiver_secret_replaced",
    "receiver_disabled",
    "receiver_enabled",
)
REWORDED = (
    ("administration_entry", "action", "administrativeact", ACTS),
    ("notice", "kind", "noticekind", ("receiver",)),
)


def upgrade() -> None:
    """Adds the four tables, and the words of what is done with them."""
    _create_receiver()
    _create_announcement()
    for table, column, check, new in REWORDED:
        words = _words(table, column, check)
        _reword(table, column, check, words, [*words, *new])


def downgrade() -> None:
    """Takes them away; refused by the database while a row has one of the words."""
    for table, column, check, new in REWORDED:
        words = _words(table, column, check)
        _reword(table, column, check, words, [word for word in words if word not in new])
    for table in ("announcement", "receiver_secret", "receiver_topic", "receiver"):
        op.drop_table(table)


def _create_receiver() -> None:
    op.create_table(
        "receiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("disabled_at", INSTANT, nullable=True),
        _points("receiver", "institution_id", "institution"),
        _points("receiver", "made_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiver")),
    )
    op.create_index(op.f("ix_receiver_institution_id"), "receiver", ["institution_id"])
    op.create_table(
        "receiver_topic",
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("topic", _word(TOPICS, "topic"), nullable=False),
        _points("receiver_topic", "receiver_id", "receiver"),
        sa.PrimaryKeyConstraint("receiver_id", "topic", name=op.f("pk_receiver_topic")),
    )
    op.create_table(
        "receiver_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        _points("receiver_secret", "receiver_id", "receiver"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiver_secret")),
        sa.UniqueConstraint("key", name=op.f("uq_receiver_secret_key")),
    )
    op.create_index(op.f("ix_receiver_secret_receiver_id"), "receiver_secret", ["receiver_id"])


def _create_announcement() -> None:
    table = "announcement"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("topic", _word(TOPICS, "topic"), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("state", _word(STATES, "announcementstate"), nullable=False),
        sa.Column("failure", _word(FAILURES, "callfailure"), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        _points(table, "receiver_id", "receiver"),
        _points(table, "entry_id", "history_entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("key", name=op.f("uq_announcement_key")),
    )
    op.create_index("ix_announcement_due", table, ["state", "due_at", "id"])
    op.create_index("ix_announcement_of", table, ["receiver_id", "topic", "state", "id"])


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _word(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40, create_constraint=True)


def _words(table: str, column: str, check: str) -> list[str]:
    """The words that the column takes now, whichever migrations added to them."""
    name = f"ck_{table}_{check}"
    if op.get_bind().dialect.name == "sqlite":
        made = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"
        written = op.get_bind().scalar(sa.text(made), {"name": table})
        found = re.search(rf"CONSTRAINT {name} CHECK \({column} IN \(([^)]*)\)\)", written)
        return re.findall(r"'(\w+)'", found[1]) if found else []
    defined = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    return re.findall(r"'(\w+)'", op.get_bind().scalar(sa.text(defined), {"name": name}))


def _reword(table: str, column: str, check: str, before: list[str], after: list[str]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _reword_sqlite(table, f"{column} IN ({_quoted(before)})", f"{column} IN ({_quoted(after)})")
        return
    name = op.f(f"ck_{table}_{check}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({_quoted(after)})")


def _quoted(words: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _reword_sqlite(table: str, before: str, after: str) -> None:
    """SQLite changes no check: the table is written anew, with its rows, its indexes and its triggers."""
    bind = op.get_bind()
    made = "SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type <> 'table'"
    (_, written), *rest = bind.execute(sa.text(made), {"name": table}).all()
    columns = written[written.index("(") :]
    if before not in columns:
        raise RuntimeError(f"The table {table} does not say which words it takes.")
    half = f"{table}_half"
    bind.exec_driver_sql(f'CREATE TABLE "{half}" {columns.replace(before, after)}')
    bind.exec_driver_sql(f'INSERT INTO "{half}" SELECT * FROM "{table}"')
    bind.exec_driver_sql(f'DROP TABLE "{table}"')
    bind.exec_driver_sql(f'ALTER TABLE "{half}" RENAME TO "{table}"')
    for _, one in rest:
        bind.exec_driver_sql(one)
