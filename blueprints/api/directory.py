"""Institutions, areas and indicators: by what codes other systems name them."""

from typing import Any

from marshmallow import fields

from blueprints.api import bp
from blueprints.api.door import opens
from blueprints.api.fields import Code, Schema, Text, Word
from blueprints.api.paging import PageQuery, page_of, page_schema
from blueprints.guards import signed_in
from blueprints.i18n import said
from tracker.indicators.definitions import DEFINITIONS
from tracker.models import Area, Institution
from tracker.permissions import Permission, Scope
from tracker.queries import gazetteer, institutions
from tracker.vocabulary import InstitutionKind

_SENTENCES = ("name", "unit", "says", "pitfalls")
_PLAIN = ("code", "version", "formula", "source")


class InstitutionQuery(PageQuery):
    """Which institutions."""

    name = Text(160, metadata={"description": "These letters stand in the name."})
    kind = Word(InstitutionKind)
    area = Text(20, least=1, metadata={"description": "The P-code: of this area and all inside it."})


class InstitutionSchema(Schema):
    """One institution. Those out of use stay, because histories name them."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = Code(InstitutionKind, required=True)
    area = fields.String(required=True, allow_none=True)
    area_code = fields.String(required=True, allow_none=True)
    active = fields.Boolean(required=True)


class AreaQuery(PageQuery):
    """Which areas."""

    parent = Text(
        20, least=1, metadata={"description": "The P-code of the area around them. Default: the countries."}
    )


class AreaRowSchema(Schema):
    """One area in a list."""

    code = fields.String(required=True, metadata={"description": "The P-code."})
    name = fields.String(required=True)
    inside = fields.Integer(required=True, metadata={"description": "How many areas lie directly in it."})


class AreaSchema(Schema):
    """One area, and those around it."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.Integer(required=True)
    around = fields.List(
        fields.String(), required=True, metadata={"description": "P-codes, from the outside in."}
    )


class IndicatorSchema(Schema):
    """What an indicator means. Every figure cites the version by which it was reckoned."""

    code = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    says = fields.String(required=True)
    formula = fields.String(required=True)
    source = fields.String(required=True)
    pitfalls = fields.String(required=True)


class IndicatorsSchema(Schema):
    """All of them."""

    items = fields.List(fields.Nested(IndicatorSchema), required=True)


InstitutionPage = page_schema(InstitutionSchema, "InstitutionPage")
AreaPage = page_schema(AreaRowSchema, "AreaPage")


@bp.get("/institutions")
@opens(Scope.DIRECTORY_READ, Permission.ACCOUNT_OWN)
@bp.arguments(InstitutionQuery, location="query")
@bp.response(200, InstitutionPage)
def institution_list(asked: dict[str, Any]) -> dict[str, Any]:
    """Institutions in order of name."""
    area = gazetteer.area(asked["area"], viewer=signed_in()) if "area" in asked else None
    found = gazetteer.institutions(
        viewer=signed_in(),
        kinds=frozenset({asked["kind"]}) if "kind" in asked else None,
        area_id=area.id if area else None,
        name=asked.get("name", ""),
        after=asked.get("after"),
        size=asked["limit"],
    )
    return page_of(found)


@bp.get("/institutions/<string(maxlength=60):code>")
@opens(Scope.DIRECTORY_READ, Permission.ACCOUNT_OWN)
@bp.response(200, InstitutionSchema)
def institution(code: str) -> dict[str, Any]:
    """One institution."""
    return _institution(institutions.find(code, viewer=signed_in()))


@bp.get("/areas")
@opens(Scope.DIRECTORY_READ, Permission.ACCOUNT_OWN)
@bp.arguments(AreaQuery, location="query")
@bp.response(200, AreaPage)
def area_list(asked: dict[str, Any]) -> dict[str, Any]:
    """The areas directly inside another one, in order of name."""
    parent = gazetteer.area(asked["parent"], viewer=signed_in()) if "parent" in asked else None
    found = gazetteer.areas(viewer=signed_in(), parent=parent, after=asked.get("after"), size=asked["limit"])
    return page_of(found)


@bp.get("/areas/<string(maxlength=20):code>")
@opens(Scope.DIRECTORY_READ, Permission.ACCOUNT_OWN)
@bp.response(200, AreaSchema)
def area(code: str) -> dict[str, Any]:
    """One area."""
    return _area(gazetteer.area(code, viewer=signed_in()))


@bp.get("/indicators")
@opens(Scope.DIRECTORY_READ, Permission.ACCOUNT_OWN)
@bp.response(200, IndicatorsSchema)
def indicator_list() -> dict[str, Any]:
    """What each indicator means, by which formula, after whom, and how it misleads."""
    return {
        "items": [
            {name: getattr(one, name) for name in _PLAIN}
            | {name: said(getattr(one, name)) for name in _SENTENCES}
            for one in DEFINITIONS.values()
        ]
    }


def _institution(found: Institution) -> dict[str, Any]:
    own = ("code", "name", "kind", "active")
    place = found.area
    return {name: getattr(found, name) for name in own} | {
        "area": place.name if place else None,
        "area_code": place.code if place else None,
    }


def _area(found: Area) -> dict[str, Any]:
    around = gazetteer.around(found)[:-1]
    return {
        "code": found.code,
        "name": found.name,
        "level": found.level,
        "around": [one.code for one in around],
    }
