"""Keep consent for each class of what is personal; what was agreed before was agreed for all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = "consent"
BEFORE = "consent_before"
CLASSES = ("identity", "contact", "narrative", "medical", "location")
DECISIONS = ("given", "declined", "withdrawn", "not_possible", "best_interest")
KEPT = "case_id, institution_id, decision, given_on, entry_id"


def upgrade() -> None:
    """Makes five decisions of each."""
    _set_aside()
    op.create_table(
        TABLE,
        *_columns(),
        sa.Column("data_class", _word("dataclass", CLASSES), nullable=False),
        sa.Column("authorised_by", sa.String(length=160), nullable=False),
        sa.CheckConstraint(
            "decision <> 'best_interest' OR authorised_by <> ''",
            name=op.f("ck_consent_authorised_by_somebody"),
        ),
    )
    kept = f"b.{KEPT.replace(', ', ', b.')}"  # names of ours alone
    classes = " UNION ALL ".join(f"SELECT {n} AS n, '{name}' AS name" for n, name in enumerate(CLASSES))
    op.execute(
        f"INSERT INTO consent ({KEPT}, data_class, authorised_by) "
        f"SELECT {kept}, c.name, CASE WHEN b.decision = 'best_interest' THEN 'see the note' ELSE '' END "
        f"FROM consent_before b CROSS JOIN ({classes}) c ORDER BY b.id, c.n"
    )
    op.drop_table(BEFORE)
    columns = ["case_id", "institution_id", "data_class", "id"]
    op.create_index("ix_consent_case_id_institution_id_data_class_id", TABLE, columns)


def downgrade() -> None:
    """Makes one decision of five; where they are not all the same one, nothing may be shared."""
    _set_aside()
    op.create_table(TABLE, *_columns())
    op.execute(
        f"INSERT INTO consent ({KEPT}) "
        "SELECT case_id, institution_id, CASE WHEN COUNT(*) = 5 AND COUNT(DISTINCT decision) = 1 "
        "THEN MIN(decision) ELSE 'declined' END, MIN(given_on), entry_id "
        "FROM consent_before GROUP BY case_id, institution_id, entry_id ORDER BY MIN(id)"
    )
    op.drop_table(BEFORE)
    op.create_index("ix_consent_case_id_institution_id_id", TABLE, ["case_id", "institution_id", "id"])


def _set_aside() -> None:
    op.execute("CREATE TABLE consent_before AS SELECT * FROM consent")
    op.drop_table(TABLE)


def _columns() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("decision", _word("consentdecision", DECISIONS), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}"))
            for column, table in (
                ("case_id", "protection_case"),
                ("institution_id", "institution"),
                ("entry_id", "history_entry"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
