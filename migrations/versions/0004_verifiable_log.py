"""Give every history entry its leaf in one append-only Merkle log (history.md section 5).

The entries of an older installation get theirs by `tracker db upgrade`, in batches, after this migration; until then
nothing is appended. As with the history, triggers are guard rails; the log itself is the evidence. What may be
disclosed can be removed, never changed: that is how a case is erased.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = (
    "open",
    "status",
    "assign",
    "correct",
    "disclose",
    "erase",
    "access",
    "key",
    "procedure",
    "report",
    "config",
)
APPEND_ONLY = ("log_entry", "log_notice", "log_node", "log_checkpoint", "log_cosignature")
UNCHANGING = ("log_disclosure",)
NEXT = "NEW.seq <> (SELECT coalesce(max(seq) + 1, 0) FROM log_entry)"
ERASED = """EXISTS (
    SELECT 1 FROM history_entry JOIN log_history
      ON log_history.case_id = history_entry.case_id OR log_history.alert_id = history_entry.alert_id
    WHERE history_entry.id = OLD.entry_id AND log_history.key IS NULL)
"""
TAKEN = {
    "log_disclosure": "seq",
    "log_notice": "seq",
    "log_checkpoint": "size",
    "log_head": "id",
}
"""INSERT OR REPLACE goes round SQLite's other triggers where a row of that number is there."""


def upgrade() -> None:
    """Adds the tables and the triggers."""
    _create_tables()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Takes the tables away, and with them every leaf and every checkpoint."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        _guard_notes("history_is_append_only")
    else:
        op.execute("DROP TRIGGER entry_note_no_delete")
        op.execute(
            "CREATE TRIGGER entry_note_no_delete BEFORE DELETE ON entry_note "
            "BEGIN SELECT RAISE(ABORT, 'entry_note is append-only'); END"
        )
    for table in (
        "log_cosignature",
        "log_checkpoint",
        "log_node",
        "log_notice",
        "log_disclosure",
        "log_entry",
        "log_history",
        "log_head",
    ):
        op.drop_table(table)
    if postgresql:
        for function in ("log_entry_is_next", "entry_note_is_erasable", "log_stays"):
            op.execute(f"DROP FUNCTION {function}()")


def _create_tables() -> None:
    op.create_table(
        "log_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "case_id IS NULL OR alert_id IS NULL", name=op.f("ck_log_history_about_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["protection_case.id"], name=op.f("fk_log_history_case_id_protection_case")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_log_history_alert_id_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_history")),
        sa.UniqueConstraint("code", name=op.f("uq_log_history_code")),
        sa.UniqueConstraint("case_id", name=op.f("uq_log_history_case_id")),
        sa.UniqueConstraint("alert_id", name=op.f("uq_log_history_alert_id")),
    )
    op.create_table(
        "log_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("history_id", sa.Integer(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(history_id IS NULL) = (n IS NULL)", name=op.f("ck_log_entry_numbered_in_its_history")
        ),
        sa.ForeignKeyConstraint(
            ["history_id"], ["log_history.id"], name=op.f("fk_log_entry_history_id_log_history")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["history_entry.id"], name=op.f("fk_log_entry_entry_id_history_entry")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("history_id", "n", name=op.f("uq_log_entry_history_id_n")),
    )
    op.create_index(op.f("ix_log_entry_entry_id"), "log_entry", ["entry_id"])
    op.create_table(
        "log_disclosure",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["log_entry.seq"], name=op.f("fk_log_disclosure_seq_log_entry")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_disclosure")),
    )
    op.create_table(
        "log_notice",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="leaf_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("of", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=43), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["log_entry.seq"], name=op.f("fk_log_notice_seq_log_entry")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_notice")),
    )
    op.create_index(op.f("ix_log_notice_digest"), "log_notice", ["digest"])
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("procedure", sa.String(length=43), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoint")),
    )
    op.create_index(op.f("ix_log_checkpoint_signed_at"), "log_checkpoint", ["signed_at"])
    op.create_table(
        "log_cosignature",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=200), nullable=False),
        sa.Column("line", sa.String(length=400), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["size"], ["log_checkpoint.size"], name=op.f("fk_log_cosignature_size_log_checkpoint")
        ),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_log_cosignature")),
    )


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table in UNCHANGING:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} never changes'); END"
        )
    op.execute(
        f"CREATE TRIGGER log_entry_only_next BEFORE INSERT ON log_entry WHEN {NEXT} "
        "BEGIN SELECT RAISE(ABORT, 'log_entry is append-only: not the next leaf'); END"
    )
    for table, column in TAKEN.items():
        op.execute(
            f"CREATE TRIGGER {table}_only_new BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {column} = NEW.{column}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head "
        "BEGIN SELECT RAISE(ABORT, 'log_head stays'); END"
    )
    op.execute("DROP TRIGGER entry_note_no_delete")
    op.execute(
        f"CREATE TRIGGER entry_note_no_delete BEFORE DELETE ON entry_note WHEN NOT {ERASED} "
        "BEGIN SELECT RAISE(ABORT, 'entry_note is append-only until its case is erased'); END"
    )


def _guard_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """)
    op.execute(f"""
        CREATE FUNCTION log_entry_is_next() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {NEXT} THEN
                RAISE EXCEPTION 'log_entry is append-only: not the next leaf'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute(f"""
        CREATE FUNCTION entry_note_is_erasable() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND {ERASED} THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'entry_note is append-only until its case is erased'
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """)
    rows = dict.fromkeys(APPEND_ONLY, "UPDATE OR DELETE") | dict.fromkeys(UNCHANGING, "UPDATE")
    for table, events in (rows | {"log_head": "DELETE"}).items():
        _always(f"{table}_append_only", f"BEFORE {events} ON {table} FOR EACH ROW", table)
        _always(f"{table}_no_truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT", table)
    _always(
        "log_entry_only_next", "BEFORE INSERT ON log_entry FOR EACH ROW", "log_entry", "log_entry_is_next"
    )
    _guard_notes("entry_note_is_erasable")


def _guard_notes(function: str) -> None:
    op.execute("DROP TRIGGER entry_note_append_only ON entry_note")
    when = "BEFORE UPDATE OR DELETE ON entry_note FOR EACH ROW"
    _always("entry_note_append_only", when, "entry_note", function)


def _always(name: str, when: str, table: str, function: str = "log_stays") -> None:
    op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
