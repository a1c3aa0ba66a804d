"""What the administrator's pages show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from blueprints import words
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row, Tag
from blueprints.times import day, moment
from tracker import clock, passwords
from tracker.models import Gateway, Institution, UserAccount
from tracker.queries.gateways import GatewayRow
from tracker.queries.gazetteer import AreaRow, InstitutionRow
from tracker.queries.people import PersonRow

PEOPLE_COLUMNS = (
    Column(_l("Name")),
    Column(_l("State"), "tag"),
    Column(_l("Username"), "name"),
    Column(_l("Memberships"), "number"),
    Column(_l("Since"), "name"),
)
INSTITUTION_COLUMNS = (
    Column(_l("Name")),
    Column(_l("State"), "tag"),
    Column(_l("Kind")),
    Column(_l("Area"), "name"),
    Column(_l("Code"), "name"),
)
GATEWAY_COLUMNS = (
    Column(_l("Name")),
    Column(_l("State"), "tag"),
    Column(_l("What it is")),
    Column(_l("Who gets the alerts"), "name"),
    Column(_l("Last message"), "name"),
)
AREA_COLUMNS = (Column(_l("Name")), Column(_l("P-code"), "name"), Column(_l("Areas inside"), "number"))


def people_rows(rows: Sequence[PersonRow]) -> list[Row]:
    """Accounts: who, whether they can sign in, and in how many roles."""
    prefix = url_for("admin.people") + "/"
    return [
        Row(
            f"{prefix}{row.id}",
            (row.full_name, _state(row.active), row.username, row.memberships, day(row.created_at)),
        )
        for row in rows
    ]


def institution_rows(rows: Sequence[InstitutionRow]) -> list[Row]:
    """Institutions: what, where, and whether they are in use."""
    prefix = url_for("admin.institutions") + "/"
    return [
        Row(prefix + row.code, (row.name, _state(row.active), words.label(row.kind), row.area, row.code))
        for row in rows
    ]


def area_rows(rows: Sequence[AreaRow]) -> list[Row]:
    """Areas, each a link to those inside it."""
    prefix = url_for("admin.areas") + "?parent="
    return [Row(prefix + row.code, (_area_called(row), row.code, row.inside)) for row in rows]


def _area_called(row: AreaRow) -> str:
    return row.name if row.active else _("%(area)s (no longer in use)", area=row.name)


def person_facts(person: UserAccount) -> list[tuple[str, Any]]:
    """An account, without its password."""
    return [
        (_("Username"), person.username),
        (_("Account"), _("active") if person.active else _("deactivated")),
        (_("Since"), day(person.created_at)),
        (_("Password"), _password(person)),
    ]


def institution_facts(institution: Institution) -> list[tuple[str, str | None]]:
    """An institution."""
    return [
        (_("Kind"), words.label(institution.kind)),
        (_("Area"), institution.area.name if institution.area else None),
        (_("Code"), institution.code),
        (_("State"), _("active") if institution.active else _("deactivated")),
    ]


def gateway_rows(rows: Sequence[GatewayRow]) -> list[Row]:
    """Gateways: whose alerts they bring, and whether they are heard of."""
    prefix = url_for("admin.gateways") + "/"
    return [
        Row(
            prefix + row.code,
            (
                row.name,
                _switched(row.switched_off_at),
                words.label(row.kind),
                row.institution,
                moment(row.heard_at) if row.heard_at else _("never"),
            ),
        )
        for row in rows
    ]


def gateway_facts(gateway: Gateway, heard_at: datetime | None, address: str) -> list[tuple[str, Any]]:
    """A gateway, without its secret."""
    former = gateway.former_until if gateway.former_until and gateway.former_until > clock.now() else None
    return [
        (_("State"), _("off") if gateway.switched_off_at else _("on")),
        (_("What it is"), words.label(gateway.kind)),
        (_("Secret"), words.label(gateway.proof)),
        (_("Address"), address),
        (_("Last message"), moment(heard_at) if heard_at else _("never")),
        (_("The former secret is taken until"), moment(former) if former else None),
    ]


def asked(**said: str) -> str:
    """What an address says besides the page, such as "name=abuk&"; nothing for what is empty."""
    return "".join(f"{urlencode({name: value})}&" for name, value in said.items() if value)


def _switched(off_at: datetime | None) -> Tag:
    return Tag(_("off"), "stopped") if off_at else Tag(_("on"), "good")


def _state(active: bool) -> Tag:
    return Tag(_("active"), "good") if active else Tag(_("deactivated"), "stopped")


def _password(person: UserAccount) -> str | None:
    if person.password_hash == passwords.NONE:
        return _("none yet: the person has to open the link")
    if person.password_given_at is None:
        return None
    return _("given %(moment)s, not yet replaced by an own one", moment=moment(person.password_given_at))
