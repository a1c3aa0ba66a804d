"""An application on a fresh database, people in it, and a careful client for each of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from blueprints import catalogue, create_app, sessions, words
from blueprints.guards import TOKEN
from tests.databases import Database, dispose, this_room
from tests.web import gallery_app
from tests.web.careful_client import CarefulClient, careful
from tracker import clock, keyring, mission, passwords
from tracker.config import Settings
from tracker.db import db
from tracker.models import Institution, Membership, UserAccount
from tracker.vocabulary import InstitutionKind, Role

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once: it is meant to be slow."""
    return passwords.hash_of(PASSWORD)


@pytest.fixture(autouse=True, scope="session")
def _no_list_that_translators_never_see() -> Iterator[None]:
    """Refuses, in every test of a page, to show a word of a list that `blueprints.catalogue` does not hand out."""
    context = words.context

    def known(kind: type[StrEnum]) -> str:
        assert kind in catalogue.LISTS, f"{kind.__name__} is shown, and not in blueprints/catalogue.py."
        return context(kind)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "context", known)
        yield


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An installation reached over plain http on loopback."""
    return _settings(database_url, tmp_path)


def _settings(url: str, data_dir: Path) -> Settings:
    return Settings(
        database_url=url,
        data_dir=data_dir,
        secret_key="s" * 40,
        secure_cookies=False,
        second_factor_for_all=False,  # what is tested here is the first half of the door
        keys_folder=this_room().keys,
    )


@pytest.fixture
def make_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Makes applications with other settings than the usual; each has the gallery."""
    made: list[Flask] = []

    def make(**other: Any) -> Flask:
        app = gallery_app.install(create_app(replace(settings, **other)))
        app.extensions["tracker_alarm"].rest()
        made.append(app)
        return app

    yield make
    for app in made:
        dispose(app)


@pytest.fixture(scope="session")
def _usual_app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Made once: to learn its addresses and templates takes it longer than a test."""
    data = tmp_path_factory.mktemp("data")
    made = create_app(_settings(database.url, data))
    made.extensions["tracker_alarm"].rest()
    database.keep(partial(dispose, made))
    return gallery_app.install(made)


@pytest.fixture
def app(_usual_app: Flask, database_url: str) -> Flask:
    """The application, in testing: what nobody foresaw is raised, not answered."""
    mission.start(None, ZoneInfo("Africa/Juba"))
    keyring.start(this_room().keys)
    _usual_app.testing = True
    return _usual_app


@pytest.fixture
def person(app: Flask, password_hash: str) -> Callable[..., int]:
    """Adds a person with a role at an institution of their own; gives the membership's id."""

    def add(
        role: Role = Role.POLICE_OFFICER, *, username: str = "", name: str = "S. Traoré", place: str = ""
    ) -> int:
        with app.app_context():
            known = db.session.query(UserAccount).filter_by(username=username or role.value).first()
            user = known or UserAccount(
                username=username or role.value,
                full_name=name,
                password_hash=password_hash,
                created_at=clock.now(),
            )
            station = Institution(
                code=place or f"place-of-{username or role.value}",
                name=place or "Malakal police station",
                kind=InstitutionKind.POLICE_STATION,
            )
            membership = Membership(user=user, institution=station, role=role)
            db.session.add(membership)
            db.session.commit()
            return membership.id

    return add


@pytest.fixture
def signed_in(app: Flask, person: Callable[..., int]) -> Callable[..., CarefulClient]:
    """A client that has gone through the door as a person of this role; `member`: as this membership."""

    def enter(role: Role = Role.POLICE_OFFICER, *, member: int = 0) -> CarefulClient:
        member = member or person(role)
        with app.test_request_context():
            membership = db.session.get_one(Membership, member)
            token = sessions.begin(membership.user, membership, by_factor=True)
            db.session.commit()
        client = careful(app)
        with client.session_transaction() as cookie:
            cookie[TOKEN] = token
        return client

    return enter
