"""Keep what happened to each held person as rows beside the history, and who outside is told of a limit."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EVENT = "custody_event"
ALARM = "custody_alarm"
KINDS = ("arrest", "extension", "production", "transfer", "release", "review", "acknowledgement")
AUTHORITIES = ("police_superior", "prosecutor", "judge", "chief", "government_official", "other")
RESULTS = ("remanded", "no_order", "release_ordered")
FINDINGS = ("visited", "seen_in_register", "release_requested", "not_found", "access_refused", "other")
STILL_HELD = sa.text("released_at IS NULL")
STANDING = sa.text("acknowledged_at IS NULL AND ended_at IS NULL")


def upgrade() -> None:
    """Adds the tables, and an event for every arrest and release that is known."""
    op.add_column("custody", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_custody_held",
        "custody",
        ["due_at", "id"],
        sqlite_where=STILL_HELD,
        postgresql_where=STILL_HELD,
    )
    op.create_index("ix_custody_person_id", "custody", ["person_id"])
    _create_event()
    _create_alarm()
    _tell_what_is_known()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Takes them away; the custodies themselves stay as they are."""
    op.drop_table(ALARM)
    op.drop_table(EVENT)
    op.drop_index("ix_custody_person_id", "custody")
    op.drop_index("ix_custody_held", "custody")
    op.drop_column("custody", "version")


def _create_event() -> None:
    op.create_table(
        EVENT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("custody_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("kind", _word(KINDS, "custodyact"), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("authority", _word(AUTHORITIES, "authority"), nullable=True),
        sa.Column("written", sa.Boolean(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("result", _word(RESULTS, "productionresult"), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finding", _word(FINDINGS, "reviewfinding"), nullable=True),
        sa.CheckConstraint("hours > 0", name=op.f(f"ck_{EVENT}_for_some_time")),
        *(
            sa.CheckConstraint(f"({kinds}) = ({column} IS NOT NULL)", name=op.f(f"ck_{EVENT}_{name}"))
            for kinds, column, name in (
                ("kind = 'extension'", "authority", "extended_by_somebody"),
                ("kind = 'production'", "result", "produced_with_result"),
                ("kind = 'review'", "finding", "reviewed_with_finding"),
                ("kind IN ('production', 'transfer')", "institution_id", "somewhere"),
            )
        ),
        *_keys(
            EVENT, ("custody_id", "custody"), ("entry_id", "history_entry"), ("institution_id", "institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{EVENT}")),
        sa.UniqueConstraint("entry_id", name=op.f(f"uq_{EVENT}_entry_id")),
    )
    op.create_index(f"ix_{EVENT}_custody_id", EVENT, ["custody_id"])


def _create_alarm() -> None:
    op.create_table(
        ALARM,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("custody_id", sa.Integer(), nullable=False),
        sa.Column("kind", _word(("near", "passed"), "alarmkind"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)",
            name=op.f(f"ck_{ALARM}_acknowledged_by_somebody"),
        ),
        *_keys(
            ALARM,
            ("custody_id", "custody"),
            ("institution_id", "institution"),
            ("acknowledged_by_id", "user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ALARM}")),
        sa.UniqueConstraint(
            "custody_id",
            "kind",
            "due_at",
            "institution_id",
            name=op.f(f"uq_{ALARM}_custody_id_kind_due_at_institution_id"),
        ),
    )
    op.create_index(
        f"ix_{ALARM}_standing",
        ALARM,
        ["institution_id", "custody_id"],
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def _tell_what_is_known() -> None:
    """Arrests have their entry. A release's is the one of its track that says the same instant; of several people
    who were released at once, each in the order in which they were arrested.
    """
    named = "custody_id, entry_id, kind, written"
    op.execute(f"INSERT INTO {EVENT} ({named}) SELECT id, entry_id, 'arrest', false FROM custody ORDER BY id")
    op.execute(
        "WITH held AS (SELECT id, track_id, released_at AS at, "
        "row_number() OVER (PARTITION BY track_id, released_at ORDER BY id) AS place FROM custody), "
        "told AS (SELECT id, track_id, happened_at AS at, "
        "row_number() OVER (PARTITION BY track_id, happened_at ORDER BY id) AS place "
        "FROM history_entry WHERE action = 'record_release') "
        f"INSERT INTO {EVENT} ({named}) SELECT held.id, told.id, 'release', false FROM held "
        "JOIN told ON told.track_id = held.track_id AND told.at = held.at AND told.place = held.place "
        "ORDER BY told.id"
    )


def _keys(table: str, *pairs: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in pairs
    ]


def _word(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40, create_constraint=True)


def _guard_sqlite() -> None:
    for event in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {EVENT}_no_{event} BEFORE {event} ON {EVENT} "
            f"BEGIN SELECT RAISE(ABORT, '{EVENT} is append-only'); END"
        )
    op.execute(
        f"CREATE TRIGGER {EVENT}_only_next BEFORE INSERT ON {EVENT} "
        f"WHEN EXISTS (SELECT 1 FROM {EVENT} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{EVENT} is append-only'); END"
    )


def _guard_postgresql() -> None:
    """With the function that guards the history, and ALWAYS, for the same reason."""
    for name, event in (
        ("append_only", "UPDATE OR DELETE ON {} FOR EACH ROW"),
        ("no_truncate", "TRUNCATE ON {} FOR EACH STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {EVENT}_{name} BEFORE {event.format(EVENT)} EXECUTE FUNCTION history_is_append_only()"
        )
        op.execute(f"ALTER TABLE {EVENT} ENABLE ALWAYS TRIGGER {EVENT}_{name}")
