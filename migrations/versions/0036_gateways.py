"""Keep telephone gateways and what they brought."""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

MORE_WORDS = {
    ("administration_entry", "administrativeact"): (
        "gateway_added",
        "gateway_changed",
        "gateway_secret_changed",
        "gateway_switched_off",
        "gateway_switched_on",
    ),
    ("door_record", "dooract"): ("wrong_secret",),
    ("notice", "noticekind"): ("alert",),
}
"""Words that their lists get beside those that stand there, whichever these are."""


def upgrade() -> None:
    """Adds the tables and the words."""
    _gateways()
    _messages()
    for (table, check), words in MORE_WORDS.items():
        _reword(table, f"ck_{table}_{check}", lambda there, more=words: [*there, *more])


def downgrade() -> None:
    """Takes them away, with everything in them; refused by the database while a row has one of the words."""
    op.drop_table("gateway_message")
    op.drop_table("gateway")
    for (table, check), words in MORE_WORDS.items():
        kept = frozenset(words)
        _reword(
            table, f"ck_{table}_{check}", lambda there, gone=kept: [one for one in there if one not in gone]
        )


def _gateways() -> None:
    tells_of = {"institution_id": "institution", "area_id": "area", "source_id": "import_source"}
    op.create_table(
        "gateway",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("former", sa.LargeBinary(), nullable=True),
        sa.Column("former_until", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(column, sa.Integer(), nullable=column == "area_id") for column in tells_of),
        sa.Column("languages", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("switched_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(former IS NULL) = (former_until IS NULL)", name=op.f("ck_gateway_former_for_a_while")
        ),
        sa.CheckConstraint("kind IN ('flow', 'events', 'fields')", name=op.f("ck_gateway_gatewaykind")),
        sa.CheckConstraint("proof IN ('bearer', 'signature', 'field')", name=op.f("ck_gateway_gatewayproof")),
        *(
            sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_gateway_{column}_{of}"))
            for column, of in tells_of.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway")),
        *(sa.UniqueConstraint(one, name=op.f(f"uq_gateway_{one}")) for one in ("code", "name", "source_id")),
    )


def _messages() -> None:
    tells_of = {"gateway_id": "gateway", "alert_id": "alert"}
    op.create_table(
        "gateway_message",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=False) for column in tells_of),
        sa.Column("fingerprint", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sender", sa.LargeBinary(length=16), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=True),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.Column("answered_in", sa.String(length=2), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("kind IN ('sms', 'missed_call')", name=op.f("ck_gateway_message_messagekind")),
        sa.CheckConstraint(
            "urgency IN ('emergency', 'urgent', 'normal')", name=op.f("ck_gateway_message_urgency")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_gateway_message_{column}_{of}"))
            for column, of in tells_of.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_message")),
        sa.UniqueConstraint("alert_id", "n", name=op.f("uq_gateway_message_alert_id_n")),
        sa.UniqueConstraint(
            "gateway_id", "fingerprint", name=op.f("uq_gateway_message_gateway_id_fingerprint")
        ),
    )
    op.create_index("ix_gateway_message_sender", "gateway_message", ["gateway_id", "sender", "received_at"])
    op.create_index("ix_gateway_message_received", "gateway_message", ["gateway_id", "received_at"])


Change = Callable[[list[str]], list[str]]


def _reword(table: str, check: str, change: Change) -> None:
    """Gives a list of words that a check allows other words, whatever else the table says."""
    if op.get_bind().dialect.name == "sqlite":
        _rewrite_sqlite(table, check, change)
        return
    defined = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    there = op.get_bind().scalar(sa.text(defined), {"name": check})
    column = re.search(r"(\w+)\)?::text", there).group(1)
    words = ", ".join(f"'{word}'" for word in change(re.findall(r"'(\w+)'", there)))
    op.drop_constraint(op.f(check), table, type_="check")
    op.create_check_constraint(op.f(check), table, f"{column} IN ({words})")


def _rewrite_sqlite(table: str, check: str, change: Change) -> None:
    """SQLite changes no check: the table is written anew, with its rows, its indexes and its triggers."""
    bind = op.get_bind()
    made = "SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type <> 'table'"
    (_, whole), *rest = bind.execute(sa.text(made), {"name": table}).all()
    columns = whole[whole.index("(") :]
    said = re.search(rf"CONSTRAINT \"?{check}\"? CHECK \(\"?\w+\"? IN \(([^)]*)\)\)", columns)
    words = ", ".join(f"'{word}'" for word in change(re.findall(r"'(\w+)'", said.group(1))))
    columns = columns[: said.start(1)] + words + columns[said.end(1) :]
    half = f"{table}_half"
    bind.exec_driver_sql(f'CREATE TABLE "{half}" {columns}')
    bind.exec_driver_sql(f'INSERT INTO "{half}" SELECT * FROM "{table}"')
    bind.exec_driver_sql(f'DROP TABLE "{table}"')
    bind.exec_driver_sql(f'ALTER TABLE "{half}" RENAME TO "{table}"')
    for _, one in rest:
        bind.exec_driver_sql(one)
