"""Institutions and areas. An institution is deactivated, never deleted: histories name it."""

import re
import unicodedata

from sqlalchemy import or_, select

from tracker.actions import administration
from tracker.db import db
from tracker.errors import BadInput, StepRefused, say
from tracker.models import Acting, Alert, ApiToken, Area, Institution, Membership, ProtectionCase, Track
from tracker.permissions import Permission
from tracker.vocabulary import AdministrativeAct, InstitutionKind

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_P_CODE = re.compile(r"[A-Z]{2}[A-Z0-9-]{0,18}")
_LONGEST_CODE, _LONGEST_NAME, _LONGEST_AREA_NAME = 60, 160, 120


def add(
    *, actor: Acting, name: str, kind: InstitutionKind, area_id: int | None = None, code: str = ""
) -> Institution:
    """A new institution; its code (for addresses and imports) is made from its name unless one is given.

    Refuses (`BadInput`) a missing name, an unknown area, and a code that is taken or not in a-z, 0-9 and hyphens.
    """
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    if area_id is not None and db.session.get(Area, area_id) is None:
        raise BadInput(area_id=say("Choose an area from the list."))
    named = _name(name)
    institution = Institution(code=_code(code, named), name=named, kind=kind, area_id=area_id)
    administration.insert(institution, taken=_code_taken(institution.code))
    administration.record(
        AdministrativeAct.INSTITUTION_ADDED,
        actor=actor,
        institution=institution,
        name=institution.name,
        kind=institution.kind.value,
    )
    return institution


def rename(institution: Institution, *, actor: Acting, name: str) -> None:
    """Gives an institution another name; what it was called is kept in the record. Its code stays."""
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    before, after = institution.name, _name(name)
    if before == after:
        raise BadInput(name=say("This is its name already. Enter the new one."))
    institution.name = after
    administration.record(
        AdministrativeAct.INSTITUTION_RENAMED,
        actor=actor,
        institution=institution,
        before=before,
        after=after,
    )


def deactivate(institution: Institution, *, actor: Acting) -> None:
    """Takes an institution out of use: nothing is referred to it, and its people cannot act there.

    Refuses (`StepRefused`) while a case or alert is open there or in its responsibility (nobody could work on it
    any more), and where the last administrator belongs to it.
    """
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    if not institution.active:
        raise StepRefused(say("This institution is deactivated already."))
    administration.require_another_administrator(Institution.id == institution.id)
    if institution.id == actor.institution_id:
        raise StepRefused(say("You cannot deactivate the institution that you are working at."))
    if _has_work(institution):
        raise StepRefused(
            say(
                "Cases or alerts are still open at this institution. Its people must hand them on or close them first."
            )
        )
    institution.active = False
    people = select(Membership.id).where(Membership.institution_id == institution.id)
    administration.end_tokens(ApiToken.membership_id.in_(people), actor=actor)
    administration.record(AdministrativeAct.INSTITUTION_DEACTIVATED, actor=actor, institution=institution)


def reactivate(institution: Institution, *, actor: Acting) -> None:
    """Puts a deactivated institution back into use, with the people that it had."""
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    if institution.active:
        raise StepRefused(say("This institution is active already."))
    institution.active = True
    administration.record(AdministrativeAct.INSTITUTION_REACTIVATED, actor=actor, institution=institution)


def add_area(*, actor: Acting, code: str, name: str, parent_id: int | None) -> Area:
    """A new area inside another one, or (`parent_id` None) a country.

    Refuses (`BadInput`) a P-code that is none or is taken, and a missing name.
    """
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    parent = db.session.get(Area, parent_id) if parent_id is not None else None
    area = Area(
        code=_p_code(code),
        name=_area_name(name),
        level=parent.level + 1 if parent else 0,
        parent=parent,
    )
    administration.insert(area, taken=_p_code_taken())
    administration.record(AdministrativeAct.AREA_ADDED, actor=actor, subject=area.code, name=area.name)
    return area


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise BadInput(name=say("Enter the name of the institution, at most 160 characters."))
    return name


def _code(typed: str, name: str) -> str:
    code = typed.strip().lower() or _code_from(name)
    if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
        raise BadInput(
            code=say(
                "Enter a code of letters from a to z, digits and hyphens, such as %(example)s.",
                example="juba-police",
            )
        )
    if db.session.scalar(select(Institution.id).where(Institution.code == code)) is not None:
        raise _code_taken(code)
    return code


def _code_taken(code: str) -> BadInput:
    return BadInput(code=say("Another institution has the code %(code)s. Enter another one.", code=code))


def _p_code_taken() -> BadInput:
    return BadInput(code=say("Another area has this P-code."))


def _code_from(name: str) -> str:
    """ "Tribunal de Bangassou" -> "tribunal-de-bangassou"; "" for a name without a Latin letter."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_CODE].rstrip("-")


def _area_name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 0 < len(name) <= _LONGEST_AREA_NAME:
        raise BadInput(name=say("Enter the name of the area, at most 120 characters."))
    return name


def _p_code(typed: str) -> str:
    code = typed.strip().upper()
    if not _P_CODE.fullmatch(code):
        raise BadInput(
            code=say(
                "A P-code is two letters for the country, then letters and digits, such as %(example)s.",
                example="SS0101",
            )
        )
    if db.session.scalar(select(Area.id).where(Area.code == code)) is not None:
        raise _p_code_taken()
    return code


def _has_work(institution: Institution) -> bool:
    here = (
        select(Track.id).where(Track.institution_id == institution.id, Track.open),
        select(Alert.id).where(Alert.institution_id == institution.id, Alert.open),
        select(ProtectionCase.id).where(
            or_(ProtectionCase.owner_id == institution.id, ProtectionCase.registrar_id == institution.id),
            ProtectionCase.closed_at.is_(None),
        ),
    )
    return any(db.session.scalar(rows.limit(1)) is not None for rows in here)
