"""Settings, from the environment only. Each is documented here, and the README's table is checked against it."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker import webhooks
from tracker.errors import BadSetting

SETTINGS = {
    "TRACKER_DATABASE_URL": "Database: `sqlite:////absolute/path.db` or `postgresql://user@host/name`. "
    "Default: SQLite in the data directory.",
    "TRACKER_DATA_DIR": "Where the embedded database and other files live, outside the code. "
    "Default: `$XDG_DATA_HOME/protection-tracker`, else `~/.local/share/protection-tracker`.",
    "TRACKER_KEYS_DIR": "Where the keys are that open personal data: outside the database, backed up apart from it. "
    "Default: `keys` in the data directory. The demonstration has its own.",
    "TRACKER_SECRET_KEY": "At least 32 random characters that sign the session cookie. No default: "
    "without it nothing starts but the demonstration.",
    "TRACKER_COUNTRY_PACK": "Legal limits and court kinds: `ssd`, `cod`, `caf` or `mli`. Default: none.",
    "TRACKER_TIME_ZONE": "The mission area's time zone, for calendar days. Default: `Africa/Juba`.",
    "TRACKER_SECURE_COOKIES": "`1` where people reach the site by https (default), `0` for http on loopback.",
    "TRACKER_TRUSTED_PROXIES": "How many reverse proxies stand in front and set X-Forwarded-*. Default: `0`.",
    "TRACKER_REQUIRE_SECOND_FACTOR": "Who must have a second factor: `all` (default), or `overseers`: monitors, "
    "auditors and administrators alone, who always must. `overseers` leaves cases behind a password: only where people "
    "have neither a phone of their own nor a device that keeps a passkey. The demonstration's default is `overseers`.",
    "TRACKER_LEAVE_TO": 'Where "Leave quickly" goes: the address of a page that anybody might read, such as of the '
    "weather. Default: a plain calendar of ours.",
    "TRACKER_LOG_POLICY": "File that names the witnesses of the log and how many of them must have seen it "
    "(c2sp.org/tlog-policy). Default: none.",
    "TRACKER_PUBLIC_URL": "Where people reach the site, such as `https://tracker.example.org`: for the links that are "
    "mailed to them. Default: none, and links are handed over on paper.",
    "TRACKER_MAIL_URL": "Mail server: `smtp://user:password@host:587` (STARTTLS) or `smtps://...:465`. "
    "`?tls=none` on loopback alone. Default: none, and mail waits.",
    "TRACKER_MAIL_FROM": "Who mails are from, such as `Office <office@example.org>`: a name that gives nothing away.",
    "TRACKER_WEBHOOK_HOSTS": "Hosts, comma-separated, whose receivers may be told that something changed: "
    "`hooks.example.org` or `hooks.example.org:8443`, by https alone. For tests `http://127.0.0.1:8080`, on loopback "
    "alone. Default: none, and no receiver can be registered.",
    "TRACKER_RETENTION_MONTHS": "So many months after it was closed, a case loses what is personal. Default: never.",
    "TRACKER_CLAMAV_SOCKET": "Unix socket of ClamAV's daemon, which then sees every file that is added. Default: none.",
    "TRACKER_OIDC_ISSUER": "Issuer of the mission's identity provider (OpenID Connect), `https://...`. Default: none.",
    "TRACKER_OIDC_CLIENT_ID": "What this installation is called there.",
    "TRACKER_OIDC_CLIENT_SECRET": "Its secret there, or none.",
    "TRACKER_OIDC_CLIENT_SECRET_FILE": "A file with that secret, in place of the setting.",
    "TRACKER_OIDC_LABEL": "What people call that sign-in. Default: the provider's host.",
    "TRACKER_OIDC_SECOND_FACTOR": "Words of `amr` or `acr`, comma-separated, by which the provider says that it asked "
    "a second factor, so that ours is not asked. Default: none, and ours is asked.",
    "TRACKER_LANGUAGES": "Languages offered, comma-separated. Default: `en,fr,ar,es`.",
}

_SHORTEST_SECRET = 32
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class MailServer(NamedTuple):
    """Where mail is handed over. `tls`: "implicit", "starttls", or "none" on loopback."""

    host: str
    port: int
    user: str
    password: str
    tls: str


class Provider(NamedTuple):
    """An identity provider. `factors`: its words for having asked a second factor, where they are believed."""

    issuer: str
    client_id: str
    client_secret: str
    label: str
    factors: frozenset[str]


@dataclass(frozen=True)
class Settings:
    """One installation's settings; build it with `from_environment` or by hand in a test."""

    database_url: str = field(repr=False)  # it may hold a password
    data_dir: Path
    secret_key: str = field(repr=False)
    demonstration: bool = False
    country_pack: str | None = None
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Africa/Juba"))
    secure_cookies: bool = True
    trusted_proxies: int = 0
    second_factor_for_all: bool = True
    leave_to: str = ""
    log_policy: Path | None = None
    keys_folder: Path | None = None
    public_url: str = ""
    mail: MailServer | None = field(default=None, repr=False)
    mail_from: str = ""
    scanner: Path | None = None
    provider: Provider | None = field(default=None, repr=False)
    retention_months: int = 0
    webhook_origins: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("en", "fr", "ar", "es")

    @property
    def log_dir(self) -> Path:
        """Where the log's private keys and its high-water mark are: outside the database and its backups."""
        return self.data_dir / ("demonstration-log" if self.demonstration else "log")

    @property
    def attachments_dir(self) -> Path:
        """Where the sealed contents of files on cases lie."""
        return self.data_dir / ("demonstration-attachments" if self.demonstration else "attachments")

    @property
    def keys_dir(self) -> Path:
        """Where the keys are that open what is sealed: outside the database and its backups."""
        return self.keys_folder or self.data_dir / ("demonstration-keys" if self.demonstration else "keys")


def from_environment(
    environment: Mapping[str, str] | None = None, *, demonstration: bool = False
) -> Settings:
    """The settings that `environment` (default: the process's) asks for.

    Refuses (`BadSetting`) a missing or weak secret, an unknown time zone, a relative SQLite path, a bad number.
    `demonstration`: an own secret of this data directory is used, and plain http on loopback.
    """
    env = os.environ if environment is None else environment
    data_dir = _data_dir(env)
    return Settings(
        database_url=_database_url(env, data_dir, demonstration=demonstration),
        data_dir=data_dir,
        secret_key=_demonstration_secret(data_dir) if demonstration else _secret(env),
        demonstration=demonstration,
        country_pack=env.get("TRACKER_COUNTRY_PACK") or ("ssd" if demonstration else None),
        time_zone=_time_zone(env.get("TRACKER_TIME_ZONE") or "Africa/Juba"),
        secure_cookies=(env.get("TRACKER_SECURE_COOKIES") or ("0" if demonstration else "1")) != "0",
        trusted_proxies=_whole_number(env, "TRACKER_TRUSTED_PROXIES"),
        leave_to=_leave_to(env),
        second_factor_for_all=_for_all(env, demonstration=demonstration),
        log_policy=Path(env["TRACKER_LOG_POLICY"]) if env.get("TRACKER_LOG_POLICY") else None,
        keys_folder=None if demonstration else _keys_folder(env),
        public_url=_public_url(env),
        mail=_mail_server(env),
        mail_from=_mail_from(env),
        retention_months=_whole_number(env, "TRACKER_RETENTION_MONTHS"),
        webhook_origins=_webhook_origins(env),
        scanner=Path(env["TRACKER_CLAMAV_SOCKET"]) if env.get("TRACKER_CLAMAV_SOCKET") else None,
        provider=_provider(env),
        languages=tuple((env.get("TRACKER_LANGUAGES") or "en,fr,ar,es").replace(" ", "").split(",")),
    )


def _data_dir(env: Mapping[str, str]) -> Path:
    given = env.get("TRACKER_DATA_DIR")
    home = env.get("XDG_DATA_HOME") or "~/.local/share"
    try:
        return Path(given or f"{home}/protection-tracker").expanduser().resolve()
    except RuntimeError as homeless:
        raise BadSetting(
            f"TRACKER_DATA_DIR is {given!r}: nobody's home folder could be found. Give an absolute path."
        ) from homeless


def _keys_folder(env: Mapping[str, str]) -> Path | None:
    given = env.get("TRACKER_KEYS_DIR")
    if given and not Path(given).is_absolute():
        raise BadSetting(f"TRACKER_KEYS_DIR is {given!r}. Give an absolute path.")
    return Path(given) if given else None


def _database_url(env: Mapping[str, str], data_dir: Path, *, demonstration: bool) -> str:
    given = env.get("TRACKER_DATABASE_URL", "")
    if not given:
        return f"sqlite:///{data_dir / ('demonstration.db' if demonstration else 'tracker.db')}"
    if given.startswith("sqlite:") and not given.startswith("sqlite:////"):
        raise BadSetting(
            "TRACKER_DATABASE_URL names a relative SQLite file. Give an absolute path, with four slashes: "
            "sqlite:////var/lib/tracker/tracker.db"
        )
    if not given.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise BadSetting("TRACKER_DATABASE_URL must begin with sqlite://// or postgresql://")
    return given.replace("postgresql://", "postgresql+psycopg://", 1)


def _secret(env: Mapping[str, str]) -> str:
    secret = env.get("TRACKER_SECRET_KEY", "")
    if len(secret) < _SHORTEST_SECRET or len(set(secret)) < _SHORTEST_SECRET // 4:
        raise BadSetting(
            "TRACKER_SECRET_KEY is missing or weak. Set it to at least 32 random characters, made once and kept: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return secret


def _demonstration_secret(data_dir: Path) -> str:
    place = data_dir / "demonstration.secret"
    if not place.exists() or not place.read_text():
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        place.touch(mode=0o600)
        place.write_text(secrets.token_urlsafe(48))
    return place.read_text()


def _time_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:  # OSError: a folder has that name
        raise BadSetting(
            f"TRACKER_TIME_ZONE is {name!r}, which is no time zone. Give one such as Africa/Juba."
        ) from unknown


def _for_all(env: Mapping[str, str], *, demonstration: bool) -> bool:
    given = env.get("TRACKER_REQUIRE_SECOND_FACTOR") or ("overseers" if demonstration else "all")
    if given not in {"all", "overseers"}:
        raise BadSetting(f"TRACKER_REQUIRE_SECOND_FACTOR is {given!r}. Give all or overseers.")
    return given == "all"


def _leave_to(env: Mapping[str, str]) -> str:
    given = env.get("TRACKER_LEAVE_TO", "")
    if given and not given.startswith(("https://", "http://")):
        raise BadSetting(f"TRACKER_LEAVE_TO is {given!r}. Give an address that begins with https://.")
    return given


def _whole_number(env: Mapping[str, str], name: str) -> int:
    given = env.get(name) or "0"
    if not given.isdecimal():
        raise BadSetting(f"{name} is {given!r}. Give a whole number, such as 1.")
    return int(given)


def _public_url(env: Mapping[str, str]) -> str:
    given = (env.get("TRACKER_PUBLIC_URL") or "").rstrip("/")
    parts = urlsplit(given)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if given and not (safe and parts.netloc and not (parts.path or parts.query or parts.fragment)):
        raise BadSetting(
            f"TRACKER_PUBLIC_URL is {given!r}. Give an https address without a path: https://tracker.example.org"
        )
    return given


def _mail_server(env: Mapping[str, str]) -> MailServer | None:
    given = env.get("TRACKER_MAIL_URL")
    if not given:
        return None
    parts = urlsplit(given)
    tls = {("smtps", ""): "implicit", ("smtp", ""): "starttls", ("smtp", "tls=none"): "none"}.get(
        (parts.scheme, parts.query)
    )
    if tls is None or not parts.hostname or parts.path.strip("/"):
        raise BadSetting(
            "TRACKER_MAIL_URL must be such as smtp://user:password@mail.example.org:587 or smtps://..."
        )
    if tls == "none" and parts.hostname not in _LOOPBACK:
        raise BadSetting("TRACKER_MAIL_URL says tls=none, which is for a mail server on this machine alone.")
    port = parts.port or (465 if tls == "implicit" else 587)
    return MailServer(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls)


def _mail_from(env: Mapping[str, str]) -> str:
    given = env.get("TRACKER_MAIL_FROM") or ""
    if not given:
        if env.get("TRACKER_MAIL_URL"):
            raise BadSetting(
                "TRACKER_MAIL_FROM is missing: who are mails from? Such as Office <office@example.org>"
            )
        return ""
    name, address = parseaddr(given)
    try:
        return str(Address(name, addr_spec=address))
    except (ValueError, IndexError) as wrong:
        raise BadSetting(
            f"TRACKER_MAIL_FROM is {given!r}. Give a name and an address: Office <office@example.org>"
        ) from wrong


def _webhook_origins(env: Mapping[str, str]) -> frozenset[str]:
    given = (env.get("TRACKER_WEBHOOK_HOSTS") or "").replace(" ", "")
    return frozenset(_webhook_origin(one) for one in given.split(",") if one)


def _webhook_origin(host: str) -> str:
    address = host if "://" in host else f"https://{host}"
    origin = webhooks.origin_of(address)
    if origin is None or urlsplit(address).path.strip("/"):
        raise BadSetting(f"TRACKER_WEBHOOK_HOSTS names {host!r}. Give hosts such as hooks.example.org.")
    return origin


def _provider(env: Mapping[str, str]) -> Provider | None:
    issuer, client_id = env.get("TRACKER_OIDC_ISSUER") or "", env.get("TRACKER_OIDC_CLIENT_ID") or ""
    secret, label = _provider_secret(env), env.get("TRACKER_OIDC_LABEL") or ""
    factors = (env.get("TRACKER_OIDC_SECOND_FACTOR") or "").replace(" ", "")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        raise BadSetting(f"TRACKER_OIDC_ISSUER is {issuer!r}. Give the provider's https address.")
    if not client_id:
        raise BadSetting(
            "TRACKER_OIDC_CLIENT_ID is missing: what is this installation called at the provider?"
        )
    words = frozenset(factors.split(",")) if factors else frozenset()
    return Provider(issuer, client_id, secret, label or str(parts.hostname), words)


def _provider_secret(env: Mapping[str, str]) -> str:
    secret, place = env.get("TRACKER_OIDC_CLIENT_SECRET") or "", env.get("TRACKER_OIDC_CLIENT_SECRET_FILE")
    if not place:
        return secret
    try:
        return Path(place).read_text("utf-8").strip()
    except OSError as fault:
        raise BadSetting(f"TRACKER_OIDC_CLIENT_SECRET_FILE cannot be read: {fault.strerror}.") from fault
