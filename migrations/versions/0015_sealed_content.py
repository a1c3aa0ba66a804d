"""Seal what is personal: a key of its own for every case and alert, and one sealed column where names and words stood.

No migration has the keys of an installation. So it moves what is there, as JSON, into the columns that are sealed, and
`tracker db upgrade` seals it there afterwards, in batches, before anybody can start the service; a raw key of the log
becomes the key of its case, and is wrapped in the same way. Taken back, what was sealed since is lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOVED = {
    "person": {"name": sa.String(160), "phone": sa.String(40)},
    "narrative": {"text": sa.Text(), "place": sa.String(200)},
    "alert_contact": {"name": sa.String(160), "phone": sa.String(40), "message": sa.Text()},
    "entry_note": {"text": sa.Text()},
}
"""What stood in clear, by table."""

OF_AN_ENTRY = "log_history.case_id = history_entry.case_id OR log_history.alert_id = history_entry.alert_id"
ERASED = f"""EXISTS (
    SELECT 1 FROM history_entry JOIN log_history ON {OF_AN_ENTRY}
    WHERE history_entry.id = OLD.entry_id AND log_history."""
NOW = f"{ERASED}erased)"
BEFORE = f"{ERASED}key IS NULL)"


def upgrade() -> None:
    """Adds the tables of keys and of what is looked up, and moves what is personal into the sealed columns."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    _create_tables()
    op.execute(
        "INSERT INTO case_key (case_id, alert_id, wrapped) SELECT case_id, alert_id, key FROM log_history "
        "WHERE key IS NOT NULL AND (case_id IS NOT NULL OR alert_id IS NOT NULL)"
    )
    _let_notes_go(postgresql)
    op.add_column("log_history", sa.Column("erased", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(f"UPDATE log_history SET erased = {'true' if postgresql else '1'} WHERE key IS NULL")
    op.drop_column("log_history", "key")
    for table, columns in MOVED.items():
        op.add_column(table, sa.Column("sealed", sa.LargeBinary(), nullable=True))
        op.execute(f"UPDATE {table} SET sealed = {_as_json(columns, postgresql)}")
        for name in columns:
            op.drop_column(table, name)
    _guard_notes(postgresql, NOW)


def downgrade() -> None:
    """Takes them away, and with them all that was sealed; only what nobody has sealed yet comes back."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    _let_notes_go(postgresql)
    for table, columns in MOVED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=""))
            op.execute(
                f"UPDATE {table} SET {name} = {_of_json(name, postgresql)} WHERE {_is_json(postgresql)}"
            )
            if postgresql:
                op.alter_column(table, name, server_default=None)
        op.drop_column(table, "sealed")
    op.add_column("log_history", sa.Column("key", sa.LargeBinary(), nullable=True))
    op.execute(
        "UPDATE log_history SET key = (SELECT wrapped FROM case_key WHERE length(wrapped) = 32 AND "
        "(case_key.case_id = log_history.case_id OR case_key.alert_id = log_history.alert_id)) WHERE NOT erased"
    )
    op.drop_column("log_history", "erased")
    _guard_notes(postgresql, BEFORE)
    for table in ("search_term", "case_key", "sealing_key"):
        op.drop_table(table)


def _create_tables() -> None:
    op.create_table(
        "sealing_key",
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_sealing_key")),
    )
    op.create_table(
        "case_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(case_id IS NULL) <> (alert_id IS NULL)", name=op.f("ck_case_key_about_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["protection_case.id"], name=op.f("fk_case_key_case_id_protection_case")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_case_key_alert_id_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_key")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_key_case_id")),
        sa.UniqueConstraint("alert_id", name=op.f("uq_case_key_alert_id")),
    )
    op.create_table(
        "search_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_search_term_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_term")),
    )
    op.create_index(op.f("ix_search_term_person_id"), "search_term", ["person_id"])
    op.create_index("ix_search_term_fingerprint_person_id", "search_term", ["fingerprint", "person_id"])


def _as_json(columns: dict[str, sa.types.TypeEngine[object]], postgresql: bool) -> str:
    pairs = ", ".join(f"'{name}', {name}" for name in columns)
    if postgresql:
        return f"convert_to(json_build_object({pairs})::text, 'UTF8')"
    return f"CAST(json_object({pairs}) AS BLOB)"


def _of_json(name: str, postgresql: bool) -> str:
    if postgresql:
        return f"convert_from(sealed, 'UTF8')::json ->> '{name}'"
    return f"json_extract(CAST(sealed AS TEXT), '$.{name}')"


def _is_json(postgresql: bool) -> str:
    return "substring(sealed from 1 for 1) = '\\x7b'" if postgresql else "hex(substr(sealed, 1, 1)) = '7B'"


def _let_notes_go(postgresql: bool) -> None:
    if postgresql:
        op.execute("DROP TRIGGER entry_note_append_only ON entry_note")
    else:
        op.execute("DROP TRIGGER entry_note_no_update")
        op.execute("DROP TRIGGER entry_note_no_delete")


def _guard_notes(postgresql: bool, erased: str) -> None:
    if not postgresql:
        op.execute(
            "CREATE TRIGGER entry_note_no_update BEFORE update ON entry_note "
            "BEGIN SELECT RAISE(ABORT, 'entry_note is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER entry_note_no_delete BEFORE DELETE ON entry_note WHEN NOT {erased} "
            "BEGIN SELECT RAISE(ABORT, 'entry_note is append-only until its case is erased'); END"
        )
        return
    op.execute(f"""
        CREATE OR REPLACE FUNCTION entry_note_is_erasable() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND {erased} THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'entry_note is append-only until its case is erased'
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """)
    op.execute(
        "CREATE TRIGGER entry_note_append_only BEFORE UPDATE OR DELETE ON entry_note FOR EACH ROW "
        "EXECUTE FUNCTION entry_note_is_erasable()"
    )
    op.execute("ALTER TABLE entry_note ENABLE ALWAYS TRIGGER entry_note_append_only")
