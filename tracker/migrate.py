"""Runs the migrations in code, so that no configuration file is needed beside the installed package."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import NullPool, create_engine, make_url

from tracker.errors import BadSetting
from tracker.paths import resource_dir


def config(url: str) -> Config:
    """Alembic's configuration for the database at `url` and the migrations of this installation."""
    return configured(Config(), url)


def configured(made: Config, url: str) -> Config:
    """`made`, which somebody else made (Flask-Migrate does), turned to the same database and migrations."""
    made.set_main_option("script_location", str(resource_dir("migrations")).replace("%", "%%"))
    made.attributes["url"] = url
    return made


def make_room(url: str) -> None:
    """Makes the folder of a SQLite file that does not exist yet; for nobody else's eyes."""
    if file := _file(url):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def is_behind(url: str) -> bool:
    """Whether the database at `url` lacks migrations of this installation, or has some that it does not know."""
    file = _file(url)
    if file is not None and not file.exists():
        return True
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        stands_at = MigrationContext.configure(connection).get_current_heads()
    return set(stands_at) != set(ScriptDirectory.from_config(config(url)).get_heads())


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the database at `url` to `revision`; makes the folder of a SQLite file that does not exist yet."""
    make_room(url)
    with _sentences():
        command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Takes the database at `url` back to `revision` ("base": empty)."""
    with _sentences():
        command.downgrade(config(url), revision)


@contextmanager
def _sentences() -> Iterator[None]:
    """Alembic's own complaints, such as a database of a newer release, become refusals."""
    try:
        yield
    except CommandError as complaint:
        raise BadSetting(
            f"The migrations of this release do not fit the database: {complaint}. "
            "Install the release that made it, or a newer one."
        ) from complaint


def _file(url: str) -> Path | None:
    database = make_url(url)
    is_file = database.get_backend_name() == "sqlite" and database.database
    return Path(database.database) if is_file and database.database else None
