"""Tracks, the parts of cases: what waits at an institution, one of them, and the steps of the procedure on it."""

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import fields

from blueprints.api import bp, places, shown
from blueprints.api.answers import TrackSchema
from blueprints.api.changing import changes
from blueprints.api.door import opens
from blueprints.api.fields import Day, Moment, Schema, Text, Word
from blueprints.api.paging import PageQuery, page_schema, plain_page
from blueprints.api.versions import ETAG, etag
from blueprints.guards import signed_in
from tracker import mission
from tracker.actions import steps
from tracker.errors import BadInput, NotFound, say
from tracker.models import Alert, ProtectionCase, Track
from tracker.permissions import Permission, Scope
from tracker.procedure import Step
from tracker.queries import cases, queues
from tracker.queries.case_file import case_file
from tracker.queries.queues import Show
from tracker.vocabulary import Concern, CourtOutcome, Level, Urgency

Given = tuple[dict[str, Any], dict[str, str]]
LONGEST_NOTE = 5000
"""As on the pages' forms."""


class TrackQuery(PageQuery):
    """Which tracks."""

    stage = Text(40, least=1, required=True, metadata={"description": "Such as police, prosecution, court."})
    show = Word(Show, load_default=Show.ALL)


class WaitingSchema(Schema):
    """One track in a list: nothing personal."""

    id = fields.Integer(required=True)
    reference = fields.String(required=True)
    concern = fields.String(required=True, metadata={"enum": [one.value for one in Concern]})
    urgency = fields.String(required=True, metadata={"enum": [one.value for one in Urgency]})
    area = fields.String(required=True, allow_none=True)
    stage = fields.String(required=True)
    status = fields.String(required=True)
    awaiting = fields.String(required=True, allow_none=True)
    assigned_to = fields.String(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True, attribute="limit")


TrackPage = page_schema(WaitingSchema, "TrackPage")


class ActSchema(Schema):
    """A step, and what is said with it: `asks` of the track names the rest. What a step does not ask is refused."""

    step = Text(60, least=1, required=True)
    happened_at = Moment(metadata={"description": "Default: now."})
    reason = Text(60)
    note = Text(LONGEST_NOTE)
    next_on = Day(future=True)
    outcome = Word(CourtOutcome)
    institution = Text(60, metadata={"description": "The code of the institution that the case goes to."})
    urgency = Word(Urgency)
    risk = Word(Level)
    outside_safe_times = fields.Boolean()


@bp.get("/tracks")
@opens(Scope.CASES_READ, Permission.CASE_READ)
@bp.arguments(TrackQuery, location="query")
@bp.response(200, TrackPage)
def track_list(asked: dict[str, Any]) -> ResponseReturnValue:
    """The open tracks of a stage at the own institution, the longest over their time limit first."""
    if asked["stage"] not in mission.current().procedure.stages:
        raise BadInput(stage=say("There is no such stage."))
    found = queues.queue(
        viewer=signed_in(),
        stages=(asked["stage"],),
        show=asked["show"],
        after=asked.get("after"),
        size=asked["limit"],
    )
    return plain_page(found, WaitingSchema)


@bp.get("/cases/<string:reference>/tracks/<int(max=2147483647):track_id>")
@opens(Scope.CASES_READ, Permission.CASE_READ)
@bp.response(200, TrackSchema, headers=ETAG)
def track(reference: str, track_id: int) -> Given:
    """One track, the steps that may be taken on it now, and its ETag, with which they are taken."""
    file = case_file(reference, viewer=signed_in())
    part = next((one for one in file.parts if one.id == track_id), None)
    if part is None:
        raise NotFound(cases.UNKNOWN)
    return shown.track(part, file.case), etag(part.version)


@changes(
    "/cases/<string:reference>/tracks/<int(max=2147483647):track_id>/acts",
    Scope.TRACKS_WRITE,
    Permission.TRACK_ADVANCE,
    takes=ActSchema,
)
def act_on_track(said: dict[str, Any], reference: str, track_id: int, *, seen: int) -> Given:
    """Take a step on a track."""
    on = cases.track(reference, track_id, viewer=signed_in())
    name = said.pop("step")
    steps.take(name, actor=signed_in(), on=on, seen=seen, answers=answers(name, said, on=on))
    return done(on)


def done(on: Track) -> Given:
    """What came of an act on a track, and its new version."""
    return shown.done(on), etag(on.version)


def answers(name: str, said: dict[str, Any], *, on: Track | Alert | ProtectionCase) -> steps.Answers:
    """What was said with a step, as the action takes it. Refuses (`BadInput`) what the step does not ask."""
    step = mission.current().procedure.step(steps.standing(on)[0], name)
    unasked = set(said) - _asked(step)
    if unasked:
        raise BadInput(**dict.fromkeys(sorted(unasked), say("This step does not ask for it.")))
    told = dict(said)
    if "institution" in told:
        told["target_id"] = places.institution_id(told.pop("institution"))
    return steps.Answers(**told)


def _asked(step: Step) -> set[str]:
    asked = {"institution" if name == "target" else name for name in step.asks}
    return asked | {"happened_at"} | ({"outside_safe_times"} if step.reassess else set())
