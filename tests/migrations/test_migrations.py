"""Migrations are tested like code: one line, up and down on both engines, and they build what the models say."""

import ast
import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import tracker.models  # noqa: F401 - so that the metadata is whole
from tests.world import World
from tracker import migrate
from tracker.actions import consent
from tracker.db import Base, db
from tracker.paths import resource_dir
from tracker.vocabulary import ConsentDecision, DataClass

VERSIONS = sorted(path for path in (resource_dir("migrations") / "versions").glob("*.py"))
NUMBERS = [path.name[:4] for path in VERSIONS]


@pytest.fixture
def engine() -> Iterator[Callable[[str], sa.Engine]]:
    """Makes engines that leave no connection behind."""
    made: list[sa.Engine] = []

    def make(url: str) -> sa.Engine:
        made.append(sa.create_engine(url, poolclass=sa.NullPool))
        return made[-1]

    yield make
    for one in made:
        one.dispose()


def _tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


# --- one line of migrations -------------------------------------------------------------------------------------


def test_there_is_one_head_and_one_base():
    scripts = ScriptDirectory.from_config(migrate.config("sqlite:////nowhere"))
    assert scripts.get_heads() == [NUMBERS[-1]]
    assert scripts.get_bases() == [NUMBERS[0]]


def test_they_are_numbered_without_a_gap_and_named_in_words():
    assert [int(number) for number in NUMBERS] == list(range(1, len(NUMBERS) + 1))
    for path in VERSIONS:
        assert re.fullmatch(r"\d{4}(_[a-z0-9]+)+\.py", path.name), path.name


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.name)
def test_each_follows_the_one_before_it_says_what_it_does_and_can_be_taken_back(path: Any):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {
        node.targets[0].id: ast.literal_eval(node.value)  # type: ignore[attr-defined]
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id in ("revision", "down_revision")  # type: ignore[attr-defined]
    }
    number = int(path.name[:4])
    assert said == {"revision": f"{number:04}", "down_revision": f"{number - 1:04}" if number > 1 else None}
    assert ast.get_docstring(tree)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert not isinstance(functions["downgrade"].body[-1], ast.Pass)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.name)
def test_none_depends_on_the_code_of_today(path: Any):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            assert not [name for name in names if name.startswith(("tracker", "blueprints"))]


# --- they build what the models say -----------------------------------------------------------------------------


def test_they_build_what_the_models_say(database_url: str, engine: Callable[[str], sa.Engine]):
    with engine(database_url).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_they_build_the_checks_that_the_models_say(database_url: str, engine: Callable[[str], sa.Engine]):
    """Alembic does not compare these: their names, and the words that each list allows."""
    inspector = sa.inspect(engine(database_url))
    for table in Base.metadata.sorted_tables:
        checks = [one for one in table.constraints if isinstance(one, sa.CheckConstraint)]
        kept = {str(one["name"]): str(one["sqltext"]) for one in inspector.get_check_constraints(table.name)}
        assert kept.keys() == {str(one.name) for one in checks}, table.name
        for column in table.columns:
            if isinstance(column.type, sa.Enum):
                text = kept[f"ck_{table.name}_{column.type.name}"]
                assert set(re.findall(r"'(\w+)'", text)) == set(column.type.enums), (
                    f"{table.name}.{column.name}"
                )


def test_they_build_the_indexes_that_the_models_say_with_their_conditions(
    database_url: str, engine: Callable[[str], sa.Engine]
):
    made = engine(database_url)
    inspector = sa.inspect(made)
    for table in Base.metadata.sorted_tables:
        kept = {str(index["name"]): index for index in inspector.get_indexes(table.name)}
        for index in table.indexes:
            assert kept[str(index.name)]["column_names"] == [column.name for column in index.columns]
            condition = index.dialect_options[made.dialect.name]["where"]
            where = kept[str(index.name)]["dialect_options"].get(f"{made.dialect.name}_where")
            assert (where is None) is (condition is None), index.name


_OF_THE_LOG = ("log_entry", "log_notice", "log_node", "log_checkpoint", "log_cosignature")
TRIGGERS = {
    "sqlite": {
        "log_entry_only_next",
        "log_head_no_delete",
        "log_disclosure_no_update",
        *(f"{table}_no_{event}" for table in _OF_THE_LOG for event in ("update", "delete")),
        *(f"{table}_only_new" for table in ("log_disclosure", "log_notice", "log_checkpoint", "log_head")),
        "verifier_no_delete",
        *(f"verifier_download_no_{event}" for event in ("update", "delete")),
        "history_entry_no_update",
        "history_entry_no_delete",
        "history_entry_only_next",
        "entry_note_no_update",
        "entry_note_no_delete",
        "entry_note_only_next",
    },
    "postgresql": {
        "log_entry_only_next",
        *(
            f"{table}_{guard}"
            for table in (*_OF_THE_LOG, "log_disclosure", "log_head")
            for guard in ("append_only", "no_truncate")
        ),
        *(
            f"{table}_{guard}"
            for table in ("verifier", "verifier_download")
            for guard in ("append_only", "no_truncate")
        ),
        "history_entry_append_only",
        "history_entry_no_truncate",
        "history_entry_only_next",
        "entry_note_append_only",
        "entry_note_no_truncate",
    },
}


def test_the_guards_of_the_history_stand(
    engine_kind: str, database_url: str, engine: Callable[[str], sa.Engine]
):
    with engine(database_url).connect() as connection:
        assert TRIGGERS[engine_kind] <= _triggers(connection).keys()
        if engine_kind == "postgresql":
            assert set(_triggers(connection).values()) == {"A"}, (
                "ENABLE ALWAYS: a plain one can be switched off"
            )


def _triggers(connection: sa.Connection) -> dict[str, str]:
    """Their names, and on PostgreSQL when they fire."""
    asked = {
        "sqlite": "SELECT name, '' FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
    }
    return dict(connection.execute(sa.text(asked[connection.dialect.name])).all())


# --- up and down ------------------------------------------------------------------------------------------------


def test_up_down_and_up_again(empty_database_url: str, engine: Callable[[str], sa.Engine]):
    url = empty_database_url
    migrate.upgrade(url)
    first = _picture(engine(url))
    migrate.downgrade(url, "base")
    assert _tables(engine(url)) == {"alembic_version"}
    assert _left(engine(url)) == []
    migrate.upgrade(url)
    assert _picture(engine(url)) == first


def test_each_is_taken_back_alone_and_leaves_what_was_there(
    empty_database_url: str, engine: Callable[[str], sa.Engine]
):
    url = empty_database_url
    before = _picture(engine(url))
    for number in NUMBERS:
        migrate.upgrade(url, number)
        after = _picture(engine(url))
        migrate.downgrade(url, "-1")
        assert _picture(engine(url)) == before | {
            "alembic_version": before.get("alembic_version") or after["alembic_version"]
        }
        migrate.upgrade(url, number)
        assert _picture(engine(url)) == after
        before = after


def test_a_database_that_is_up_to_date_stays_as_it_is(database_url: str, engine: Callable[[str], sa.Engine]):
    before = _picture(engine(database_url))
    migrate.upgrade(database_url)
    assert _picture(engine(database_url)) == before


def _picture(engine: sa.Engine) -> dict[str, Any]:
    """Tables with their columns, indexes and checks, and the triggers."""
    inspector = sa.inspect(engine)
    columns, indexes = inspector.get_multi_columns(), inspector.get_multi_indexes()
    checks, keys = inspector.get_multi_check_constraints(), inspector.get_multi_foreign_keys()
    picture: dict[str, Any] = {
        name: (
            sorted(
                (column["name"], str(column["type"]), column["nullable"]) for column in columns[None, name]
            ),
            *(sorted(str(one["name"]) for one in found[None, name]) for found in (indexes, checks, keys)),
        )
        for name in inspector.get_table_names()
    }
    with engine.connect() as connection:
        return picture | {"triggers": _triggers(connection)}


def _left(engine: sa.Engine) -> list[str]:
    """Triggers, functions and types that nobody took back."""
    with engine.connect() as connection:
        left = list(_triggers(connection))
        if connection.dialect.name == "postgresql":
            left += connection.execute(
                sa.text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
            ).scalars()
        return left


def test_the_first_run_makes_the_folder_of_a_sqlite_file_for_its_owner_alone(tmp_path: Any):
    place = tmp_path / "new" / "place"
    migrate.upgrade(f"sqlite:///{place}/tracker.db")
    assert (place / "tracker.db").exists()
    assert place.stat().st_mode & 0o777 == 0o700


def test_a_database_with_records_is_taken_back_and_brought_forward_again(world: World):
    """A table that others refer to cannot simply be written anew: an empty database would not show it."""
    world.sent_to_police()
    world.an_alert()
    before = db.session.scalar(sa.text("SELECT count(*) FROM history_entry"))
    url = world.database_url
    db.session.remove()
    db.engine.dispose()
    migrate.downgrade(url, "0024")
    migrate.upgrade(url)
    assert db.session.scalar(sa.text("SELECT count(*) FROM history_entry")) == before


@pytest.mark.only_on("sqlite")
def test_consent_of_before_was_for_everything_and_in_part_goes_back_as_none(world: World):
    (by_class,) = [path.name[:4] for path in VERSIONS if path.name.endswith("_consent_by_class.py")]
    case = world.register(consent_institution_ids=[world.station.id])
    consent.record_consent(
        ConsentDecision.GIVEN,
        actor=world.judicial_officer,
        case=case,
        seen=case.entries,
        institution_ids=[world.prosecution.id],
        classes=[DataClass.NARRATIVE],
    )
    places = [world.station.id, world.prosecution.id]
    db.session.commit()
    file, url = str(db.engine.url.database), world.database_url
    db.session.remove()
    db.engine.dispose()

    def rows(columns: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            return connection.execute(f"SELECT {columns} FROM consent ORDER BY id").fetchall()

    migrate.downgrade(url, NUMBERS[NUMBERS.index(by_class) - 1])
    assert rows("institution_id, decision") == [(places[0], "given"), (places[1], "declined")]
    migrate.upgrade(url)
    assert rows("institution_id, data_class, decision") == [
        (place, data_class.value, decision)
        for place, decision in zip(places, ("given", "declined"), strict=True)
        for data_class in DataClass
    ]
