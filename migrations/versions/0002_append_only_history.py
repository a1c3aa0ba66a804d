"""Make the history append-only in the database itself, on both engines.

Guard rails, not evidence (history.md section 5). BEFORE UPDATE and BEFORE DELETE alone are gone round by SQLite's
INSERT OR REPLACE, so an entry must also be the next of its case or alert, which makes the numbers gapless too, and
may not take the row of another one.
PostgreSQL's triggers are ENABLE ALWAYS: a plain one is skipped under session_replication_role = replica.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("history_entry", "entry_note")
NEXT = """
    (NEW.case_id IS NOT NULL
     AND NEW.n <> (SELECT coalesce(max(n), 0) + 1 FROM history_entry WHERE case_id = NEW.case_id))
    OR (NEW.alert_id IS NOT NULL
     AND NEW.n <> (SELECT coalesce(max(n), 0) + 1 FROM history_entry WHERE alert_id = NEW.alert_id))
    OR EXISTS (SELECT 1 FROM history_entry WHERE id = NEW.id)
"""


def upgrade() -> None:
    """Adds the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()


def downgrade() -> None:
    """Takes the triggers away."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for name in ("no_update", "no_delete", "only_next"):
                op.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
        return
    for table in TABLES:
        for name in ("append_only", "no_truncate"):
            op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
    op.execute("DROP TRIGGER history_entry_only_next ON history_entry")
    op.execute("DROP FUNCTION history_is_append_only()")
    op.execute("DROP FUNCTION history_entry_is_next()")


def _upgrade_sqlite() -> None:
    for table in TABLES:
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        f"CREATE TRIGGER history_entry_only_next BEFORE INSERT ON history_entry WHEN {NEXT} "
        "BEGIN SELECT RAISE(ABORT, 'history_entry is append-only: not the next entry'); END"
    )
    op.execute(
        "CREATE TRIGGER entry_note_only_next BEFORE INSERT ON entry_note "
        "WHEN EXISTS (SELECT 1 FROM entry_note WHERE entry_id = NEW.entry_id) "
        "BEGIN SELECT RAISE(ABORT, 'entry_note is append-only'); END"
    )


def _upgrade_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """)
    op.execute(f"""
        CREATE FUNCTION history_entry_is_next() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {NEXT} THEN
                RAISE EXCEPTION 'history_entry is append-only: not the next entry'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$
    """)
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION history_is_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")
    op.execute(
        "CREATE TRIGGER history_entry_only_next BEFORE INSERT ON history_entry "
        "FOR EACH ROW EXECUTE FUNCTION history_entry_is_next()"
    )
    op.execute("ALTER TABLE history_entry ENABLE ALWAYS TRIGGER history_entry_only_next")
