"""Live figures, from the histories as they stand: what the pages show and their files hold, through the same door.

They are `tracker indicators --json` as the owner of the token may see it. Nothing is hidden in them, which is why
monitors read reports and not these.
"""

from typing import Any

from flask import request
from marshmallow import fields

from blueprints import live_figures, throttle
from blueprints.api import bp
from blueprints.api.door import opens
from blueprints.api.fields import Code, Day, Schema, Text, Word
from blueprints.asked import Asked
from blueprints.guards import signed_in
from tracker.indicators import plain
from tracker.permissions import Permission, Scope
from tracker.queries import gazetteer
from tracker.vocabulary import InstitutionKind

_TOLD = "What each part means is told at /api/v1/indicators."


class FiguresQuery(Schema):
    """Of when."""

    period = Text(
        23,
        least=4,
        metadata={"description": "2026, 2026-Q3, 2026-07 or FIRST..LAST. Default: the last quarter."},
    )
    as_of = Day(metadata={"description": "As it stood at the end of this day. Default: today."})
    known_on = Day(
        metadata={"description": "From what was recorded by the end of this day. Default: by now."}
    )


class ComparisonQuery(FiguresQuery):
    """Of what, and of when. Default: the year of the last quarter, because a quarter has too few cases."""

    kind = Word(InstitutionKind, required=True)
    indicator = Word(live_figures.Compared, required=True)


class PathwayQuery(FiguresQuery):
    """Of where, and of when."""

    area = Text(20, least=1, metadata={"description": "The P-code. Default: all that the owner oversees."})


class BasisSchema(Schema):
    """From what figures were reckoned."""

    as_of = fields.String(required=True)
    known_at = fields.String(required=True)
    log_position = fields.Integer(required=True, allow_none=True)
    checkpoint = fields.String(required=True, allow_none=True)
    definitions = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class PeriodSchema(Schema):
    """The first and the last day."""

    first = fields.String(required=True)
    last = fields.String(required=True)


def _object() -> Any:
    return fields.Dict(keys=fields.String(), required=True, metadata={"description": _TOLD})


def _objects() -> Any:
    return fields.List(fields.Dict(keys=fields.String()), required=True, metadata={"description": _TOLD})


class InstitutionFiguresSchema(Schema):
    """How an institution performs, beside all of its kind together (`peers`)."""

    code = fields.String(required=True)
    kind = Code(InstitutionKind, required=True)
    basis = fields.Nested(BasisSchema, required=True)
    period = fields.Nested(PeriodSchema, required=True)
    quality = _object()
    stages = _objects()
    peers = _objects()
    peer_count = fields.Integer(required=True)
    received = _objects()
    sent = _objects()
    detention = _object()
    hearings = _object()
    orders = _object()
    protection = _object()
    told = _object()
    others = _objects()


class ComparisonSchema(Schema):
    """One indicator at every institution of a kind, against chance."""

    basis = fields.Nested(BasisSchema, required=True)
    period = fields.Nested(PeriodSchema, required=True)
    stage = fields.String(required=True)
    kind = Code(InstitutionKind, required=True)
    indicator = fields.String(required=True)
    funnel = _object()


class PathwaySchema(Schema):
    """How far cases come, where they wait, and what lies between institutions."""

    basis = fields.Nested(BasisSchema, required=True)
    period = fields.Nested(PeriodSchema, required=True)
    area = fields.String(required=True, allow_none=True)
    attrition = _object()
    waiting = _objects()
    links = _objects()


@bp.get("/figures/institutions/<string(maxlength=60):code>")
@opens(Scope.FIGURES_READ, Permission.PERFORMANCE_LIVE)
@throttle.limited(throttle.EXPORT)
@bp.arguments(FiguresQuery, location="query")
@bp.response(200, InstitutionFiguresSchema)
def institution_figures(_asked: dict[str, Any], code: str) -> Any:
    """The figures of an institution: the own one, or one of the area that the owner oversees."""
    of, asked = live_figures.subject(code), Asked.of(request.args)
    return plain.values(live_figures.institution(of, asked))


@bp.get("/figures/comparison")
@opens(Scope.FIGURES_READ, Permission.AREA_OVERSEE)
@throttle.limited(throttle.EXPORT)
@bp.arguments(ComparisonQuery, location="query")
@bp.response(200, ComparisonSchema)
def comparison(said: dict[str, Any]) -> Any:
    """One indicator at every institution of a kind."""
    asked = Asked.of(request.args, yearly=True)
    return plain.values(live_figures.comparison(said["kind"], said["indicator"], asked))


@bp.get("/figures/pathway")
@opens(Scope.FIGURES_READ, Permission.AREA_OVERSEE)
@throttle.limited(throttle.EXPORT)
@bp.arguments(PathwayQuery, location="query")
@bp.response(200, PathwaySchema)
def pathway(said: dict[str, Any]) -> Any:
    """The way of cases through an area."""
    area = gazetteer.area(said["area"], viewer=signed_in()) if "area" in said else None
    return plain.values(live_figures.pathway(area, Asked.of(request.args)))
