"""Settings from the environment: what is taken, and what is refused with a sentence that says what to set."""

import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tracker.config import SETTINGS, Settings, from_environment
from tracker.errors import BadSetting

SECRET = "mZ3vJx8Q_rT5wKp2Lh9Yc4Nb7Df1Gs6E"
ENV = {"TRACKER_SECRET_KEY": SECRET, "TRACKER_DATA_DIR": "/var/lib/tracker"}


def _read(**changes: str) -> Settings:
    return from_environment(ENV | changes)


def test_a_secret_and_a_place_are_enough():
    settings = from_environment(ENV)
    assert settings.database_url == "sqlite:////var/lib/tracker/tracker.db"
    assert settings.data_dir == Path("/var/lib/tracker")
    assert settings.secret_key == SECRET
    assert (settings.demonstration, settings.country_pack, settings.secure_cookies) == (False, None, True)
    assert (settings.trusted_proxies, settings.languages) == (0, ("en", "fr", "ar", "es"))
    assert settings.time_zone == ZoneInfo("Africa/Juba")


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, "x" * 64, "ab" * 32, "changeme" * 3])
def test_a_missing_or_weak_secret_is_refused_with_how_to_make_one(secret: str):
    with pytest.raises(BadSetting, match=r"TRACKER_SECRET_KEY is missing or weak.*secrets.token_urlsafe"):
        _read(TRACKER_SECRET_KEY=secret)


def test_a_missing_secret_is_refused():
    with pytest.raises(BadSetting, match="TRACKER_SECRET_KEY"):
        from_environment({"TRACKER_DATA_DIR": "/var/lib/tracker"})


def test_no_secret_is_ever_shown():
    settings = _read(TRACKER_DATABASE_URL="postgresql://tracker:hunter22@db/tracker")
    assert SECRET not in repr(settings)
    assert "hunter22" not in repr(settings)


def test_the_demonstration_makes_a_secret_of_its_own_and_keeps_it(tmp_path: Path):
    env = {"TRACKER_DATA_DIR": str(tmp_path / "new" / "place")}
    first = from_environment(env, demonstration=True)
    assert len(first.secret_key) >= 32
    assert from_environment(env, demonstration=True).secret_key == first.secret_key
    kept = tmp_path / "new" / "place" / "demonstration.secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_the_demonstration_makes_its_secret_again_when_the_first_was_never_finished(tmp_path: Path):
    (tmp_path / "demonstration.secret").touch()
    assert len(from_environment({"TRACKER_DATA_DIR": str(tmp_path)}, demonstration=True).secret_key) >= 32


def test_the_demonstration_is_south_sudan_over_plain_http(tmp_path: Path):
    settings = from_environment({"TRACKER_DATA_DIR": str(tmp_path)}, demonstration=True)
    assert (settings.country_pack, settings.secure_cookies) == ("ssd", False)
    assert settings.database_url == f"sqlite:///{tmp_path}/demonstration.db"


def test_the_data_stands_outside_the_code_in_the_person_s_own_folder(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    assert from_environment({"TRACKER_SECRET_KEY": SECRET}).data_dir == Path(
        "/home/somebody/.local/share/protection-tracker"
    )
    given = {"TRACKER_SECRET_KEY": SECRET, "XDG_DATA_HOME": "/data"}
    assert from_environment(given).data_dir == Path("/data/protection-tracker")


@pytest.mark.parametrize("place", ["~nobody-of-this-name/tracker"])
def test_a_place_that_cannot_be_is_refused(place: str):
    with pytest.raises(BadSetting, match="TRACKER_DATA_DIR"):
        _read(TRACKER_DATA_DIR=place)


def test_a_relative_sqlite_file_is_refused():
    for url in ("sqlite:///tracker.db", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(BadSetting, match=r"names a relative SQLite file\. Give an absolute path"):
            _read(TRACKER_DATABASE_URL=url)


def test_another_database_is_refused():
    with pytest.raises(BadSetting, match="must begin with sqlite://// or postgresql://"):
        _read(TRACKER_DATABASE_URL="mysql://tracker@db/tracker")


def test_postgresql_is_spoken_to_by_its_third_driver():
    assert _read(TRACKER_DATABASE_URL="postgresql://t@db/t").database_url == "postgresql+psycopg://t@db/t"
    assert (
        _read(TRACKER_DATABASE_URL="postgresql+psycopg://t@db/t").database_url
        == "postgresql+psycopg://t@db/t"
    )


@pytest.mark.parametrize("zone", ["Juba", "Africa", "../../etc/passwd", "/etc/localtime", "Africa/Juba "])
def test_what_is_no_time_zone_is_refused(zone: str):
    with pytest.raises(BadSetting, match=r"which is no time zone\. Give one such as Africa/Juba"):
        _read(TRACKER_TIME_ZONE=zone)


def test_a_time_zone_is_taken():
    assert _read(TRACKER_TIME_ZONE="Africa/Bangui").time_zone == ZoneInfo("Africa/Bangui")


@pytest.mark.parametrize("number", ["two", "-1", "1.5", " "])
def test_a_number_of_proxies_that_is_no_whole_number_is_refused(number: str):
    with pytest.raises(BadSetting, match=r"TRACKER_TRUSTED_PROXIES is .* Give a whole number"):
        _read(TRACKER_TRUSTED_PROXIES=number)


def test_proxies_cookies_and_languages_are_taken():
    settings = _read(TRACKER_TRUSTED_PROXIES="2", TRACKER_SECURE_COOKIES="0", TRACKER_LANGUAGES="fr, ar")
    assert (settings.trusted_proxies, settings.secure_cookies, settings.languages) == (2, False, ("fr", "ar"))


def test_an_empty_setting_is_as_good_as_none():
    assert from_environment(ENV | dict.fromkeys(SETTINGS.keys() - ENV.keys(), "")) == from_environment(ENV)


def test_every_setting_that_is_read_is_documented_and_every_documented_one_is_read():
    class Noting(dict[str, str]):
        asked: set[str] = set()  # noqa: RUF012 - one test, one set

        def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
            self.asked.add(key)
            return super().get(key, default)

    noting = Noting({"TRACKER_SECRET_KEY": SECRET})
    from_environment(noting)
    assert noting.asked - {"XDG_DATA_HOME"} == SETTINGS.keys()


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [
        ("smtp://mail.example.org", 587, "starttls"),
        ("smtps://a%40b:p%3Aw@mail.example.org", 465, "implicit"),
        ("smtp://127.0.0.1:2525?tls=none", 2525, "none"),
    ],
)
def test_a_mail_server_is_taken(url: str, port: int, tls: str):
    mail = _read(TRACKER_MAIL_URL=url, TRACKER_MAIL_FROM="Office <office@example.org>").mail
    assert mail is not None
    assert (mail.port, mail.tls) == (port, tls)
    assert (mail.user, mail.password) == (("a@b", "p:w") if "@mail" in url else ("", ""))


@pytest.mark.parametrize(
    "wrong",
    [
        {"TRACKER_MAIL_URL": "mail.example.org"},
        {"TRACKER_MAIL_URL": "smtp://mail.example.org?tls=none", "TRACKER_MAIL_FROM": "o@example.org"},
        {"TRACKER_MAIL_URL": "smtp://mail.example.org"},
        {"TRACKER_MAIL_FROM": "Office"},
        {"TRACKER_PUBLIC_URL": "http://tracker.example.org"},
        {"TRACKER_PUBLIC_URL": "https://tracker.example.org/path"},
    ],
)
def test_mail_that_would_go_in_clear_or_come_from_nobody_is_refused(wrong: dict[str, str]):
    with pytest.raises(BadSetting):
        _read(**wrong)
