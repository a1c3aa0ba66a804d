"""Keep the assessments of reprisals, what is personal in them sealed, and which cases hang together."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LEVELS = ("low", "medium", "high", "critical")
TIES = ("reprisal", "same_person", "same_incident", "not_the_same")


def upgrade() -> None:
    """Adds the two tables."""
    op.create_table(
        "reprisal_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("proposed", _word("proposed_level", LEVELS), nullable=False),
        sa.Column("level", _word("assessed_level", LEVELS), nullable=False),
        sa.Column("mitigated", sa.Boolean(), nullable=False),
        sa.Column("agreed_entry_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        *_keys(
            "reprisal_assessment",
            case_id="protection_case",
            entry_id="history_entry",
            agreed_entry_id="history_entry",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reprisal_assessment")),
    )
    op.create_index("ix_reprisal_assessment_case_id_id", "reprisal_assessment", ["case_id", "id"])
    op.create_table(
        "case_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("tie", _word("casetie", TIES), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("case_id <> other_id", name=op.f("ck_case_link_of_two_cases")),
        *_keys("case_link", case_id="protection_case", other_id="protection_case", entry_id="history_entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
    )
    for column in ("case_id", "other_id"):
        op.create_index(f"ix_case_link_{column}_id", "case_link", [column, "id"])


def downgrade() -> None:
    """Takes them away."""
    op.drop_table("case_link")
    op.drop_table("reprisal_assessment")


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40, create_constraint=True)


def _keys(table: str, **to: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
        for column, other in to.items()
    ]
