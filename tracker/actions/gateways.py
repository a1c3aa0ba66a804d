"""Telephone gateways: set up by an administrator, who hands each a secret that is shown once and kept sealed."""

import base64
import re
import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tracker import clock, keyring, mission
from tracker.actions import administration
from tracker.db import db
from tracker.errors import BadInput, StepRefused, say
from tracker.intake.gateways import FIELD_NAMES
from tracker.intake.phrases import LANGUAGES
from tracker.models import Acting, Area, Gateway, ImportSource, Institution
from tracker.models.gateway import FORMER, SECRET
from tracker.permissions import Permission
from tracker.vocabulary import AdministrativeAct, GatewayKind, GatewayProof

PREFIX = "trg_"
"""Secrets begin with it, so that one that was lost in a file or a mail can be searched for."""

SIGNED = "whsec_"
"""What those for signatures begin with, as the standard's libraries expect."""

CHANGE_OVER = timedelta(days=1)
"""So long the former secret is still taken, unless somebody else may know it."""

_LONGEST_NAME = 80
_FIELD = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def add(
    *,
    actor: Acting,
    name: str,
    kind: GatewayKind,
    proof: GatewayProof,
    institution_id: int,
    area_id: int | None = None,
    languages: Collection[str] = LANGUAGES[:1],
    answers: bool = False,
    fields: Mapping[str, str] | None = None,
) -> tuple[Gateway, str]:
    """A new gateway, and its secret, this once.

    `answers` is off unless it is asked for: nobody knows who holds the telephone when an answer arrives. Refuses
    (`BadInput`) a name that is missing or taken, an institution that cannot hold alerts, and names of fields that are
    none.
    """
    administration.require(actor, Permission.GATEWAY_MANAGE)
    called, code, secret = _name(name), secrets.token_hex(8), _new_secret(proof)
    source = ImportSource(code=f"gateway-{code}", title=called, first_run_at=clock.now())
    gateway = Gateway(
        code=code,
        name=called,
        kind=kind,
        proof=_proof(proof, kind),
        secret=keyring.seal(secret.encode(), context=SECRET.format(code=code)),
        institution=_institution(institution_id),
        area=_area(area_id),
        source=source,
        languages=_languages(languages),
        answers=answers,
        fields=_fields(fields or {}),
        created_at=clock.now(),
    )
    administration.insert(source, gateway, taken=_name_taken())
    _record(AdministrativeAct.GATEWAY_ADDED, gateway, actor, format=kind.value, proof=proof.value)
    return gateway, secret


def change(
    gateway: Gateway,
    *,
    actor: Acting,
    institution_id: int,
    area_id: int | None,
    languages: Collection[str],
    answers: bool,
    fields: Mapping[str, str] | None = None,
) -> None:
    """Changes where a gateway's alerts go, and how it answers. Its name, kind and proof stay: add another for these."""
    administration.require(actor, Permission.GATEWAY_MANAGE)
    gateway.institution, gateway.area = _institution(institution_id), _area(area_id)
    gateway.languages, gateway.answers = _languages(languages), answers
    gateway.fields = _fields(fields or {})
    db.session.flush()
    _record(AdministrativeAct.GATEWAY_CHANGED, gateway, actor, answers=answers, languages=gateway.languages)


def new_secret(gateway: Gateway, *, actor: Acting, at_once: bool = False) -> str:
    """Another secret, shown this once. The former one is taken for a day, unless (`at_once`) others may know it."""
    administration.require(actor, Permission.GATEWAY_MANAGE)
    _lock(gateway)
    former, secret = gateway.open_secret(), _new_secret(gateway.proof)
    gateway.secret = keyring.seal(secret.encode(), context=SECRET.format(code=gateway.code))
    gateway.former = None if at_once else keyring.seal(former, context=FORMER.format(code=gateway.code))
    gateway.former_until = None if at_once else clock.now() + CHANGE_OVER
    db.session.flush()
    _record(AdministrativeAct.GATEWAY_SECRET_CHANGED, gateway, actor, at_once=at_once)
    return secret


def switch_off(gateway: Gateway, *, actor: Acting) -> None:
    """Takes nothing from a gateway any more. Refuses (`StepRefused`) one that is off."""
    administration.require(actor, Permission.GATEWAY_MANAGE)
    _lock(gateway)
    if gateway.switched_off_at:
        raise StepRefused(say("This gateway is switched off already."))
    gateway.switched_off_at = clock.now()
    db.session.flush()
    _record(AdministrativeAct.GATEWAY_SWITCHED_OFF, gateway, actor)


def switch_on(gateway: Gateway, *, actor: Acting) -> None:
    """Takes messages from a gateway again. Refuses (`StepRefused`) one that is on."""
    administration.require(actor, Permission.GATEWAY_MANAGE)
    _lock(gateway)
    if not gateway.switched_off_at:
        raise StepRefused(say("This gateway is switched on already."))
    gateway.switched_off_at = None
    db.session.flush()
    _record(AdministrativeAct.GATEWAY_SWITCHED_ON, gateway, actor)


def may_hold_alerts(*, actor: Acting) -> list[Institution]:
    """The institutions whose alerts a gateway's messages can become, by name."""
    administration.require(actor, Permission.GATEWAY_MANAGE)
    kinds = mission.current().procedure.stages["alert"].kinds
    asked = (
        select(Institution).where(Institution.active, Institution.kind.in_(kinds)).order_by(Institution.name)
    )
    return list(db.session.scalars(asked))


def _new_secret(proof: GatewayProof) -> str:
    """256 random bits; those that sign as the libraries of the Standard Webhooks read them."""
    if proof is GatewayProof.SIGNATURE:
        return SIGNED + base64.b64encode(secrets.token_bytes(32)).decode()
    return PREFIX + secrets.token_urlsafe(32)


def _lock(gateway: Gateway) -> None:
    asked = select(Gateway).where(Gateway.id == gateway.id).with_for_update(of=Gateway)
    db.session.scalars(asked.execution_options(populate_existing=True)).one()


def _record(act: AdministrativeAct, gateway: Gateway, actor: Acting, **detail: Any) -> None:
    administration.record(
        act, actor=actor, institution=gateway.institution, subject=gateway.name, code=gateway.code, **detail
    )


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise BadInput(name=say("Enter a name with at most 80 characters."))
    if db.session.scalar(select(Gateway.id).where(Gateway.name == name)) is not None:
        raise _name_taken()
    return name


def _name_taken() -> BadInput:
    return BadInput(name=say("Another gateway is called so. Choose another name."))


def _proof(proof: GatewayProof, kind: GatewayKind) -> GatewayProof:
    if proof is GatewayProof.FIELD and kind is not GatewayKind.FIELDS:
        raise BadInput(
            proof=say("Only a gateway of another kind sends its secret in a field. Choose the header.")
        )
    return proof


def _institution(institution_id: int) -> Institution:
    found = db.session.get(Institution, institution_id)
    kinds = mission.current().procedure.stages["alert"].kinds
    if found is None or not found.active or found.kind not in kinds:
        raise BadInput(institution_id=say("Choose an institution that answers alerts."))
    return found


def _area(area_id: int | None) -> Area | None:
    found = db.session.get(Area, area_id) if area_id is not None else None
    if found is None and area_id is not None:
        raise BadInput(area_id=say("Choose an area from the list."))
    return found


def _languages(chosen: Collection[str]) -> str:
    languages = list(dict.fromkeys(chosen))
    if not languages or set(languages) - set(LANGUAGES):
        raise BadInput(languages=say("Choose at least one language."))
    return ",".join(languages)


def _fields(typed: Mapping[str, str]) -> dict[str, str]:
    named = {name: one.strip() for name, one in typed.items() if name in FIELD_NAMES and one.strip()}
    for name, one in named.items():
        if not _FIELD.fullmatch(one):
            raise BadInput(**{f"field_{name}": say("Enter the name of one field, without spaces.")})
    return named
