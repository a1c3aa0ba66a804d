"""A row that is a held person: an arrest in a case that the station works on, and the release where there was one."""

from datetime import datetime

from sqlalchemy import select

from tracker.actions import police, walls
from tracker.db import db
from tracker.errors import BadInput, say
from tracker.intake.sheet_reading import Values, instant
from tracker.models import Acting, Custody, Person, ProtectionCase, Track
from tracker.spelling import letters
from tracker.visibility import visible_tracks
from tracker.vocabulary import AgeGroup

_UNKNOWN = say("There is no open case with this reference at your station. Compare it with the paper.")


def check(values: Values, *, actor: Acting) -> None:
    """Refuses (`BadInput`) days without a time: custody is counted in hours; and a release without its reason."""
    assert actor is not None  # noqa: S101
    _moment(values, "arrested")
    released = "released_on" in values
    if released:
        _moment(values, "released")
    if released != ("release_reason" in values):
        name = "release_reason" if released else "released_on"
        raise BadInput(**{name: say("Enter the day of the release and its reason, or neither.")})


def take(values: Values, *, actor: Acting) -> Custody:
    """Records the arrest, and the release, as the police's own part of the case.

    Refuses (`BadInput`) a reference that names no case which the actor's station works on, whether or not there is
    one, and what `police.record_arrest` refuses.
    """
    track = _track(values["reference"], actor)
    held = police.record_arrest(
        actor=actor,
        track=track,
        seen=track.version,
        arrested_at=_moment(values, "arrested"),
        person_id=_known_person(track, values["held_name"]),
        name=values["held_name"],
        age_group=values.get("held_age", AgeGroup.NOT_RECORDED),
        note=values.get("note", ""),
    )
    if "released_on" in values:
        police.record_release(
            actor=actor,
            track=track,
            seen=track.version,
            custody_id=held.id,
            released_at=_moment(values, "released"),
            reason=values["release_reason"],
        )
    return held


def _moment(values: Values, what: str) -> datetime:
    found = instant(values[f"{what}_on"], values.get(f"{what}_time"))
    if found is None:
        raise BadInput(**{f"{what}_time": say("Enter the time as well: the limit of the law counts hours.")})
    return found


def _track(reference: str, actor: Acting) -> Track:
    """The station's own part of the case; the actor's visibility decides, so a wall and a refusal say the same."""
    wanted = (
        visible_tracks(actor)
        .where(
            ProtectionCase.reference == reference,
            Track.stage == "police",
            Track.institution_id == actor.institution_id,
            Track.open,
        )
        .order_by(Track.id.desc())
        .limit(1)
    )
    track = db.session.scalar(wanted)
    if track is None:
        raise BadInput(reference=_UNKNOWN)
    return track


def _known_person(track: Track, name: str) -> int | None:
    """Who is accused in the case under this name already; None: somebody new."""
    accused = db.session.scalars(
        select(Person)
        .where(Person.case_id == track.case_id, Person.role.in_(walls.ACCUSED))
        .order_by(Person.id)
    )
    return next((person.id for person in accused if letters(person.name) == letters(name)), None)
