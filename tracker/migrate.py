"""Runs the migrations in code, so that no configuration file is needed beside the installed package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from tracker.paths import resource_dir


def config(url: str) -> Config:
    """Alembic's configuration for the database at `url` and the migrations of this installation."""
    made = Config()
    made.set_main_option("script_location", str(resource_dir("migrations")).replace("%", "%%"))
    made.attributes["url"] = url
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the database at `url` to `revision`; makes the folder of a SQLite file that does not exist yet."""
    database = make_url(url)
    if database.get_backend_name() == "sqlite" and database.database:
        Path(database.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Takes the database at `url` back to `revision` ("base": empty)."""
    command.downgrade(config(url), revision)
